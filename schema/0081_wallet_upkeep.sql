-- Quotes for other areas to look at, rates that go when they are old, and what the seeded roles may do with wallets.

CREATE FUNCTION wallet.quote_read(quotes uuid[], owners uuid[])
RETURNS TABLE (id uuid, from_currency text, to_currency text, net numeric, spread numeric, to_amount numeric, rate text,
	over boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT q.id, q.from_currency, q.to_currency, q.net, q.spread, q.to_amount, q.rate,
	       q.used_by IS NOT NULL OR q.expires_at <= clock_timestamp()
	  FROM wallet.quote q
	 WHERE q.id = ANY(quote_read.quotes) AND q.owner = ANY(quote_read.owners);
END
$$;
COMMENT ON FUNCTION wallet.quote_read(uuid[], uuid[]) IS
	'Quotes of these owners; over: used already, or no longer valid.  Whether one is used only once, quote_use sees to.';

-- The rate that holds stays, however old it is.
CREATE INDEX rate_by_time ON wallet.rate (holds_from);
CREATE FUNCTION wallet.rate_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM wallet.rate r
	 WHERE r.id = ANY (ARRAY(
		SELECT o.id FROM wallet.rate o
		 WHERE o.holds_from < rate_remove.older_than
		   AND EXISTS (SELECT FROM wallet.rate n
		                WHERE n.currency = o.currency AND (n.holds_from, n.id) > (o.holds_from, o.id)
		                  AND n.holds_from <= clock_timestamp())
		 ORDER BY o.holds_from LIMIT rate_remove.most FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;
INSERT INTO core.retention (what, keep, remover, says) VALUES
	('wallet.rate', interval '400 days', 'wallet.rate_remove', 'Rates behind the one that holds; quotes and conversions keep their own.');

REVOKE ALL ON FUNCTION wallet.quote_read(uuid[], uuid[]), wallet.rate_remove(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.quote_read(uuid[], uuid[]) TO stoa_area;

SELECT "authorization".role_permit('billing', ARRAY['rate.write', 'wallet.deposit', 'wallet.read', 'wallet.withdraw']),
	"authorization".role_permit('success', ARRAY['wallet.read']),
	"authorization".role_permit('compliance', ARRAY['wallet.freeze', 'wallet.read']);
