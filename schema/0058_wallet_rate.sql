-- Rates: what one major unit of a currency is worth in US dollars, as a fraction of whole numbers, from an instant on.
-- Rows are only added; the one that holds is the newest that has begun.

CREATE TABLE wallet.rate (
	id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT rate_pkey PRIMARY KEY,
	currency text NOT NULL CONSTRAINT rate_currency_exists REFERENCES wallet.currency (code),
	numerator numeric(38,0) NOT NULL,
	denominator numeric(38,0) NOT NULL,
	holds_from timestamptz NOT NULL,
	as_of timestamptz NOT NULL,
	source text NOT NULL,
	set_by uuid,
	kept_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT rate_positive CHECK (numerator > 0 AND denominator > 0),
	CONSTRAINT rate_not_of_dollars CHECK (currency <> 'USD'),
	CONSTRAINT rate_source_length CHECK (length(source) BETWEEN 1 AND 300)
);
COMMENT ON COLUMN wallet.rate.as_of IS 'When the source says that it was so; infinity: it does not go stale.';
COMMENT ON COLUMN wallet.rate.set_by IS 'The operator; NULL: it was fetched.';
CREATE INDEX rate_in_order ON wallet.rate (currency, holds_from DESC, id DESC);
GRANT SELECT, INSERT ON wallet.rate TO stoa_wallet;

CREATE TABLE wallet.rate_fetch (
	single boolean NOT NULL DEFAULT true CONSTRAINT rate_fetch_pkey PRIMARY KEY CONSTRAINT rate_fetch_is_one CHECK (single),
	asked_at timestamptz NOT NULL DEFAULT '-infinity',
	fetched_at timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE wallet.rate_fetch IS 'When sources were last asked, and when one of them had something.';
INSERT INTO wallet.rate_fetch DEFAULT VALUES;
GRANT SELECT, UPDATE ON wallet.rate_fetch TO stoa_wallet;

CREATE FUNCTION wallet.rate_of(currencies text[])
RETURNS TABLE (currency text, numerator numeric, denominator numeric, holds_from timestamptz, as_of timestamptz, source text,
	set_by uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT asked.code, r.numerator, r.denominator, r.holds_from, r.as_of, r.source, r.set_by
	  FROM unnest(rate_of.currencies) AS asked (code)
	 CROSS JOIN LATERAL (
		SELECT h.numerator, h.denominator, h.holds_from, h.as_of, h.source, h.set_by FROM wallet.rate h
		 WHERE h.currency = asked.code AND h.holds_from <= clock_timestamp()
		 ORDER BY h.holds_from DESC, h.id DESC LIMIT 1) r
	 WHERE asked.code <> 'USD'
	UNION ALL
	SELECT asked.code, 1, 1, '-infinity', 'infinity', 'definition', NULL
	  FROM unnest(rate_of.currencies) AS asked (code)
	 WHERE asked.code = 'USD';
END
$$;
COMMENT ON FUNCTION wallet.rate_of(text[]) IS
	'What one unit of each is worth in US dollars now; no row: it has no rate.  Whether as_of is too long ago is for the caller to judge.';

REVOKE ALL ON FUNCTION wallet.rate_of(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.rate_of(text[]) TO stoa_wallet;
