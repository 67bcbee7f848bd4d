-- What others may know of the ledger: what became of an item, what an account had at a time, and its history.

-- `at` never goes back along the positions, and there is no gap; so a time's position is found by halving.
CREATE FUNCTION ledger.position_at(at timestamptz)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
	low bigint := 0;
	high bigint;
	middle bigint;
	middle_at timestamptz;
BEGIN
	SELECT h.position INTO high FROM ledger.head h WHERE h.single;
	WHILE low < high LOOP
		middle := (low + high + 1) / 2;
		SELECT t.at INTO middle_at FROM ledger.transfer t WHERE t.position = middle;
		IF middle_at <= position_at.at THEN
			low := middle;
		ELSE
			high := middle - 1;
		END IF;
	END LOOP;
	RETURN low;
END
$$;
COMMENT ON FUNCTION ledger.position_at(timestamptz) IS 'The position of the last transfer up to that instant, itself included; 0: none.';

CREATE FUNCTION ledger.balance_at(accounts uuid[], at timestamptz)
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
			  WHERE d.debit = asked.id AND d.position <= until ORDER BY d.position DESC LIMIT 1)
			UNION ALL
			(SELECT c.position, c.credit_after FROM ledger.transfer c
			  WHERE c.credit = asked.id AND c.position <= until ORDER BY c.position DESC LIMIT 1)) l
		ORDER BY l.position DESC LIMIT 1), 0),
	       coalesce((SELECT sum(h.amount) FROM ledger.hold h
		WHERE h.debit = asked.id AND h.ended_at > balance_at.at AND h.held_at <= balance_at.at), 0),
	       coalesce((SELECT sum(h.amount) FROM ledger.hold h
		WHERE h.credit = asked.id AND h.ended_at > balance_at.at AND h.held_at <= balance_at.at), 0)
	  FROM unnest(balance_at.accounts) AS asked (id);
END
$$;
COMMENT ON FUNCTION ledger.balance_at(uuid[], timestamptz) IS 'What these accounts had at that instant, itself included; one that was not there yet had nothing.';

CREATE FUNCTION ledger.history(account uuid, kinds text[], from_time timestamptz, until_time timestamptz, before bigint, most int)
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
			  WHERE d.debit = history.account AND d.position > low AND d.position < high
			  ORDER BY d.position DESC LIMIT history.most)
			UNION ALL
			(SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
			   FROM ledger.transfer c
			  WHERE c.credit = history.account AND c.position > low AND c.position < high
			  ORDER BY c.position DESC LIMIT history.most)) l
		 ORDER BY l.position DESC LIMIT history.most;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT l.position, l.at, l.kind::text, l.item, l.other, l.is_debit, l.amount, l.after FROM (
		(SELECT d.position, d.at, d.kind, d.item, d.credit AS other, true AS is_debit, d.amount, d.debit_after AS after
		   FROM ledger.transfer d
		  WHERE 'payment' = ANY(wanted) AND d.debit = history.account AND d.kind = 'payment'
		    AND d.position > low AND d.position < high
		  ORDER BY d.position DESC LIMIT history.most)
		UNION ALL
		(SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
		   FROM ledger.transfer c
		  WHERE 'payment' = ANY(wanted) AND c.credit = history.account AND c.kind = 'payment'
		    AND c.position > low AND c.position < high
		  ORDER BY c.position DESC LIMIT history.most)
		UNION ALL
		(SELECT o.* FROM unnest(wanted) AS w (kind) CROSS JOIN LATERAL (
			SELECT d.position, d.at, d.kind, d.item, d.credit AS other, true AS is_debit, d.amount, d.debit_after
			  FROM ledger.transfer d
			 WHERE d.debit = history.account AND d.kind = w.kind AND d.kind <> 'payment'
			   AND d.position > low AND d.position < high
			 ORDER BY d.position DESC LIMIT history.most) o)
		UNION ALL
		(SELECT o.* FROM unnest(wanted) AS w (kind) CROSS JOIN LATERAL (
			SELECT c.position, c.at, c.kind, c.item, c.debit, false, c.amount, c.credit_after
			  FROM ledger.transfer c
			 WHERE c.credit = history.account AND c.kind = w.kind AND c.kind <> 'payment'
			   AND c.position > low AND c.position < high
			 ORDER BY c.position DESC LIMIT history.most) o)) l
	 ORDER BY l.position DESC LIMIT history.most;
END
$$;
COMMENT ON FUNCTION ledger.history(uuid, text[], timestamptz, timestamptz, bigint, int) IS
	'A page of an account''s transfers, newest first: before a position (the first page passes the largest bigint), from_time <= at < until_time (infinities: no bound), of these kinds (empty: all).  `other` is the account on the other side.';

CREATE FUNCTION ledger.result_of(items uuid[])
RETURNS TABLE (item uuid, state text, reason text, amount numeric, refunded numeric, expires_at timestamptz,
	decided_at timestamptz, "position" bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT asked.id,
	       CASE WHEN t.position IS NOT NULL THEN 'posted' WHEN h.state IS NOT NULL THEN h.state::text
		    WHEN r.reason IS NOT NULL THEN 'refused' ELSE 'done' END,
	       r.reason,
	       CASE WHEN t.position IS NOT NULL THEN t.amount WHEN h.state = 'captured' THEN h.captured ELSE h.amount END,
	       coalesce(f.amount, 0),
	       h.expires_at,
	       coalesce(t.at, CASE WHEN h.state = 'held' THEN h.held_at ELSE h.ended_at END, r.decided_at),
	       t.position
	  FROM unnest(result_of.items) AS asked (id)
	  LEFT JOIN ledger.transfer t ON t.item = asked.id AND t.leg = 0
	  LEFT JOIN ledger.hold h ON h.item = asked.id
	  LEFT JOIN ledger.result r ON r.item = asked.id
	  LEFT JOIN ledger.refunded f ON f.item = asked.id
	 WHERE t.position IS NOT NULL OR h.item IS NOT NULL OR r.item IS NOT NULL;
END
$$;
COMMENT ON FUNCTION ledger.result_of(uuid[]) IS
	'What became of items; no row: not decided yet.  posted (money moved), refused (with a reason), done (freeze, void, ...); of a hold: held, captured, voided, expired, with the amount held or captured.';

CREATE FUNCTION ledger.refused_of(accounts uuid[], before uuid, from_id uuid, most int)
RETURNS TABLE (item uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT DISTINCT l.item FROM unnest(refused_of.accounts) AS asked (id) CROSS JOIN LATERAL (
		(SELECT d.item FROM ledger.result d
		  WHERE d.reason IS NOT NULL AND d.debit = asked.id AND d.item < refused_of.before AND d.item >= refused_of.from_id
		    AND d.kind IN ('payment', 'hold', 'refund')
		  ORDER BY d.item DESC LIMIT refused_of.most)
		UNION ALL
		(SELECT c.item FROM ledger.result c
		  WHERE c.reason IS NOT NULL AND c.credit = asked.id AND c.item < refused_of.before AND c.item >= refused_of.from_id
		    AND c.kind IN ('payment', 'hold', 'refund')
		  ORDER BY c.item DESC LIMIT refused_of.most)) l
	 ORDER BY l.item DESC
	 LIMIT refused_of.most;
END
$$;
COMMENT ON FUNCTION ledger.refused_of(uuid[], uuid, uuid, int) IS 'Refused payments, holds and refunds of these accounts, the newest ids first: from_id <= id < before.';

CREATE FUNCTION ledger.waiting_of(accounts uuid[])
RETURNS TABLE (item uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.id FROM ledger.item i
	 WHERE i.debit = ANY(waiting_of.accounts) OR i.credit = ANY(waiting_of.accounts);
END
$$;
COMMENT ON FUNCTION ledger.waiting_of(uuid[]) IS 'Items of these accounts that are not decided yet.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.account_open(uuid[], uuid[], text[], text[], bigint[]), ledger.balance(uuid[]),
	ledger.accounts_of(uuid[]), ledger.balance_at(uuid[], timestamptz),
	ledger.item_add(uuid[], text[], uuid[], uuid[], numeric[], uuid[], timestamptz[]),
	ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[]),
	ledger.history(uuid, text[], timestamptz, timestamptz, bigint, int), ledger.result_of(uuid[]),
	ledger.refused_of(uuid[], uuid, uuid, int), ledger.waiting_of(uuid[]) TO stoa_ledger;
