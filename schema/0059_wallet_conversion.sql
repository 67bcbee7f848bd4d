-- Quotes and conversions: money of one currency becomes money of another, through the house's liquidity accounts.

CREATE TABLE wallet.quote (
	id uuid NOT NULL CONSTRAINT quote_pkey PRIMARY KEY,
	owner uuid NOT NULL,
	from_currency text NOT NULL,
	to_currency text NOT NULL,
	net numeric(38,0) NOT NULL,
	spread numeric(38,0) NOT NULL,
	to_amount numeric(38,0) NOT NULL,
	rate text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_by uuid,
	CONSTRAINT quote_amounts CHECK (net > 0 AND spread >= 0 AND to_amount > 0)
);
COMMENT ON COLUMN wallet.quote.net IS 'What is converted; with the spread it is what leaves the wallet.';
COMMENT ON COLUMN wallet.quote.used_by IS 'The conversion or payment; a quote is used once.';
CREATE INDEX quote_by_expiry ON wallet.quote (expires_at);
GRANT SELECT, INSERT ON wallet.quote TO stoa_wallet;

CREATE TABLE wallet.conversion (
	id uuid NOT NULL CONSTRAINT conversion_pkey PRIMARY KEY,
	owner uuid NOT NULL,
	from_wallet uuid NOT NULL CONSTRAINT conversion_from_exists REFERENCES wallet.wallet (id),
	to_wallet uuid NOT NULL CONSTRAINT conversion_to_exists REFERENCES wallet.wallet (id),
	net numeric(38,0) NOT NULL,
	spread numeric(38,0) NOT NULL,
	to_amount numeric(38,0) NOT NULL,
	rate text NOT NULL,
	quote uuid,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversion_by_owner ON wallet.conversion (owner, id DESC);
GRANT SELECT ON wallet.conversion TO stoa_wallet;

CREATE FUNCTION wallet.conversion_terms(from_currency text, to_currency text)
RETURNS TABLE (from_exponent int, to_exponent int, both_active boolean, from_numerator numeric, from_denominator numeric,
	from_as_of timestamptz, to_numerator numeric, to_denominator numeric, to_as_of timestamptz, from_liquidity uuid,
	to_liquidity uuid, spread_account uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT f.exponent, t.exponent, f.active AND t.active, rf.numerator, rf.denominator, rf.as_of, rt.numerator, rt.denominator,
	       rt.as_of, f.liquidity, t.liquidity, f.spread
	  FROM wallet.currency f
	  JOIN wallet.currency t ON t.code = conversion_terms.to_currency
	  LEFT JOIN wallet.rate_of(ARRAY[conversion_terms.from_currency]) rf ON true
	  LEFT JOIN wallet.rate_of(ARRAY[conversion_terms.to_currency]) rt ON true
	 WHERE f.code = conversion_terms.from_currency;
END
$$;
COMMENT ON FUNCTION wallet.conversion_terms(text, text) IS
	'What it takes to convert between two currencies, for core/base/convert.h: exponents, both rates to the US dollar (NULL: none; too long ago: [rates] max_age), and the house''s accounts.  No row: one of them is no currency.';

CREATE FUNCTION wallet.conversion_add(id uuid, owner uuid, from_wallet uuid, to_wallet uuid, net numeric, spread numeric,
	to_amount numeric, rate text, quote uuid, from_liquidity uuid, to_liquidity uuid, spread_account uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF conversion_add.quote IS NOT NULL THEN
		UPDATE wallet.quote q SET used_by = conversion_add.id
		 WHERE q.id = conversion_add.quote AND q.used_by IS NULL AND q.expires_at > clock_timestamp();
		IF NOT FOUND THEN
			RAISE EXCEPTION 'The quote has been used, or is no longer valid.' USING ERRCODE = 'ST409', HINT = '/quote';
		END IF;
	END IF;
	INSERT INTO wallet.conversion (id, owner, from_wallet, to_wallet, net, spread, to_amount, rate, quote)
	VALUES (conversion_add.id, conversion_add.owner, conversion_add.from_wallet, conversion_add.to_wallet,
		conversion_add.net, conversion_add.spread, conversion_add.to_amount, conversion_add.rate, conversion_add.quote);
	IF conversion_add.spread = 0 THEN
		PERFORM ledger.item_add_linked(conversion_add.id, 'conversion', ARRAY['conversion', 'conversion'],
			ARRAY[conversion_add.from_wallet, conversion_add.to_liquidity],
			ARRAY[conversion_add.from_liquidity, conversion_add.to_wallet],
			ARRAY[conversion_add.net, conversion_add.to_amount]);
	ELSE
		PERFORM ledger.item_add_linked(conversion_add.id, 'conversion', ARRAY['conversion', 'conversion', 'spread'],
			ARRAY[conversion_add.from_wallet, conversion_add.to_liquidity, conversion_add.from_wallet],
			ARRAY[conversion_add.from_liquidity, conversion_add.to_wallet, conversion_add.spread_account],
			ARRAY[conversion_add.net, conversion_add.to_amount, conversion_add.spread]);
	END IF;
END
$$;
COMMENT ON FUNCTION wallet.conversion_add(uuid, uuid, uuid, uuid, numeric, numeric, numeric, text, uuid, uuid, uuid, uuid) IS
	'Keeps a conversion and puts it in the posting queue; with a quote, uses that up, judging it now.';

CREATE FUNCTION wallet.quote_use(quotes uuid[], used_by uuid, owners uuid[])
RETURNS TABLE (id uuid, from_currency text, to_currency text, net numeric, spread numeric, to_amount numeric, rate text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	UPDATE wallet.quote q SET used_by = quote_use.used_by
	 WHERE q.id = ANY(quote_use.quotes) AND q.owner = ANY(quote_use.owners) AND q.used_by IS NULL
	   AND q.expires_at > clock_timestamp()
	RETURNING q.id, q.from_currency, q.to_currency, q.net, q.spread, q.to_amount, q.rate;
END
$$;
COMMENT ON FUNCTION wallet.quote_use(uuid[], uuid, uuid[]) IS
	'Uses up quotes of these owners, for a payment that converts; no row: it is none of theirs, is used already, or is over.';

CREATE FUNCTION wallet.quote_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM wallet.quote q
	 WHERE q.ctid = ANY (ARRAY(
		SELECT o.ctid FROM wallet.quote o WHERE o.expires_at < quote_remove.older_than
		 ORDER BY o.expires_at LIMIT quote_remove.most FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;
INSERT INTO core.retention (what, keep, remover, says) VALUES
	('wallet.quote', interval '7 days', 'wallet.quote_remove', 'Quotes, used or not; conversions keep what they were made at.');

REVOKE ALL ON FUNCTION wallet.conversion_terms(text, text), wallet.quote_use(uuid[], uuid, uuid[]),
	wallet.quote_remove(timestamptz, int),
	wallet.conversion_add(uuid, uuid, uuid, uuid, numeric, numeric, numeric, text, uuid, uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.conversion_terms(text, text), wallet.quote_use(uuid[], uuid, uuid[]) TO stoa_area;
GRANT EXECUTE ON FUNCTION
	wallet.conversion_add(uuid, uuid, uuid, uuid, numeric, numeric, numeric, text, uuid, uuid, uuid, uuid) TO stoa_wallet;
