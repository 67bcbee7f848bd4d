-- What the poster alone does: it takes items out of the queue, and finds rows by their keys whatever the planner thinks of
-- tables that were empty a moment ago.

CREATE FUNCTION ledger.is_waiting(after bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
BEGIN
	RETURN EXISTS (SELECT FROM ledger.item i WHERE i.number > is_waiting.after ORDER BY i.number LIMIT 1);
END
$$;

CREATE FUNCTION ledger.take(after bigint, most int)
RETURNS SETOF ledger.item
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH taken AS (
		DELETE FROM ledger.item i
		 WHERE i.ctid = ANY (ARRAY(
			SELECT b.ctid FROM ledger.item b WHERE b.number > take.after ORDER BY b.number LIMIT take.most))
		RETURNING i.*
	)
	SELECT t.* FROM taken t ORDER BY t.number;
END
$$;
COMMENT ON FUNCTION ledger.take(bigint, int) IS
	'The next items in the order of their acceptance, out of the queue.  Only the leader ledger.poster calls it.';

CREATE FUNCTION ledger.balance_write(accounts uuid[], posted numeric[], held numeric[], incoming numeric[], floors numeric[],
	unlimited boolean[], states text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	UPDATE ledger.balance b
	   SET posted = w.posted, held = w.held, incoming = w.incoming,
	       floor = CASE WHEN NOT w.unlimited THEN w.floor END, state = w.state::ledger.account_state
	  FROM unnest(balance_write.accounts, balance_write.posted, balance_write.held, balance_write.incoming,
		balance_write.floors, balance_write.unlimited, balance_write.states)
	       AS w (account, posted, held, incoming, floor, unlimited, state)
	 WHERE b.account = w.account;
END
$$;
COMMENT ON FUNCTION ledger.balance_write(uuid[], numeric[], numeric[], numeric[], numeric[], boolean[], text[]) IS
	'Balances as they are after a batch.  Only the leader ledger.poster calls it.';

CREATE FUNCTION ledger.hold_write(items uuid[], captured numeric[], states text[], at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	UPDATE ledger.hold h
	   SET captured = w.captured, state = w.state::ledger.hold_state, ended_at = hold_write.at
	  FROM unnest(hold_write.items, hold_write.captured, hold_write.states) AS w (item, captured, state)
	 WHERE h.item = w.item;
END
$$;
COMMENT ON FUNCTION ledger.hold_write(uuid[], numeric[], text[], timestamptz) IS
	'Holds that ended in a batch.  Only the leader ledger.poster calls it.';

CREATE FUNCTION ledger.holds_of(items uuid[])
RETURNS TABLE (item uuid, debit uuid, credit uuid, amount numeric, captured numeric, state text, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT h.item, h.debit, h.credit, h.amount, h.captured, h.state::text, h.expires_at
	  FROM unnest(holds_of.items) AS asked (id)
	  JOIN ledger.hold h ON h.item = asked.id;
END
$$;

-- What may be refunded: payments as they were posted, and what was captured of holds.
CREATE FUNCTION ledger.paid_of(items uuid[])
RETURNS TABLE (item uuid, debit uuid, credit uuid, amount numeric, refunded numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.item, p.debit, p.credit, p.amount, coalesce(f.amount, 0)
	  FROM (SELECT t.item, t.debit, t.credit, t.amount
		  FROM unnest(paid_of.items) AS asked (id)
		  JOIN ledger.transfer t ON t.item = asked.id AND t.leg = 0
		 WHERE t.kind = 'payment'
		UNION ALL
		SELECT h.item, h.debit, h.credit, h.captured
		  FROM unnest(paid_of.items) AS asked (id)
		  JOIN ledger.hold h ON h.item = asked.id
		 WHERE h.state = 'captured') p
	  LEFT JOIN ledger.refunded f ON f.item = p.item;
END
$$;

CREATE FUNCTION ledger.hold_is_due()
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
BEGIN
	RETURN EXISTS (SELECT FROM ledger.hold h
		WHERE h.state = 'held' AND NOT h.expiry_asked AND h.expires_at <= clock_timestamp());
END
$$;

-- Holds that the poster is just writing are left for the next time.
CREATE FUNCTION ledger.hold_expire(most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	asked int;
BEGIN
	WITH due AS (
		SELECT h.item, h.debit, h.credit FROM ledger.hold h
		 WHERE h.state = 'held' AND NOT h.expiry_asked AND h.expires_at <= clock_timestamp()
		 ORDER BY h.expires_at
		 LIMIT hold_expire.most
		   FOR NO KEY UPDATE SKIP LOCKED
	), marked AS (
		UPDATE ledger.hold h SET expiry_asked = true FROM due d WHERE h.item = d.item
		RETURNING h.item, h.debit, h.credit
	)
	INSERT INTO ledger.item (id, kind, debit, credit, amount, "of", expires_at)
	SELECT gen_random_uuid(), 'expiry', m.debit, m.credit, 0, m.item, 'infinity' FROM marked m;
	GET DIAGNOSTICS asked = ROW_COUNT;
	RETURN asked;
END
$$;
COMMENT ON FUNCTION ledger.hold_expire(int) IS
	'Puts an expiry in the queue for each hold that is due; how many.  Only the leader ledger.expirer calls it.';

REVOKE ALL ON FUNCTION ledger.is_waiting(bigint), ledger.take(bigint, int),
	ledger.balance_write(uuid[], numeric[], numeric[], numeric[], numeric[], boolean[], text[]),
	ledger.hold_write(uuid[], numeric[], text[], timestamptz), ledger.holds_of(uuid[]), ledger.paid_of(uuid[]), ledger.hold_is_due(),
	ledger.hold_expire(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.is_waiting(bigint), ledger.take(bigint, int),
	ledger.balance_write(uuid[], numeric[], numeric[], numeric[], numeric[], boolean[], text[]),
	ledger.hold_write(uuid[], numeric[], text[], timestamptz), ledger.holds_of(uuid[]), ledger.paid_of(uuid[]), ledger.hold_is_due(),
	ledger.hold_expire(int) TO stoa_ledger;
