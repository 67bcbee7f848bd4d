-- One way to an account's transfers: its own index.  Where few wallets get most of the money, a plan for any account would
-- walk back through all transfers until it has met enough of this one's; of a quiet one, all there are.  A comparison of
-- whole rows leaves only the index that begins with the account.

CREATE OR REPLACE FUNCTION ledger.balance_at(accounts uuid[], at timestamptz)
RETURNS TABLE (account uuid, posted numeric, held numeric, incoming numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	until bigint := ledger.position_at(balance_at.at);
BEGIN
	RETURN QUERY
	SELECT asked.id,
	       coalesce((SELECT l.after FROM (
			(SELECT d.position, d.debit_after AS after FROM ledger.transfer d
			  WHERE (d.debit, d.position) > (asked.id, 0) AND (d.debit, d.position) <= (asked.id, until)
			  ORDER BY d.debit DESC, d.position DESC LIMIT 1)
			UNION ALL
			(SELECT c.position, c.credit_after FROM ledger.transfer c
			  WHERE (c.credit, c.position) > (asked.id, 0) AND (c.credit, c.position) <= (asked.id, until)
			  ORDER BY c.credit DESC, c.position DESC LIMIT 1)) l
		ORDER BY l.position DESC LIMIT 1), 0),
	       coalesce((SELECT sum(h.amount) FROM ledger.hold h
		WHERE h.debit = asked.id AND h.ended_at > balance_at.at AND h.held_at <= balance_at.at), 0),
	       coalesce((SELECT sum(h.amount) FROM ledger.hold h
		WHERE h.credit = asked.id AND h.ended_at > balance_at.at AND h.held_at <= balance_at.at), 0)
	  FROM unnest(balance_at.accounts) AS asked (id);
END
$$;

CREATE OR REPLACE FUNCTION ledger.history(account uuid, kinds text[], from_time timestamptz, until_time timestamptz, before bigint, most int)
RETURNS TABLE ("position" bigint, at timestamptz, kind text, item uuid, other uuid, is_debit boolean, amount numeric,
	balance_after numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	low bigint := 0;
	high bigint := history.before;
	wanted ledger.kind[] := history.kinds;
BEGIN
	IF history.from_time > '-infinity' THEN
		low := ledger.position_at(history.from_time - interval '1 microsecond');
	END IF;
	IF history.until_time < 'infinity' THEN
		high := least(high, ledger.position_at(history.until_time - interval '1 microsecond') + 1);
	END IF;
	IF cardinality(wanted) = 0 THEN
		RETURN QUERY
		SELECT l.position, l.at, l.kind::text, l.item, l.other, l.is_debit, l.amount, l.after FROM (
			(SELECT d.position, d.at, d.kind, d.item, d.credit AS other, true AS is_debit, d.amount, d.debit_after AS after
			   FROM ledger.transfer d
			  WHERE (d.debit, d.position) > (history.account, low) AND (d.debit, d.position) < (history.account, high)
			  ORDER BY d.debit DESC, d.position DESC LIMIT history.most)
			UNION ALL
			(SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
			   FROM ledger.transfer c
			  WHERE (c.credit, c.position) > (history.account, low) AND (c.credit, c.position) < (history.account, high)
			  ORDER BY c.credit DESC, c.position DESC LIMIT history.most)) l
		 ORDER BY l.position DESC LIMIT history.most;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT l.position, l.at, l.kind::text, l.item, l.other, l.is_debit, l.amount, l.after FROM (
		(SELECT d.position, d.at, d.kind, d.item, d.credit AS other, true AS is_debit, d.amount, d.debit_after AS after
		   FROM ledger.transfer d
		  WHERE 'payment' = ANY(wanted) AND d.kind = 'payment'
		    AND (d.debit, d.position) > (history.account, low) AND (d.debit, d.position) < (history.account, high)
		  ORDER BY d.debit DESC, d.position DESC LIMIT history.most)
		UNION ALL
		(SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
		   FROM ledger.transfer c
		  WHERE 'payment' = ANY(wanted) AND c.kind = 'payment'
		    AND (c.credit, c.position) > (history.account, low) AND (c.credit, c.position) < (history.account, high)
		  ORDER BY c.credit DESC, c.position DESC LIMIT history.most)
		UNION ALL
		(SELECT o.* FROM unnest(wanted) AS w (kind) CROSS JOIN LATERAL (
			SELECT d.position, d.at, d.kind, d.item, d.credit AS other, true AS is_debit, d.amount, d.debit_after
			  FROM ledger.transfer d
			 WHERE d.kind <> 'payment' AND (d.debit, d.kind, d.position) > (history.account, w.kind, low)
			   AND (d.debit, d.kind, d.position) < (history.account, w.kind, high)
			 ORDER BY d.debit DESC, d.kind DESC, d.position DESC LIMIT history.most) o)
		UNION ALL
		(SELECT o.* FROM unnest(wanted) AS w (kind) CROSS JOIN LATERAL (
			SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
			  FROM ledger.transfer c
			 WHERE c.kind <> 'payment' AND (c.credit, c.kind, c.position) > (history.account, w.kind, low)
			   AND (c.credit, c.kind, c.position) < (history.account, w.kind, high)
			 ORDER BY c.credit DESC, c.kind DESC, c.position DESC LIMIT history.most) o)) l
	 ORDER BY l.position DESC LIMIT history.most;
END
$$;

CREATE OR REPLACE FUNCTION ledger.refused_of(accounts uuid[], before uuid, from_id uuid, most int)
RETURNS TABLE (item uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT DISTINCT l.item FROM unnest(refused_of.accounts) AS asked (id) CROSS JOIN LATERAL (
		(SELECT d.item FROM ledger.result d
		  WHERE d.reason IS NOT NULL AND (d.debit, d.item) < (asked.id, refused_of.before)
		    AND (d.debit, d.item) >= (asked.id, refused_of.from_id) AND d.kind IN ('payment', 'hold', 'refund')
		  ORDER BY d.debit DESC, d.item DESC LIMIT refused_of.most)
		UNION ALL
		(SELECT c.item FROM ledger.result c
		  WHERE c.reason IS NOT NULL AND (c.credit, c.item) < (asked.id, refused_of.before)
		    AND (c.credit, c.item) >= (asked.id, refused_of.from_id) AND c.kind IN ('payment', 'hold', 'refund')
		  ORDER BY c.credit DESC, c.item DESC LIMIT refused_of.most)) l
	 ORDER BY l.item DESC
	 LIMIT refused_of.most;
END
$$;
