-- What the area of clients is told about subscriptions, by the set; and how many came and went.

CREATE FUNCTION subscription.of_clients(clients uuid[])
RETURNS TABLE (client uuid, subscription uuid, plan text, state text, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT s.client, s.id, s.plan, s.state, s.ends_at
	  FROM subscription.subscription s
	 WHERE s.client = ANY(of_clients.clients);
END
$$;

CREATE FUNCTION subscription.history(client uuid, before bigint, most int)
RETURNS TABLE (number bigint, what text, state text, plan text, months int, amount text, currency text,
	starts_at timestamptz, ends_at timestamptz, happened_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT c.number, c.what, c.state, c.plan, c.months, subscription.decimal_text(c.amount, c.exponent), c.currency,
	       c.starts_at, c.ends_at, c.happened_at
	  FROM subscription.change c
	 WHERE c.client = history.client AND c.number < history.before
	 ORDER BY c.number DESC
	 LIMIT history.most;
END
$$;
COMMENT ON FUNCTION subscription.history(uuid, bigint, int) IS 'What became of a client''s subscription, newest first; also of clients that are gone.';

CREATE FUNCTION subscription.totals()
RETURNS TABLE (plan text, state text, clients bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT s.plan, s.state, count(*) FROM subscription.subscription s GROUP BY s.plan, s.state ORDER BY s.plan, s.state;
END
$$;

CREATE FUNCTION subscription.days(since timestamptz, until timestamptz)
RETURNS TABLE (day timestamptz, plan text, started bigint, removed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT date_trunc('day', c.happened_at, 'UTC'), c.plan,
	       count(*) FILTER (WHERE c.what = 'started'), count(*) FILTER (WHERE c.what = 'removed')
	  FROM subscription.change c
	 WHERE c.what IN ('started', 'removed') AND c.happened_at >= days.since AND c.happened_at < days.until
	 GROUP BY 1, 2
	 ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION subscription.days(timestamptz, timestamptz) IS 'How many clients came and went, by day (UTC) and by the plan they had then.';

REVOKE ALL ON FUNCTION subscription.of_clients(uuid[]), subscription.history(uuid, bigint, int), subscription.totals(),
	subscription.days(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscription.of_clients(uuid[]), subscription.history(uuid, bigint, int),
	subscription.totals(), subscription.days(timestamptz, timestamptz) TO stoa_client;
GRANT EXECUTE ON FUNCTION subscription.history(uuid, bigint, int) TO stoa_subscription;

-- Addresses under /v1/plans/ that are no plan's.
ALTER TABLE subscription.plan ADD CONSTRAINT plan_code_free CHECK (code <> 'catalogue');

-- A price is in a currency that wallets can be in, with its decimals.  Those that were there from the beginning came before
-- the wallets, and tests hold them to it.
CREATE FUNCTION subscription.price_currency()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	IF wallet.exponent(NEW.currency) IS DISTINCT FROM NEW.exponent::int THEN
		RAISE EXCEPTION 'is no currency we know' USING ERRCODE = 'ST422', HINT = '/currency';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER price_currency BEFORE INSERT OR UPDATE ON subscription.price
	FOR EACH ROW EXECUTE FUNCTION subscription.price_currency();
REVOKE ALL ON FUNCTION subscription.price_currency() FROM PUBLIC;
