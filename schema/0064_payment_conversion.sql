-- Payments between wallets of different currencies: what leaves from_wallet, beside what arrives.

CREATE TABLE payment.conversion (
	payment uuid NOT NULL CONSTRAINT conversion_pkey PRIMARY KEY
		CONSTRAINT conversion_payment_exists REFERENCES payment.payment (id),
	from_amount numeric(38,0) NOT NULL CONSTRAINT conversion_amount_positive CHECK (from_amount > 0),
	from_currency text NOT NULL,
	from_exponent smallint NOT NULL,
	rate text NOT NULL
);
COMMENT ON TABLE payment.conversion IS 'Of a payment that converts; the rate as it was when the payment was accepted, the spread included in from_amount.';
GRANT SELECT, INSERT ON payment.conversion TO stoa_payment;
GRANT EXECUTE ON FUNCTION ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[]) TO stoa_payment;
