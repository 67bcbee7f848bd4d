-- Answers under their keys in half of the room: principal, route and key are sixteen bytes of their hash, a 202 that is made
-- again of its id keeps no headers, and a status is a small number.

CREATE FUNCTION core.kept_under(principal uuid, route text, key text)
RETURNS uuid
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN encode(substr(sha256(uuid_send(kept_under.principal)
		|| convert_to(kept_under.route || ' ' || kept_under.key, 'UTF8')), 1, 16), 'hex')::uuid;
END
$$;
COMMENT ON FUNCTION core.kept_under(uuid, text, text) IS 'The scope of a key, as core/web/idempotency.c makes it.';

-- Whoever keeps an answer meanwhile waits, and is refused with nothing done.
LOCK TABLE core.idempotency IN ACCESS EXCLUSIVE MODE;
CREATE TABLE core.kept (
	under uuid NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	status smallint NOT NULL,
	fingerprint bytea NOT NULL,
	body bytea NOT NULL,
	content_type text,
	headers jsonb
);
INSERT INTO core.kept (under, created_at, status, fingerprint, body, content_type, headers)
SELECT core.kept_under(i.principal, i.route, i.key), i.created_at, i.status, i.fingerprint, i.body, i.content_type,
       nullif(i.headers, '{}')
  FROM core.idempotency i;
DROP TABLE core.idempotency;
ALTER TABLE core.kept RENAME TO idempotency;
ALTER TABLE core.idempotency ADD CONSTRAINT idempotency_pkey PRIMARY KEY (under);
CREATE INDEX idempotency_by_time ON core.idempotency (created_at);
COMMENT ON TABLE core.idempotency IS 'One answer for each (principal, route, key), written last in its transaction.';
COMMENT ON COLUMN core.idempotency.under IS 'core.kept_under() of the three.';

CREATE FUNCTION core.kept_look(under uuid)
RETURNS TABLE (fingerprint bytea, status int, content_type text, headers jsonb, body bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.fingerprint, i.status::int, i.content_type, coalesce(i.headers, '{}'), i.body
	  FROM core.idempotency i
	 WHERE i.under = kept_look.under AND i.created_at > now() - interval '24 hours';
END
$$;
COMMENT ON FUNCTION core.kept_look(uuid) IS
	'The answer kept under a key, or no row.  None proves nothing while a twin still commits.';

CREATE FUNCTION core.keep(under uuid, fingerprint bytea, status int, content_type text, headers jsonb, body bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- Waits for a twin that has inserted the key and not committed yet.
	INSERT INTO core.idempotency AS i (under, fingerprint, status, content_type, headers, body)
	VALUES (keep.under, keep.fingerprint, keep.status, keep.content_type, keep.headers, keep.body)
	ON CONFLICT (under) DO UPDATE
	   SET fingerprint = excluded.fingerprint, status = excluded.status, content_type = excluded.content_type,
	       headers = excluded.headers, body = excluded.body, created_at = excluded.created_at
	 WHERE i.created_at <= now() - interval '24 hours';
	IF NOT FOUND THEN
		RAISE unique_violation USING CONSTRAINT = 'idempotency_pkey', SCHEMA = 'core', TABLE = 'idempotency',
			MESSAGE = 'the key has an answer already';
	END IF;
END
$$;
COMMENT ON FUNCTION core.keep(uuid, bytea, int, text, jsonb, bytea) IS
	'Keeps the answer of this transaction; fails it (idempotency_pkey) when the key has one already.';

CREATE FUNCTION core.kept_settle(under uuid, fingerprint bytea, status int, content_type text, headers jsonb, body bytea)
RETURNS TABLE (kept boolean, stored_fingerprint bytea, stored_status int, stored_content_type text,
	stored_headers jsonb, stored_body bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO core.idempotency AS i (under, fingerprint, status, content_type, headers, body)
	VALUES (kept_settle.under, kept_settle.fingerprint, kept_settle.status, kept_settle.content_type, kept_settle.headers,
		kept_settle.body)
	ON CONFLICT (under) DO UPDATE
	   SET fingerprint = excluded.fingerprint, status = excluded.status, content_type = excluded.content_type,
	       headers = excluded.headers, body = excluded.body, created_at = excluded.created_at
	 WHERE i.created_at <= now() - interval '24 hours';
	kept := FOUND;
	-- A statement of its own: it sees what the twin has committed meanwhile.
	RETURN QUERY
	SELECT kept, i.fingerprint, i.status::int, i.content_type, coalesce(i.headers, '{}'), i.body
	  FROM core.idempotency i
	 WHERE i.under = kept_settle.under;
END
$$;
COMMENT ON FUNCTION core.kept_settle(uuid, bytea, int, text, jsonb, bytea) IS
	'Keeps a refusal, or finds out what became of a lost COMMIT: the answer that counts, ours when kept.';

REVOKE ALL ON FUNCTION core.kept_under(uuid, text, text), core.kept_look(uuid),
	core.keep(uuid, bytea, int, text, jsonb, bytea), core.kept_settle(uuid, bytea, int, text, jsonb, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.kept_look(uuid), core.keep(uuid, bytea, int, text, jsonb, bytea),
	core.kept_settle(uuid, bytea, int, text, jsonb, bytea) TO stoa_area;

-- What the version before this one calls, for as long as it runs beside it.
CREATE OR REPLACE FUNCTION core.idempotency_look(principal uuid, route text, key text)
RETURNS TABLE (fingerprint bytea, status int, content_type text, headers jsonb, body bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT * FROM core.kept_look(core.kept_under(idempotency_look.principal, idempotency_look.route, idempotency_look.key));
END
$$;

CREATE OR REPLACE FUNCTION core.idempotency_keep(principal uuid, route text, key text, fingerprint bytea, status int,
	content_type text, headers jsonb, body bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
BEGIN
	PERFORM core.keep(core.kept_under(idempotency_keep.principal, idempotency_keep.route, idempotency_keep.key),
		idempotency_keep.fingerprint, idempotency_keep.status, idempotency_keep.content_type, idempotency_keep.headers,
		idempotency_keep.body);
END
$$;

CREATE OR REPLACE FUNCTION core.idempotency_settle(principal uuid, route text, key text, fingerprint bytea, status int,
	content_type text, headers jsonb, body bytea)
RETURNS TABLE (kept boolean, stored_fingerprint bytea, stored_status int, stored_content_type text,
	stored_headers jsonb, stored_body bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT * FROM core.kept_settle(
		core.kept_under(idempotency_settle.principal, idempotency_settle.route, idempotency_settle.key),
		idempotency_settle.fingerprint, idempotency_settle.status, idempotency_settle.content_type,
		idempotency_settle.headers, idempotency_settle.body);
END
$$;
