-- One row for each leader: who may write at present, and until when nobody else may.
--
-- Every batch of a leader starts with leader_check, which updates the leader's row: it fails for one that has been
-- superseded, and it locks the row until the batch is committed, so nobody can be put in its place half-way.  Time is
-- the database's alone; the clocks of the hosts do not matter.

CREATE TABLE core.leader (
	name text NOT NULL CONSTRAINT leader_pkey PRIMARY KEY,
	epoch bigint NOT NULL,
	holder text NOT NULL,
	since timestamptz NOT NULL,
	leased_until timestamptz NOT NULL
) WITH (fillfactor = 20);
COMMENT ON TABLE core.leader IS 'Who leads, and under which epoch; each take-over makes a new epoch.';
COMMENT ON COLUMN core.leader.leased_until IS 'Moved on by each batch; once it is past, another may take over.';

CREATE FUNCTION core.leader_take(name text, holder text, lease bigint)
RETURNS TABLE (epoch bigint, previous text, blocked_by int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
DECLARE
	until timestamptz := clock_timestamp() + leader_take.lease * interval '1 millisecond';
	before text;
BEGIN
	IF split_part(leader_take.name, '.', 1) <> substr(session_user, 6) THEN
		RAISE EXCEPTION 'Only an area itself leads %.', leader_take.name USING ERRCODE = 'ST403';
	END IF;
	-- Looked for first: ON CONFLICT would wait for the batch that has the row locked.
	IF NOT EXISTS (SELECT FROM core.leader l WHERE l.name = leader_take.name) THEN
		INSERT INTO core.leader AS l (name, epoch, holder, since, leased_until)
		VALUES (leader_take.name, 0, '', clock_timestamp(), '-infinity')
		ON CONFLICT (name) DO NOTHING;
	END IF;

	-- A leader at work has its row locked: nobody waits for it here.
	SELECT l.holder INTO before FROM core.leader l
	 WHERE l.name = leader_take.name AND (l.leased_until <= clock_timestamp() OR l.holder = leader_take.holder)
	   FOR UPDATE SKIP LOCKED;
	IF FOUND THEN
		RETURN QUERY
		UPDATE core.leader l
		   SET epoch = l.epoch + 1, holder = leader_take.holder, since = clock_timestamp(), leased_until = until
		 WHERE l.name = leader_take.name
		RETURNING l.epoch, before, 0;
		RETURN;
	END IF;

	-- The lease has run out and yet a batch is open: its backend is named, for leader_evict.
	RETURN QUERY
	SELECT 0::bigint, l.holder, k.pid
	  FROM core.leader l
	  JOIN pg_catalog.pg_locks k ON k.locktype = 'transactionid' AND k.granted AND k.transactionid = l.xmax
	 WHERE l.name = leader_take.name AND l.leased_until <= clock_timestamp();
END
$$;
COMMENT ON FUNCTION core.leader_take(text, text, bigint) IS
	'Tries to lead for that many milliseconds.  No row: somebody leads.  Epoch 0: a backend stands in the way.';

CREATE FUNCTION core.leader_check(name text, epoch bigint, lease bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE core.leader l SET leased_until = clock_timestamp() + leader_check.lease * interval '1 millisecond'
	 WHERE l.name = leader_check.name AND l.epoch = leader_check.epoch
	   AND split_part(l.name, '.', 1) = substr(session_user, 6);
	IF NOT FOUND THEN
		RAISE EXCEPTION '% is led by another.', leader_check.name USING ERRCODE = 'ST409';
	END IF;
END
$$;
COMMENT ON FUNCTION core.leader_check(text, bigint, bigint) IS
	'First in each batch: fails it when the epoch is not the newest any more, and keeps the lease.';

CREATE FUNCTION core.leader_holds(name text, epoch bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM core.leader l WHERE l.name = leader_holds.name AND l.epoch = leader_holds.epoch);
END
$$;
COMMENT ON FUNCTION core.leader_holds(text, bigint) IS 'Whether a batch failed for another reason than having been superseded.';

CREATE FUNCTION core.leader_release(name text, epoch bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE core.leader l SET leased_until = '-infinity'
	 WHERE l.name = leader_release.name AND l.epoch = leader_release.epoch
	   AND split_part(l.name, '.', 1) = substr(session_user, 6);
END
$$;
COMMENT ON FUNCTION core.leader_release(text, bigint) IS 'A leader that ends in peace lets the next one begin at once.';

REVOKE ALL ON FUNCTION core.leader_take(text, text, bigint), core.leader_check(text, bigint, bigint),
	core.leader_holds(text, bigint), core.leader_release(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.leader_take(text, text, bigint), core.leader_check(text, bigint, bigint),
	core.leader_holds(text, bigint), core.leader_release(text, bigint) TO stoa_area;
