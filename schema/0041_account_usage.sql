-- What agents used, judged by when they used it: inside a block it is kept apart and charged to nobody.

CREATE TABLE account.usage (
	id uuid NOT NULL CONSTRAINT usage_pkey PRIMARY KEY,
	agent uuid NOT NULL CONSTRAINT usage_agent_exists REFERENCES account.agent (id),
	unit text NOT NULL,
	quantity numeric(24,9) NOT NULL,
	occurred_at timestamptz NOT NULL,
	received_at timestamptz NOT NULL DEFAULT now(),
	source text NOT NULL,
	source_id text NOT NULL,
	charged boolean NOT NULL,
	CONSTRAINT usage_quantity_positive CHECK (quantity > 0 AND quantity < 1e15),
	CONSTRAINT usage_unit_form CHECK (unit ~ '^[a-z][a-z0-9_.-]{0,31}$')
);
COMMENT ON TABLE account.usage IS 'Each use once, as it was told.';
CREATE INDEX usage_by_agent ON account.usage (agent, occurred_at);
CREATE INDEX usage_by_receipt ON account.usage USING brin (received_at);

CREATE TABLE account.usage_key (
	source text NOT NULL,
	source_id text NOT NULL,
	usage uuid NOT NULL,
	seen_at timestamptz NOT NULL,
	CONSTRAINT usage_key_pkey PRIMARY KEY (source, source_id)
);
COMMENT ON TABLE account.usage_key IS 'What has been told already; a key counts for 32 days from when it was first seen.';
CREATE INDEX usage_key_by_time ON account.usage_key USING brin (seen_at);

-- Sums are kept, not counted: a bill of a year reads a few hundred rows however much was used.  Only what no index
-- holds is updated, and a page keeps room for it.
CREATE TABLE account.usage_day (
	account uuid NOT NULL,
	day date NOT NULL,
	agent uuid NOT NULL,
	unit text NOT NULL,
	charged_quantity numeric NOT NULL DEFAULT 0,
	excluded_quantity numeric NOT NULL DEFAULT 0,
	charged_records bigint NOT NULL DEFAULT 0,
	excluded_records bigint NOT NULL DEFAULT 0,
	CONSTRAINT usage_day_pkey PRIMARY KEY (account, day, agent, unit),
	CONSTRAINT usage_day_not_negative CHECK (charged_quantity >= 0 AND excluded_quantity >= 0
		AND charged_records >= 0 AND excluded_records >= 0)
) WITH (fillfactor = 60);
COMMENT ON TABLE account.usage_day IS 'Sums by agent, unit and UTC day; always what account.usage adds up to.';

GRANT SELECT ON account.usage, account.usage_day TO stoa_account;

CREATE FUNCTION account.day_of(instant timestamptz)
RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN (day_of.instant AT TIME ZONE 'UTC')::date;
END
$$;

-- Locks, always in this order: agents by id, keys by name, days by their key.  Whoever blocks an agent holds its row
-- alone, so a use is either judged by the block or there to be taken back by it.
CREATE FUNCTION account.usage_add(ids uuid[], agents uuid[], units text[], quantities text[], times timestamptz[],
	sources text[], source_ids text[])
RETURNS TABLE (number bigint, outcome text, usage uuid, unit text, quantity text, occurred_at timestamptz, charged boolean,
	duplicate boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	present timestamptz;
	oldest timestamptz;
	fresh uuid[];
BEGIN
	PERFORM FROM account.agent a WHERE a.id = ANY(usage_add.agents) ORDER BY a.id FOR SHARE;
	present := clock_timestamp();
	oldest := present - interval '32 days';

	WITH sound AS (
		SELECT DISTINCT ON (i.source, i.source_id) i.id, i.source, i.source_id
		  FROM unnest(usage_add.ids, usage_add.agents, usage_add.times, usage_add.sources, usage_add.source_ids)
		       WITH ORDINALITY AS i (id, agent, at, source, source_id, number)
		  JOIN account.agent a ON a.id = i.agent
		 WHERE i.at > oldest AND i.at <= present
		 ORDER BY i.source, i.source_id, i.number
	), kept AS (
		INSERT INTO account.usage_key AS k (source, source_id, usage, seen_at)
		SELECT s.source, s.source_id, s.id, present FROM sound s ORDER BY s.source, s.source_id
		ON CONFLICT ON CONSTRAINT usage_key_pkey DO UPDATE SET usage = excluded.usage, seen_at = excluded.seen_at
		 WHERE k.seen_at <= oldest
		RETURNING k.usage
	)
	SELECT array_agg(n.usage) INTO fresh FROM kept n;

	IF fresh IS NOT NULL THEN
		WITH added AS (
			INSERT INTO account.usage AS u (id, agent, unit, quantity, occurred_at, source, source_id, charged)
			SELECT i.id, i.agent, i.unit, i.quantity::numeric, i.at, i.source, i.source_id,
			       NOT EXISTS (SELECT FROM account.block b
			                    WHERE b.agent = i.agent AND b.since <= i.at AND (b.until IS NULL OR i.at < b.until))
			  FROM unnest(usage_add.ids, usage_add.agents, usage_add.units, usage_add.quantities, usage_add.times,
			              usage_add.sources, usage_add.source_ids)
			       AS i (id, agent, unit, quantity, at, source, source_id)
			 WHERE i.id = ANY(fresh)
			RETURNING u.agent, u.unit, u.quantity, u.occurred_at, u.charged
		), summed AS (
			SELECT a.account, account.day_of(n.occurred_at) AS day, n.agent, n.unit,
			       coalesce(sum(n.quantity) FILTER (WHERE n.charged), 0) AS charged_quantity,
			       coalesce(sum(n.quantity) FILTER (WHERE NOT n.charged), 0) AS excluded_quantity,
			       count(*) FILTER (WHERE n.charged) AS charged_records,
			       count(*) FILTER (WHERE NOT n.charged) AS excluded_records
			  FROM added n JOIN account.agent a ON a.id = n.agent
			 GROUP BY 1, 2, 3, 4
			 ORDER BY 1, 2, 3, 4
		)
		INSERT INTO account.usage_day AS d (account, day, agent, unit, charged_quantity, excluded_quantity,
			charged_records, excluded_records)
		SELECT s.* FROM summed s
		ON CONFLICT ON CONSTRAINT usage_day_pkey DO UPDATE
		   SET charged_quantity = d.charged_quantity + excluded.charged_quantity,
		       excluded_quantity = d.excluded_quantity + excluded.excluded_quantity,
		       charged_records = d.charged_records + excluded.charged_records,
		       excluded_records = d.excluded_records + excluded.excluded_records;
	END IF;

	RETURN QUERY
	SELECT i.number,
	       CASE WHEN a.id IS NULL THEN 'unknown' WHEN i.at > present THEN 'future' WHEN i.at <= oldest THEN 'old'
	            WHEN u.charged THEN 'charged' ELSE 'excluded' END,
	       u.id, u.unit, trim_scale(u.quantity)::text, u.occurred_at, u.charged, u.id <> i.id
	  FROM unnest(usage_add.ids, usage_add.agents, usage_add.times, usage_add.sources, usage_add.source_ids)
	       WITH ORDINALITY AS i (id, agent, at, source, source_id, number)
	  LEFT JOIN account.agent a ON a.id = i.agent
	  LEFT JOIN account.usage_key k ON k.source = i.source AND k.source_id = i.source_id
	       AND a.id IS NOT NULL AND i.at > oldest AND i.at <= present
	  LEFT JOIN account.usage u ON u.id = k.usage
	 ORDER BY i.number;
END
$$;
COMMENT ON FUNCTION account.usage_add(uuid[], uuid[], text[], text[], timestamptz[], text[], text[]) IS
	'Tells of uses, each counted once; a row for each, with what became of it, or of the one that came before it.';

-- What was counted already and now lies inside a block.
CREATE FUNCTION account.usage_exclude(agent uuid, since timestamptz, until timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	records bigint;
BEGIN
	WITH moved AS (
		UPDATE account.usage u SET charged = false
		 WHERE u.agent = usage_exclude.agent AND u.charged AND u.occurred_at >= usage_exclude.since
		   AND u.occurred_at < coalesce(usage_exclude.until, 'infinity')
		RETURNING u.unit, u.quantity, account.day_of(u.occurred_at) AS day
	), summed AS (
		SELECT m.day, m.unit, sum(m.quantity) AS quantity, count(*) AS records FROM moved m GROUP BY 1, 2
	), days AS (
		UPDATE account.usage_day d
		   SET charged_quantity = d.charged_quantity - s.quantity, charged_records = d.charged_records - s.records,
		       excluded_quantity = d.excluded_quantity + s.quantity, excluded_records = d.excluded_records + s.records
		  FROM summed s, account.agent a
		 WHERE a.id = usage_exclude.agent AND d.account = a.account AND d.day = s.day AND d.agent = a.id
		   AND d.unit = s.unit
		RETURNING s.records
	)
	SELECT coalesce(sum(y.records), 0)::bigint INTO records FROM days y;
	RETURN records;
END
$$;

-- ---- blocks -----------------------------------------------------------------------------------------------

CREATE FUNCTION account.agent_hold(id uuid)
RETURNS account.agent_now
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.agent_now;
BEGIN
	PERFORM FROM account.agent a WHERE a.id = agent_hold.id FOR NO KEY UPDATE;
	SELECT n.* INTO held FROM account.agent_now n WHERE n.id = agent_hold.id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'No such agent.' USING ERRCODE = 'ST404';
	END IF;
	RETURN held;
END
$$;

CREATE FUNCTION account.block_judge(since timestamptz, until timestamptz)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
BEGIN
	IF block_judge.since > clock_timestamp() THEN
		RAISE EXCEPTION 'must not lie in the future' USING ERRCODE = 'ST422', HINT = '/since';
	ELSIF block_judge.since < clock_timestamp() - interval '366 days' THEN
		RAISE EXCEPTION 'must not be more than 366 days ago' USING ERRCODE = 'ST422', HINT = '/since';
	ELSIF block_judge.until <= clock_timestamp() THEN
		RAISE EXCEPTION 'must lie in the future' USING ERRCODE = 'ST422', HINT = '/until';
	ELSIF block_judge.until > clock_timestamp() + interval '3660 days' THEN
		RAISE EXCEPTION 'must be within ten years' USING ERRCODE = 'ST422', HINT = '/until';
	END IF;
END
$$;

-- One that is blocked can be blocked from an earlier time on, when the fault is found to be older; else it is a conflict.
CREATE FUNCTION account.agent_block(id uuid, agent uuid, reason text, since timestamptz, until timestamptz, made_by uuid)
RETURNS TABLE (block uuid, starts timestamptz, ends timestamptz, records bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.agent_now := account.agent_hold(agent_block.agent);
BEGIN
	PERFORM account.block_judge(agent_block.since, agent_block.until);
	starts := coalesce(agent_block.since, clock_timestamp());
	IF held.block IS NULL THEN
		INSERT INTO account.block (id, agent, since, until, reason, made_by)
		VALUES (agent_block.id, held.id, starts, agent_block.until, agent_block.reason, agent_block.made_by)
		RETURNING id, until INTO block, ends;
	ELSIF starts < held.blocked_since THEN
		UPDATE account.block b
		   SET since = starts, until = coalesce(agent_block.until, b.until), reason = agent_block.reason,
		       made_by = agent_block.made_by
		 WHERE b.id = held.block
		RETURNING b.id, b.until INTO block, ends;
	ELSE
		RAISE EXCEPTION 'The agent is blocked.' USING ERRCODE = 'ST409';
	END IF;
	UPDATE account.agent a SET version = a.version + 1 WHERE a.id = held.id;
	PERFORM auth.block(ARRAY[held.party], 'agent:' || held.id, agent_block.reason);
	records := account.usage_exclude(held.id, starts, ends);
	RETURN NEXT;
END
$$;

CREATE FUNCTION account.agent_unblock(agent uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.agent_now := account.agent_hold(agent_unblock.agent);
BEGIN
	IF held.block IS NULL THEN
		RAISE EXCEPTION 'The agent is active.' USING ERRCODE = 'ST409';
	END IF;
	UPDATE account.block b
	   SET until = greatest(clock_timestamp(), b.since + interval '1 microsecond'), ended_at = clock_timestamp()
	 WHERE b.id = held.block;
	UPDATE account.agent a SET version = a.version + 1 WHERE a.id = held.id;
	PERFORM auth.unblock(ARRAY[held.party], 'agent:' || held.id);
END
$$;

-- A block that has run out lets its user in again.  No row: it stands, was ended, or another one stands.
CREATE FUNCTION account.block_end(block uuid)
RETURNS TABLE (agent uuid, account uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.agent_now;
BEGIN
	SELECT h.* INTO held FROM account.block b CROSS JOIN LATERAL account.agent_hold(b.agent) h
	 WHERE b.id = block_end.block;
	UPDATE account.block b SET ended_at = clock_timestamp()
	 WHERE b.id = block_end.block AND b.until <= clock_timestamp() AND b.ended_at IS NULL;
	IF NOT FOUND OR held.block IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE account.agent a SET version = a.version + 1 WHERE a.id = held.id;
	PERFORM auth.unblock(ARRAY[held.party], 'agent:' || held.id);
	agent := held.id;
	account := held.account;
	RETURN NEXT;
END
$$;

-- ---- what goes --------------------------------------------------------------------------------------------

CREATE FUNCTION account.usage_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM account.usage u
	 WHERE u.ctid = ANY (ARRAY(
		SELECT o.ctid FROM account.usage o
		 WHERE o.received_at < usage_remove.older_than
		 LIMIT usage_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

CREATE FUNCTION account.usage_key_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM account.usage_key k
	 WHERE k.ctid = ANY (ARRAY(
		SELECT o.ctid FROM account.usage_key o
		 WHERE o.seen_at < usage_key_remove.older_than
		 LIMIT usage_key_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says) VALUES
	('usage', interval '400 days', 'account.usage_remove', 'Single uses; their sums by day stay.'),
	('usage keys', interval '33 days', 'account.usage_key_remove', 'What tells a repeated use from a new one.');

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
	account.usage_add(uuid[], uuid[], text[], text[], timestamptz[], text[], text[]),
	account.agent_block(uuid, uuid, text, timestamptz, timestamptz, uuid), account.agent_unblock(uuid),
	account.block_end(uuid) TO stoa_account;
