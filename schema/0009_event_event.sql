-- Facts in one order: appended with the change they tell of, given their position by the sequencer alone.
--
-- Whoever appends holds the lock on its subject's row, from before the number is drawn until COMMIT.  So of two events
-- of one subject the one with the lower number was committed before the other's was drawn: whoever sees the second
-- sees the first.  Numbers of other transactions that are missing yet belong to other subjects; they come in a later
-- batch, with later positions.

CREATE SCHEMA event;
GRANT USAGE ON SCHEMA event TO stoa_area;

CREATE TABLE event.outbox (
	number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pkey PRIMARY KEY,
	id uuid NOT NULL,
	type text NOT NULL,
	subject uuid NOT NULL,
	owner uuid,
	data jsonb,
	trace text,
	occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT outbox_type_form CHECK (strpos(type, '.') > 1 AND length(type) <= 100)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE event.outbox IS 'Events that have no position yet; empty but for the last milliseconds.';

CREATE TABLE event.log (
	position bigint NOT NULL CONSTRAINT log_pkey PRIMARY KEY,
	id uuid NOT NULL,
	type text NOT NULL,
	subject uuid NOT NULL,
	owner uuid,
	data jsonb,
	trace text,
	occurred_at timestamptz NOT NULL,
	sequenced_at timestamptz NOT NULL
);
COMMENT ON TABLE event.log IS 'Every event once, its positions without a gap; readers remember the last they have read.';
COMMENT ON COLUMN event.log.owner IS 'The party that may read it; NULL: operators only.';

CREATE TABLE event.head (
	single boolean NOT NULL DEFAULT true CONSTRAINT head_pkey PRIMARY KEY CONSTRAINT head_is_one CHECK (single),
	position bigint NOT NULL
) WITH (fillfactor = 20);
COMMENT ON TABLE event.head IS 'The last position given; it outlives the log''s rows.';
INSERT INTO event.head (position) VALUES (0);

CREATE TABLE event.aside (
	number bigint NOT NULL CONSTRAINT aside_pkey PRIMARY KEY,
	event jsonb NOT NULL,
	error text NOT NULL,
	put_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE event.aside IS 'Events that could not be sequenced, as they were in the outbox.';

GRANT SELECT ON event.outbox, event.log, event.head, event.aside TO stoa_event;

CREATE FUNCTION event.append(id uuid, type text, subject uuid, owner uuid, data jsonb, trace text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, event, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO event.outbox (id, type, subject, owner, data, trace)
	VALUES (append.id, append.type, append.subject, append.owner, append.data, append.trace);
END
$$;
COMMENT ON FUNCTION event.append(uuid, text, uuid, uuid, jsonb, text) IS
	'Tells of a change in its own transaction, after the subject''s row is locked.';

CREATE FUNCTION event.is_pending()
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, event, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
BEGIN
	RETURN EXISTS (SELECT FROM event.outbox o ORDER BY o.number LIMIT 1);
END
$$;

-- One statement, so one snapshot, picks the batch.  The head's row is locked first: two sequencers would wait for each
-- other, and nobody else updates or deletes, so a ctid stays a row's own.
CREATE FUNCTION event.sequence(most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, event, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	last bigint;
	moved int;
BEGIN
	SELECT h.position INTO last FROM event.head h WHERE h.single FOR UPDATE;
	WITH taken AS (
		DELETE FROM event.outbox o
		 WHERE o.ctid = ANY (ARRAY(SELECT b.ctid FROM event.outbox b ORDER BY b.number LIMIT sequence.most))
		RETURNING o.*
	)
	INSERT INTO event.log (position, id, type, subject, owner, data, trace, occurred_at, sequenced_at)
	SELECT last + row_number() OVER (ORDER BY t.number), t.id, t.type, t.subject, t.owner, t.data, t.trace,
	       t.occurred_at, clock_timestamp()
	  FROM taken t
	 ORDER BY t.number;
	GET DIAGNOSTICS moved = ROW_COUNT;
	IF moved > 0 THEN
		UPDATE event.head h SET position = last + moved WHERE h.single;
	END IF;
	RETURN moved;
END
$$;
COMMENT ON FUNCTION event.sequence(int) IS 'Gives the next events their positions; how many.  Only the leader event.sequencer calls it.';

-- The first event alone: it gets its position if it can after all, otherwise it is put aside so that the rest goes on.
CREATE FUNCTION event.put_aside()
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, event, pg_temp AS $$
#variable_conflict use_column
DECLARE
	last bigint;
	first event.outbox;
BEGIN
	SELECT h.position INTO last FROM event.head h WHERE h.single FOR UPDATE;
	SELECT o.* INTO first FROM event.outbox o ORDER BY o.number LIMIT 1;
	DELETE FROM event.outbox o WHERE o.number = first.number;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	BEGIN
		INSERT INTO event.log (position, id, type, subject, owner, data, trace, occurred_at, sequenced_at)
		VALUES (last + 1, first.id, first.type, first.subject, first.owner, first.data, first.trace,
			first.occurred_at, clock_timestamp());
		UPDATE event.head h SET position = last + 1 WHERE h.single;
		RETURN false;
	EXCEPTION WHEN OTHERS THEN
		INSERT INTO event.aside (number, event, error) VALUES (first.number, to_jsonb(first), SQLERRM);
		RETURN true;
	END;
END
$$;
COMMENT ON FUNCTION event.put_aside() IS 'Whether an event had to be put aside.';

-- Rows go at the low end only, and positions are in order of time: the first that is young enough ends the batch.
CREATE FUNCTION event.log_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, event, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	until bigint;
	removed int;
BEGIN
	SELECT max(f.position) INTO until
	  FROM (SELECT l.position, l.sequenced_at FROM event.log l ORDER BY l.position LIMIT log_remove.most) f
	 WHERE f.sequenced_at < log_remove.older_than;
	DELETE FROM event.log l WHERE l.position <= until;
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says)
VALUES ('events', interval '90 days', 'event.log_remove', 'The log of events that feeds, webhooks and brokers read.');

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA event FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event.append(uuid, text, uuid, uuid, jsonb, text) TO stoa_area;
GRANT EXECUTE ON FUNCTION event.is_pending(), event.sequence(int), event.put_aside() TO stoa_event;
