-- Work to be done later: jobs that wait, are claimed and vanish when done; those given up; and what recurs.
--
-- A job has no state column.  It waits while lease_token is NULL, it is claimed while there is one, and it is
-- deleted in the transaction of its own effects.  The lease token is drawn at each claim, so whoever knows it is the
-- claimer: complete, fail and release need nothing else to be safe, and one whose lease ran out can do nothing.

CREATE SCHEMA queue;
GRANT USAGE ON SCHEMA queue TO stoa_area;

CREATE TABLE queue.job (
	id uuid NOT NULL CONSTRAINT job_pkey PRIMARY KEY,
	ordinal bigint GENERATED ALWAYS AS IDENTITY,
	area text NOT NULL,
	kind text NOT NULL,
	payload jsonb NOT NULL,
	run_at timestamptz NOT NULL,
	head boolean NOT NULL DEFAULT true,
	attempt int NOT NULL DEFAULT 0,
	unique_key text,
	order_key text,
	lease_token uuid,
	lease_until timestamptz,
	worker text,
	error text,
	trace text,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT job_kind_form CHECK (strpos(kind, '.') > 1 AND length(kind) <= 100),
	CONSTRAINT job_leased_whole CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
	CONSTRAINT job_head_of_order CHECK (head OR order_key IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE queue.job IS 'Jobs that wait or run.  Done ones are gone, those given up are in queue.dead.';
COMMENT ON COLUMN queue.job.area IS 'Whose job pools run it; what the kind''s name says, or queue.runner.';
COMMENT ON COLUMN queue.job.attempt IS 'How often it was claimed; counted at the claim, so one that kills its worker ends, too.';
COMMENT ON COLUMN queue.job.head IS 'False: an earlier job of the same order_key is still there.';

CREATE INDEX job_ready ON queue.job (area, run_at, ordinal) WHERE lease_token IS NULL AND head;
CREATE INDEX job_leased ON queue.job (lease_until) WHERE lease_token IS NOT NULL;
CREATE UNIQUE INDEX job_waits_once ON queue.job (kind, unique_key) WHERE unique_key IS NOT NULL AND lease_token IS NULL;
CREATE UNIQUE INDEX job_one_head ON queue.job (order_key) WHERE order_key IS NOT NULL AND head;
CREATE INDEX job_in_line ON queue.job (order_key, ordinal) WHERE NOT head;

CREATE TABLE queue.dead (
	id uuid NOT NULL CONSTRAINT dead_pkey PRIMARY KEY,
	area text NOT NULL,
	kind text NOT NULL,
	payload jsonb NOT NULL,
	attempt int NOT NULL,
	unique_key text,
	order_key text,
	error text NOT NULL,
	trace text,
	created_at timestamptz NOT NULL,
	died_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE queue.dead IS 'Jobs given up, with their last error; queue.redrive puts them back.';
CREATE INDEX dead_by_time ON queue.dead (died_at);

CREATE TABLE queue.runner (
	kind text NOT NULL CONSTRAINT runner_pkey PRIMARY KEY,
	area text NOT NULL
);
COMMENT ON TABLE queue.runner IS 'Kinds that another area runs than the one in front of their dot.';

CREATE TABLE queue.schedule (
	name text NOT NULL CONSTRAINT schedule_pkey PRIMARY KEY,
	kind text NOT NULL,
	seconds bigint NOT NULL CONSTRAINT schedule_seconds_positive CHECK (seconds > 0),
	next_at timestamptz NOT NULL,
	fired_at timestamptz
);
COMMENT ON TABLE queue.schedule IS 'What recurs: registered from the areas'' tables by the scheduler, which alone fires.';

-- Until there is an area for notifications, the queue's own pool writes mails into files.
INSERT INTO queue.runner (kind, area) VALUES ('notification.send', 'queue');

GRANT SELECT ON queue.job, queue.dead, queue.runner, queue.schedule TO stoa_queue;

-- UUIDv7 for rows that the database makes itself.
CREATE FUNCTION queue.new_id()
RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	millis bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
	bytes bytea := overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(millis) FROM 3) FROM 1 FOR 6);
BEGIN
	RETURN encode(set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112), 'hex')::uuid;
END
$$;

/*
 * Putting in.  Two rows can stand in a new job's way, and both are locked while its transaction is open:
 * - a waiting twin of the same unique key.  FOR SHARE keeps it from being claimed before our change is committed;
 *   otherwise it could run without having seen the change that asked for it.
 * - the head of the same order.  FOR KEY SHARE lets it run but not be deleted, so that whoever completes it sees the
 *   new job and moves it up.
 */
CREATE FUNCTION queue.enqueue(id uuid, kind text, payload jsonb, unique_key text, order_key text, run_at timestamptz,
	trace text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	whose text := coalesce((SELECT r.area FROM queue.runner r WHERE r.kind = enqueue.kind),
		split_part(enqueue.kind, '.', 1));
	due timestamptz := coalesce(enqueue.run_at, clock_timestamp());
BEGIN
	IF enqueue.unique_key IS NULL AND enqueue.order_key IS NULL THEN
		INSERT INTO queue.job (id, area, kind, payload, run_at, trace)
		VALUES (enqueue.id, whose, enqueue.kind, enqueue.payload, due, enqueue.trace);
		RETURN;
	END IF;
	FOR turn IN 1..20 LOOP
		INSERT INTO queue.job (id, area, kind, payload, run_at, unique_key, order_key, trace)
		VALUES (enqueue.id, whose, enqueue.kind, enqueue.payload, due, enqueue.unique_key, enqueue.order_key,
			enqueue.trace)
		ON CONFLICT DO NOTHING;
		IF FOUND THEN
			RETURN;
		END IF;
		PERFORM FROM queue.job j
		  WHERE j.kind = enqueue.kind AND j.unique_key = enqueue.unique_key AND j.lease_token IS NULL
		    FOR SHARE;
		IF FOUND THEN
			RETURN;
		END IF;
		PERFORM FROM queue.job j WHERE j.order_key = enqueue.order_key AND j.head FOR KEY SHARE;
		IF FOUND THEN
			INSERT INTO queue.job (id, area, kind, payload, run_at, unique_key, order_key, head, trace)
			VALUES (enqueue.id, whose, enqueue.kind, enqueue.payload, due, enqueue.unique_key,
				enqueue.order_key, false, enqueue.trace)
			ON CONFLICT DO NOTHING;
			IF FOUND THEN
				RETURN;
			END IF;
		END IF;
	END LOOP;
	RAISE EXCEPTION 'The job found no place in the queue.' USING ERRCODE = '40001';
END
$$;
COMMENT ON FUNCTION queue.enqueue(uuid, text, jsonb, text, text, timestamptz, text) IS
	'A job to be run at or after run_at (NULL: now), if and when this transaction commits.';

-- The planner is told its way: statistics of a table that is empty one moment and full the next mislead it.  An array
-- of ids is looked up by index whatever they say; a join might scan the whole table for a claim of a few.
CREATE FUNCTION queue.claim(kinds text[], leases bigint[], worker text, most int, after_run_at timestamptz,
	after_ordinal bigint)
RETURNS TABLE (id uuid, kind text, attempt int, payload jsonb, lease uuid, trace text, run_at timestamptz, ordinal bigint,
	ordered boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, queue, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	whose text := substr(session_user, 6);
	moment timestamptz := clock_timestamp();
BEGIN
	RETURN QUERY
	WITH taken AS (
		UPDATE queue.job j
		   SET lease_token = gen_random_uuid(), worker = claim.worker, attempt = j.attempt + 1,
		       lease_until = moment + claim.leases[array_position(claim.kinds, j.kind)] * interval '1 millisecond'
		 WHERE j.id = ANY (ARRAY(
			SELECT r.id FROM queue.job r
			 WHERE r.area = whose AND r.lease_token IS NULL AND r.head AND r.run_at <= moment
			   AND (r.run_at, r.ordinal) > (claim.after_run_at, claim.after_ordinal)
			   AND r.kind = ANY (claim.kinds)
			 ORDER BY r.run_at, r.ordinal
			 LIMIT claim.most
			   FOR NO KEY UPDATE SKIP LOCKED))
		RETURNING j.id, j.kind, j.attempt, j.payload, j.lease_token, j.trace, j.run_at, j.ordinal,
		          j.order_key IS NOT NULL
	)
	SELECT t.* FROM taken t ORDER BY t.run_at, t.ordinal;
END
$$;
COMMENT ON FUNCTION queue.claim(text[], bigint[], text, int, timestamptz, bigint) IS
	'Due jobs of the calling area and these kinds, behind the given key, each leased for its kind''s milliseconds.';

-- For whoever has just removed the head of an order: the next one moves up, and is never due before that head was.  So
-- its key is behind the head's, and a worker that looks on from there finds it.
CREATE FUNCTION queue.promote(order_key text, head_run_at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE queue.job j SET head = true, run_at = greatest(j.run_at, promote.head_run_at)
	 WHERE j.id = (SELECT n.id FROM queue.job n
	                WHERE n.order_key = promote.order_key AND NOT n.head
	                ORDER BY n.ordinal LIMIT 1);
END
$$;

CREATE FUNCTION queue.complete(id uuid, lease uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	line text;
	due timestamptz;
BEGIN
	DELETE FROM queue.job j
	 WHERE j.id = complete.id AND j.lease_token = complete.lease
	RETURNING j.order_key, j.run_at INTO line, due;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'The lease on this job ran out, and another has it.' USING ERRCODE = 'ST409';
	END IF;
	IF line IS NOT NULL THEN
		PERFORM queue.promote(line, due);
	END IF;
END
$$;
COMMENT ON FUNCTION queue.complete(uuid, uuid) IS
	'Last in the transaction of a job''s effects: the job is gone, or (ST409) the effects must go.';

-- Back to waiting, after `delay` milliseconds.  Where a twin of its unique key has begun to wait meanwhile, both will run.
CREATE FUNCTION queue.put_back(job queue.job, attempt int, delay bigint, error text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	due timestamptz := greatest(put_back.job.run_at, clock_timestamp() + put_back.delay * interval '1 millisecond');
BEGIN
	IF put_back.job.unique_key IS NOT NULL THEN
		BEGIN
			UPDATE queue.job j
			   SET lease_token = NULL, lease_until = NULL, worker = NULL, run_at = due, attempt = put_back.attempt,
			       error = put_back.error
			 WHERE j.id = put_back.job.id;
			RETURN;
		EXCEPTION WHEN unique_violation THEN
			NULL;
		END;
	END IF;
	UPDATE queue.job j
	   SET lease_token = NULL, lease_until = NULL, worker = NULL, run_at = due, attempt = put_back.attempt,
	       error = put_back.error, unique_key = NULL
	 WHERE j.id = put_back.job.id;
END
$$;

CREATE FUNCTION queue.bury(job queue.job, error text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO queue.dead (id, area, kind, payload, attempt, unique_key, order_key, error, trace, created_at)
	VALUES (bury.job.id, bury.job.area, bury.job.kind, bury.job.payload, bury.job.attempt, bury.job.unique_key,
		bury.job.order_key, bury.error, bury.job.trace, bury.job.created_at);
	DELETE FROM queue.job j WHERE j.id = bury.job.id;
	IF bury.job.order_key IS NOT NULL THEN
		PERFORM queue.promote(bury.job.order_key, bury.job.run_at);
	END IF;
END
$$;

CREATE FUNCTION queue.fail(id uuid, lease uuid, error text, delay bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	job queue.job;
BEGIN
	SELECT j.* INTO job FROM queue.job j WHERE j.id = fail.id AND j.lease_token = fail.lease FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF fail.delay IS NULL THEN
		PERFORM queue.bury(job, left(fail.error, 2000));
	ELSE
		PERFORM queue.put_back(job, job.attempt, fail.delay, left(fail.error, 2000));
	END IF;
	RETURN true;
END
$$;
COMMENT ON FUNCTION queue.fail(uuid, uuid, text, bigint) IS
	'The attempt failed: again after `delay` milliseconds, or given up (NULL).  False: the lease had run out.';

CREATE FUNCTION queue.release(ids uuid[], leases uuid[])
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	job queue.job;
	released int := 0;
BEGIN
	FOR job IN
		SELECT j.* FROM queue.job j
		  JOIN unnest(release.ids, release.leases) AS mine (id, lease) ON j.id = mine.id AND j.lease_token = mine.lease
		 ORDER BY j.id
		   FOR UPDATE OF j
	LOOP
		PERFORM queue.put_back(job, job.attempt - 1, NULL, job.error);
		released := released + 1;
	END LOOP;
	RETURN released;
END
$$;
COMMENT ON FUNCTION queue.release(uuid[], uuid[]) IS
	'Claimed and not begun: they wait again as if they had never been claimed.';

CREATE FUNCTION queue.rescue(kinds text[], attempts bigint[])
RETURNS TABLE (id uuid, kind text, attempt int, worker text, dead boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	whose text := substr(session_user, 6);
	lost queue.job;
	reason text;
BEGIN
	FOR lost IN
		SELECT j.* FROM queue.job j
		 WHERE j.lease_token IS NOT NULL AND j.lease_until < clock_timestamp()
		   AND j.area = whose AND j.kind = ANY (rescue.kinds)
		 ORDER BY j.lease_until
		 LIMIT 100
		   FOR UPDATE SKIP LOCKED
	LOOP
		reason := format('Its worker %s did not come back.', lost.worker);
		id := lost.id;
		kind := lost.kind;
		attempt := lost.attempt;
		worker := lost.worker;
		dead := lost.attempt >= rescue.attempts[array_position(rescue.kinds, lost.kind)];
		IF dead THEN
			PERFORM queue.bury(lost, reason);
		ELSE
			PERFORM queue.put_back(lost, lost.attempt, (power(lost.attempt, 4) * (500 + 500 * random()))::bigint, reason);
		END IF;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION queue.rescue(text[], bigint[]) IS
	'Jobs of the calling area whose lease ran out: to be tried again, or dead after as many attempts as their kind has.';

CREATE FUNCTION queue.redrive(ids uuid[])
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	dead queue.dead;
	redriven int := 0;
BEGIN
	FOR dead IN
		DELETE FROM queue.dead d WHERE d.id = ANY (redrive.ids) RETURNING d.*
	LOOP
		PERFORM queue.enqueue(dead.id, dead.kind, dead.payload, dead.unique_key, dead.order_key, NULL, dead.trace);
		redriven := redriven + 1;
	END LOOP;
	RETURN redriven;
END
$$;
COMMENT ON FUNCTION queue.redrive(uuid[]) IS 'Dead jobs wait again, with all their attempts before them.';

-- Rows that became due a short while ago.  Older ones need no waking: every worker looks once a second by itself.
CREATE FUNCTION queue.has_fresh(areas text[])
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, queue, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	moment timestamptz := clock_timestamp();
	name text;
BEGIN
	FOREACH name IN ARRAY has_fresh.areas LOOP
		IF EXISTS (SELECT FROM queue.job j
		            WHERE j.area = name AND j.lease_token IS NULL AND j.head
		              AND j.run_at <= moment AND j.run_at > moment - interval '1200 milliseconds') THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;

CREATE FUNCTION queue.wake(areas text[])
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	name text;
	woken int := 0;
BEGIN
	FOREACH name IN ARRAY wake.areas LOOP
		IF queue.has_fresh(ARRAY[name]) THEN
			PERFORM pg_notify('queue_' || name, '');
			woken := woken + 1;
		END IF;
	END LOOP;
	RETURN woken;
END
$$;
COMMENT ON FUNCTION queue.wake(text[]) IS 'NOTIFY queue_<area> where jobs have become due; from one place, never from who enqueues.';

-- A day has the same slots every day; longer ones are counted from Thursday, 1970-01-01.
CREATE FUNCTION queue.next_slot(seconds bigint, at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	elapsed bigint := floor(extract(epoch FROM next_slot.at));
	midnight bigint := elapsed - elapsed % 86400;
	slot bigint;
BEGIN
	IF next_slot.seconds > 86400 THEN
		slot := (elapsed / next_slot.seconds + 1) * next_slot.seconds;
	ELSE
		slot := least(midnight + ((elapsed - midnight) / next_slot.seconds + 1) * next_slot.seconds, midnight + 86400);
	END IF;
	RETURN to_timestamp(slot);
END
$$;

CREATE FUNCTION queue.schedule_register(names text[], kinds text[], seconds bigint[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM queue.schedule s WHERE s.name <> ALL (schedule_register.names);
	INSERT INTO queue.schedule AS s (name, kind, seconds, next_at)
	SELECT n.name, n.kind, n.seconds, queue.next_slot(n.seconds, clock_timestamp())
	  FROM unnest(schedule_register.names, schedule_register.kinds, schedule_register.seconds) AS n (name, kind, seconds)
	ON CONFLICT (name) DO UPDATE
	   SET kind = excluded.kind, seconds = excluded.seconds,
	       next_at = CASE WHEN s.seconds = excluded.seconds THEN s.next_at ELSE excluded.next_at END
	 WHERE (s.kind, s.seconds) IS DISTINCT FROM (excluded.kind, excluded.seconds);
END
$$;
COMMENT ON FUNCTION queue.schedule_register(text[], text[], bigint[]) IS
	'What recurs is exactly this.  A slot that was missed while nobody led stays due.';

CREATE FUNCTION queue.schedule_is_due()
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN EXISTS (SELECT FROM queue.schedule s WHERE s.next_at <= clock_timestamp());
END
$$;

-- However many slots were missed, one job makes up for them; and where the last one still waits, that one will do.
CREATE FUNCTION queue.schedule_fire(most int)
RETURNS TABLE (name text, kind text, slot timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	due queue.schedule;
BEGIN
	FOR due IN
		SELECT s.* FROM queue.schedule s
		 WHERE s.next_at <= clock_timestamp()
		 ORDER BY s.next_at, s.name
		 LIMIT schedule_fire.most
		   FOR UPDATE
	LOOP
		UPDATE queue.schedule s
		   SET next_at = queue.next_slot(s.seconds, clock_timestamp()), fired_at = clock_timestamp()
		 WHERE s.name = due.name;
		PERFORM queue.enqueue(queue.new_id(), due.kind, '{}', 'schedule ' || due.name, NULL, NULL, NULL);
		name := due.name;
		kind := due.kind;
		slot := due.next_at;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION queue.schedule_fire(int) IS 'A job for each schedule that is due, and when it is due next.';

-- For a schedule that cannot be fired: it is skipped until its next slot.
CREATE FUNCTION queue.schedule_skip()
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	due queue.schedule;
BEGIN
	SELECT s.* INTO due FROM queue.schedule s WHERE s.next_at <= clock_timestamp() ORDER BY s.next_at, s.name LIMIT 1 FOR UPDATE;
	UPDATE queue.schedule s SET next_at = queue.next_slot(s.seconds, clock_timestamp()) WHERE s.name = due.name;
	RETURN due.name;
END
$$;

CREATE FUNCTION queue.summary()
RETURNS TABLE (area text, waiting_since timestamptz, dead bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH RECURSIVE with_jobs (area, due) AS (
		(SELECT j.area, j.run_at FROM queue.job j WHERE j.lease_token IS NULL AND j.head
		  ORDER BY j.area, j.run_at LIMIT 1)
		UNION ALL
		SELECT n.area, n.run_at FROM with_jobs w CROSS JOIN LATERAL (
			SELECT j.area, j.run_at FROM queue.job j
			 WHERE j.lease_token IS NULL AND j.head AND j.area > w.area
			 ORDER BY j.area, j.run_at LIMIT 1) n
	), with_dead AS (
		SELECT d.area, count(*) AS count FROM queue.dead d GROUP BY d.area
	)
	SELECT coalesce(w.area, d.area), w.due, coalesce(d.count, 0)
	  FROM with_jobs w FULL JOIN with_dead d ON d.area = w.area
	 ORDER BY 1;
END
$$;
COMMENT ON FUNCTION queue.summary() IS 'For doctor and metrics: since when the oldest job waits, and how many were given up.';

CREATE FUNCTION queue.dead_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM queue.dead d
	 WHERE d.ctid = ANY (ARRAY(
		SELECT o.ctid FROM queue.dead o
		 WHERE o.died_at < dead_remove.older_than
		 ORDER BY o.died_at
		 LIMIT dead_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says)
VALUES ('dead jobs', interval '30 days', 'queue.dead_remove', 'Jobs given up that nobody put back.');

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA queue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue.enqueue(uuid, text, jsonb, text, text, timestamptz, text),
	queue.claim(text[], bigint[], text, int, timestamptz, bigint), queue.complete(uuid, uuid),
	queue.fail(uuid, uuid, text, bigint), queue.release(uuid[], uuid[]), queue.rescue(text[], bigint[]),
	queue.summary()
	TO stoa_area;
GRANT EXECUTE ON FUNCTION queue.redrive(uuid[]), queue.has_fresh(text[]), queue.wake(text[]),
	queue.schedule_register(text[], text[], bigint[]), queue.schedule_is_due(), queue.schedule_fire(int),
	queue.schedule_skip()
	TO stoa_queue;
