-- Payments by quote, and who reads everybody's payments.

ALTER TABLE payment.conversion ADD COLUMN quote uuid;
COMMENT ON COLUMN payment.conversion.quote IS 'By which it was made; NULL: at the rate that held.';

CREATE FUNCTION payment.conversion_add(payment uuid, from_amount numeric, from_currency text, from_exponent int, rate text,
	quote uuid, owners uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, payment, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF conversion_add.quote IS NOT NULL THEN
		PERFORM u.id FROM wallet.quote_use(ARRAY[conversion_add.quote], conversion_add.payment, conversion_add.owners) AS u;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'The quote has been used, or is no longer valid.' USING ERRCODE = 'ST409', HINT = '/quote';
		END IF;
	END IF;
	INSERT INTO payment.conversion (payment, from_amount, from_currency, from_exponent, rate, quote)
	VALUES (conversion_add.payment, conversion_add.from_amount, conversion_add.from_currency, conversion_add.from_exponent,
		conversion_add.rate, conversion_add.quote);
END
$$;
COMMENT ON FUNCTION payment.conversion_add(uuid, numeric, text, int, text, uuid, uuid[]) IS
	'Keeps what leaves from_wallet; with a quote, uses that up, judging it now.';

REVOKE ALL ON FUNCTION payment.conversion_add(uuid, numeric, text, int, text, uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payment.conversion_add(uuid, numeric, text, int, text, uuid, uuid[]) TO stoa_payment;
GRANT EXECUTE ON FUNCTION ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[], uuid) TO stoa_payment;

SELECT "authorization".role_permit('billing', ARRAY['payment.read']),
	"authorization".role_permit('success', ARRAY['payment.read']),
	"authorization".role_permit('compliance', ARRAY['payment.read']);
