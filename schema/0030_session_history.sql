-- Who signed in when, from where and with what: kept for a year and a month, by kind of device and by month.
--
-- A login must not fail because nobody made its partition: such a row waits in session.login_late until the job
-- session.partitions has made the partition and moved it.  There is no default partition: attaching beside one would
-- lock the table.

CREATE FUNCTION session.device_types()
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN ARRAY['phone', 'tablet', 'desktop', 'tv', 'watch', 'console', 'car', 'other'];
END
$$;

CREATE TABLE session.login (
	id uuid NOT NULL,
	party uuid NOT NULL,
	occurred_at timestamptz NOT NULL,
	device_type text NOT NULL,
	device text,
	address inet,
	method text NOT NULL,
	outcome text NOT NULL,
	session uuid,
	CONSTRAINT login_device_length CHECK (length(device) <= 128),
	CONSTRAINT login_method_length CHECK (length(method) BETWEEN 1 AND 64),
	CONSTRAINT login_outcome_length CHECK (length(outcome) BETWEEN 1 AND 64)
) PARTITION BY LIST (device_type);
COMMENT ON TABLE session.login IS 'Attempts to sign in as somebody who exists, by device type, then by month (UTC).';
COMMENT ON COLUMN session.login.session IS 'That it began; NULL: it was refused.';
CREATE INDEX login_by_party ON session.login (party, occurred_at DESC, id DESC);

CREATE TABLE session.login_late (LIKE session.login INCLUDING CONSTRAINTS);
COMMENT ON TABLE session.login_late IS 'Rows whose partition was missing; empty but for a moment.';
CREATE INDEX login_late_by_time ON session.login_late (occurred_at);

DO $$
DECLARE
	kind text;
BEGIN
	FOREACH kind IN ARRAY session.device_types() LOOP
		EXECUTE format('CREATE TABLE session.%I PARTITION OF session.login FOR VALUES IN (%L) PARTITION BY RANGE (occurred_at)',
			'login_' || kind, kind);
	END LOOP;
END
$$;

-- How many logins each partition holds of a party, so that a page knows which partitions it needs before it opens any.
CREATE TABLE session.login_count (
	party uuid NOT NULL,
	month date NOT NULL,
	device_type text NOT NULL,
	logins int NOT NULL,
	CONSTRAINT login_count_pkey PRIMARY KEY (party, month, device_type)
) WITH (fillfactor = 70);
CREATE INDEX login_count_by_month ON session.login_count (month);

-- What somebody has signed in with before.  A device is what it calls itself, so this is for telling its owner, and
-- never for trusting anybody.
CREATE TABLE session.device (
	party uuid NOT NULL,
	device_type text NOT NULL,
	name_hash bytea NOT NULL,
	first_seen_at timestamptz NOT NULL DEFAULT now(),
	last_seen_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT device_pkey PRIMARY KEY (party, device_type, name_hash)
);
CREATE INDEX device_by_last_seen ON session.device (last_seen_at);
CREATE INDEX session_by_expiry ON session.session (expires_at);

GRANT SELECT ON session.login, session.login_count TO stoa_session;

CREATE FUNCTION session.month_of(at timestamptz)
RETURNS date
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN date_trunc('month', month_of.at AT TIME ZONE 'UTC')::date;
END
$$;

-- Attached rather than created in its place, which would lock the whole table against logins.
CREATE FUNCTION session.partition_make(device_type text, month date)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
DECLARE
	parent text := 'login_' || partition_make.device_type;
	child text := parent || to_char(partition_make.month, '_YYYY_MM');
	begins timestamptz := partition_make.month::timestamp AT TIME ZONE 'UTC';
	ends timestamptz := (partition_make.month + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
	IF to_regclass(format('session.%I', child)) IS NOT NULL THEN
		RETURN false;
	END IF;
	EXECUTE format('CREATE TABLE session.%I (LIKE session.login INCLUDING ALL)', child);
	EXECUTE format('ALTER TABLE session.%I ATTACH PARTITION session.%I FOR VALUES FROM (%L) TO (%L)',
		parent, child, begins, ends);
	RETURN true;
END
$$;

CREATE FUNCTION session.partitions_make(months int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
DECLARE
	kind text;
	month date;
	made int := 0;
BEGIN
	-- Two makers would find the same one missing.
	PERFORM pg_advisory_xact_lock(hashtextextended('session.partitions', 0));
	FOR month IN
		SELECT m::date FROM generate_series(
			session.month_of(least(now(), (SELECT min(l.occurred_at) FROM session.login_late l)))::timestamp,
			session.month_of(now()) + make_interval(months => partitions_make.months), interval '1 month') AS m
	LOOP
		FOREACH kind IN ARRAY session.device_types() LOOP
			made := made + session.partition_make(kind, month)::int;
		END LOOP;
	END LOOP;
	RETURN made;
END
$$;
COMMENT ON FUNCTION session.partitions_make(int) IS
	'Makes what is missing from the oldest late row''s month to so many months ahead; how many it made.';

CREATE FUNCTION session.late_move(most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	moved int;
BEGIN
	WITH late AS (
		DELETE FROM session.login_late l
		 WHERE l.ctid = ANY (ARRAY(SELECT o.ctid FROM session.login_late o ORDER BY o.occurred_at
		                            LIMIT late_move.most FOR UPDATE SKIP LOCKED))
		RETURNING l.*),
	inserted AS (
		INSERT INTO session.login SELECT l.* FROM late l
		RETURNING party, occurred_at, device_type),
	counted AS (
		INSERT INTO session.login_count AS c (party, month, device_type, logins)
		SELECT i.party, session.month_of(i.occurred_at) AS month, i.device_type, count(*)
		  FROM inserted i GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
		ON CONFLICT ON CONSTRAINT login_count_pkey DO UPDATE SET logins = c.logins + excluded.logins
		RETURNING 1)
	SELECT count(*) INTO moved FROM late;
	RETURN moved;
END
$$;
COMMENT ON FUNCTION session.late_move(int) IS 'Puts late rows where they belong, after partitions_make; how many.';

CREATE FUNCTION session.login_keep(id uuid, party uuid, session uuid, device_type text, device text, address inet,
	method text, outcome text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO session.login (id, party, occurred_at, device_type, device, address, method, outcome, session)
	VALUES (login_keep.id, login_keep.party, now(), login_keep.device_type, login_keep.device, login_keep.address,
		login_keep.method, login_keep.outcome, login_keep.session);
	INSERT INTO session.login_count AS c (party, month, device_type, logins)
	VALUES (login_keep.party, session.month_of(now()), login_keep.device_type, 1)
	ON CONFLICT ON CONSTRAINT login_count_pkey DO UPDATE SET logins = c.logins + 1;
EXCEPTION WHEN check_violation THEN
	-- No partition.  (Its other checks hold for any row that history_add makes.)
	INSERT INTO session.login_late (id, party, occurred_at, device_type, device, address, method, outcome, session)
	VALUES (login_keep.id, login_keep.party, now(), login_keep.device_type, login_keep.device, login_keep.address,
		login_keep.method, login_keep.outcome, login_keep.session);
	PERFORM queue.enqueue(queue.new_id(), 'session.partitions', '{}', 'late', NULL, NULL, NULL);
END
$$;

-- The first device of all is no news to its owner.
CREATE FUNCTION session.device_is_new(party uuid, device_type text, device text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	hash bytea := sha256(convert_to(coalesce(device_is_new.device, ''), 'UTF8'));
	is_known boolean := EXISTS (SELECT FROM session.device d WHERE d.party = device_is_new.party);
BEGIN
	UPDATE session.device d SET last_seen_at = now()
	 WHERE d.party = device_is_new.party AND d.device_type = device_is_new.device_type AND d.name_hash = hash
	   AND d.last_seen_at < now() - interval '1 day';
	INSERT INTO session.device (party, device_type, name_hash)
	VALUES (device_is_new.party, device_is_new.device_type, hash)
	ON CONFLICT ON CONSTRAINT device_pkey DO NOTHING;
	RETURN FOUND AND is_known;
END
$$;

CREATE FUNCTION session.history_add(party uuid, session uuid, device_type text, device text, address text, method text,
	outcome text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	kind text := CASE WHEN history_add.device_type = ANY(session.device_types()) THEN history_add.device_type
	                  ELSE 'other' END;
	is_new boolean := false;
BEGIN
	PERFORM session.login_keep(queue.new_id(), history_add.party, history_add.session, kind,
		left(history_add.device, 128), history_add.address::inet, history_add.method, history_add.outcome);
	IF history_add.session IS NOT NULL THEN
		is_new := session.device_is_new(history_add.party, kind, history_add.device);
	END IF;
	IF is_new THEN
		PERFORM event.append(queue.new_id(), 'session.new_device', history_add.session, history_add.party,
			jsonb_build_object('device_type', kind, 'device', left(history_add.device, 128),
				'address', history_add.address), NULL);
	END IF;
	RETURN is_new;
END
$$;
COMMENT ON FUNCTION session.history_add(uuid, uuid, text, text, text, text, text) IS
	'One attempt to sign in as a party: the session it began (NULL: refused), device type (others than the known: other), '
	'user agent, address, method ("password"), outcome ("success").  True: from a device that this party has not used.';

-- Whole partitions go.  A lock that does not come at once is not waited for, because logins would wait behind it.
CREATE FUNCTION session.login_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp SET lock_timeout = '100ms' AS $$
#variable_conflict use_column
DECLARE
	first_kept date := session.month_of(login_remove.older_than);
	old text[];
BEGIN
	DELETE FROM session.login_late l WHERE l.occurred_at < login_remove.older_than;
	DELETE FROM session.login_count c WHERE c.ctid = ANY (ARRAY(
		SELECT o.ctid FROM session.login_count o WHERE o.month < first_kept LIMIT login_remove.most));
	old := ARRAY(SELECT c.relname::text FROM pg_partition_tree('session.login') t JOIN pg_class c ON c.oid = t.relid
	              WHERE t.isleaf AND t.level = 2 AND right(c.relname, 7) < to_char(first_kept, 'YYYY_MM')
	              ORDER BY right(c.relname, 7), c.relname);
	IF cardinality(old) = 0 THEN
		RETURN 0;
	END IF;
	EXECUTE format('DROP TABLE session.%I', old[1]);
	RETURN CASE WHEN cardinality(old) > 1 THEN login_remove.most ELSE 1 END;
EXCEPTION WHEN lock_not_available THEN
	RETURN 0;
END
$$;
COMMENT ON FUNCTION session.login_remove(timestamptz, int) IS
	'Drops the oldest partition that is wholly older; `most` when there are more, so that the job comes again at once.';

CREATE FUNCTION session.device_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM session.device d WHERE d.ctid = ANY (ARRAY(
		SELECT o.ctid FROM session.device o WHERE o.last_seen_at < device_remove.older_than
		 ORDER BY o.last_seen_at LIMIT device_remove.most FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

CREATE FUNCTION session.session_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM session.session s WHERE s.ctid = ANY (ARRAY(
		SELECT o.ctid FROM session.session o WHERE o.expires_at < session_remove.older_than
		 ORDER BY o.expires_at LIMIT session_remove.most FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says) VALUES
	('login history', interval '13 months', 'session.login_remove', 'Who signed in when, and from where.'),
	('devices', interval '400 days', 'session.device_remove', 'What somebody has signed in with before.'),
	('sessions', interval '30 days', 'session.session_remove', 'Sessions, counted from when they would have expired.');

SELECT session.partitions_make(3);

REVOKE ALL ON FUNCTION session.device_types(), session.month_of(timestamptz), session.partition_make(text, date),
	session.partitions_make(int), session.late_move(int),
	session.login_keep(uuid, uuid, uuid, text, text, inet, text, text), session.device_is_new(uuid, text, text),
	session.history_add(uuid, uuid, text, text, text, text, text), session.login_remove(timestamptz, int),
	session.device_remove(timestamptz, int), session.session_remove(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.month_of(timestamptz), session.partitions_make(int), session.late_move(int)
	TO stoa_session;
-- Whoever lets people sign in.
GRANT EXECUTE ON FUNCTION session.history_add(uuid, uuid, text, text, text, text, text) TO stoa_session;
