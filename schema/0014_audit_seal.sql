-- The sealer's two steps: move what is in the inbox behind the last position, and seal it.

CREATE FUNCTION audit.is_due(most int, patience bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, audit, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	oldest timestamptz;
BEGIN
	SELECT i.at INTO oldest FROM audit.inbox i ORDER BY i.number LIMIT 1;
	RETURN FOUND AND (oldest <= clock_timestamp() - is_due.patience * interval '1 millisecond'
		OR EXISTS (SELECT FROM audit.inbox i ORDER BY i.number OFFSET is_due.most - 1 LIMIT 1));
END
$$;
COMMENT ON FUNCTION audit.is_due(int, bigint) IS
	'Whether a row has waited for so many milliseconds, or so many rows wait: not a seal for each of them.';

-- One statement, so one snapshot, picks the batch.  Nobody but the leader audit.sealer calls this, and its epoch is
-- checked in the same transaction, so the last seal is the last.
CREATE FUNCTION audit.move(most int)
RETURNS TABLE (number bigint, first bigint, last bigint, previous bytea, root bytea, at timestamptz, signed text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, audit, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	moved bigint;
BEGIN
	SELECT s.number, s.last, s.hash INTO number, last, previous FROM audit.seal s ORDER BY s.number DESC LIMIT 1;
	number := coalesce(number, 0) + 1;
	first := coalesce(last, 0) + 1;
	previous := coalesce(previous, sha256(''));
	WITH taken AS (
		DELETE FROM audit.inbox i
		 WHERE i.ctid = ANY (ARRAY(SELECT b.ctid FROM audit.inbox b ORDER BY b.number LIMIT move.most))
		RETURNING i.*
	), placed AS (
		INSERT INTO audit.entry AS e (position, number, at, party, session, route, subject, what, status, problem,
			address, request, times, hash)
		SELECT first - 1 + row_number() OVER (ORDER BY t.number), t.number, t.at, t.party, t.session, t.route,
		       t.subject, t.what, t.status, t.problem, t.address, t.request, t.times, t.hash
		  FROM taken t
		 ORDER BY t.number
		RETURNING e.position, e.hash
	)
	SELECT count(*), sha256(string_agg(int8send(p.position) || p.hash, ''::bytea ORDER BY p.position))
	  INTO moved, root
	  FROM placed p;
	IF moved = 0 THEN
		RETURN;
	END IF;
	last := first - 1 + moved;
	at := clock_timestamp();
	signed := audit.pieces('stoa-seal-1', number::text, first::text, last::text, encode(previous, 'hex'),
		encode(root, 'hex'), audit.time_text(at));
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION audit.move(int) IS 'Gives the next rows their positions, and says what their seal has to sign; no row: nothing waits.';

CREATE FUNCTION audit.seal_add(number bigint, first bigint, last bigint, previous bytea, root bytea, at timestamptz,
	signed text, kid text, signature bytea)
RETURNS TABLE (hash bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, audit, pg_temp SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	INSERT INTO audit.seal AS s (number, first, last, previous, root, leaves, at, hash, kid, signature)
	SELECT seal_add.number, seal_add.first, seal_add.last, seal_add.previous, seal_add.root,
	       string_agg(e.hash, ''::bytea ORDER BY e.position), seal_add.at, sha256(convert_to(seal_add.signed, 'UTF8')),
	       seal_add.kid, seal_add.signature
	  FROM audit.entry e
	 WHERE e.position BETWEEN seal_add.first AND seal_add.last
	RETURNING s.hash;
END
$$;
COMMENT ON FUNCTION audit.seal_add(bigint, bigint, bigint, bytea, bytea, timestamptz, text, text, bytea) IS
	'Seals what audit.move has moved, in the same transaction; the hash that the next seal will name.';

-- Seals are checked for as long as there are any, so their keys are remembered after they have retired.
CREATE FUNCTION core.key_history(purpose text)
RETURNS TABLE (kid text, public_part bytea, private_part bytea, created_at timestamptz, retires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT k.kid, k.public_part, k.private_part, k.created_at, k.retires_at
	  FROM core.key k
	 WHERE k.purpose = key_history.purpose
	 ORDER BY k.created_at, k.kid;
END
$$;
COMMENT ON FUNCTION core.key_history(text) IS 'Every key that a purpose ever had, oldest first.';

REVOKE ALL ON FUNCTION core.key_history(text), audit.is_due(int, bigint), audit.move(int),
	audit.seal_add(bigint, bigint, bigint, bytea, bytea, timestamptz, text, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.key_history(text), audit.is_due(int, bigint), audit.move(int),
	audit.seal_add(bigint, bigint, bigint, bytea, bytea, timestamptz, text, text, bytea) TO stoa_audit;
