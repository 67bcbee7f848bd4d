-- Answers kept under their Idempotency-Key, so that a repeat gets the same answer and does nothing again.
-- A key counts for 24 hours; retention removes older rows, and until then they are written over.

CREATE TABLE core.idempotency (
	principal uuid NOT NULL,
	route text NOT NULL,
	key text NOT NULL,
	fingerprint bytea NOT NULL,
	status int NOT NULL,
	content_type text,
	headers jsonb NOT NULL,
	body bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT idempotency_pkey PRIMARY KEY (principal, route, key)
);
COMMENT ON TABLE core.idempotency IS 'One answer for each (principal, route, key), written last in its transaction.';
CREATE INDEX idempotency_by_time ON core.idempotency (created_at);

CREATE FUNCTION core.idempotency_look(principal uuid, route text, key text)
RETURNS TABLE (fingerprint bytea, status int, content_type text, headers jsonb, body bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.fingerprint, i.status, i.content_type, i.headers, i.body
	  FROM core.idempotency i
	 WHERE i.principal = idempotency_look.principal
	   AND i.route = idempotency_look.route
	   AND i.key = idempotency_look.key
	   AND i.created_at > now() - interval '24 hours';
END
$$;
COMMENT ON FUNCTION core.idempotency_look(uuid, text, text) IS
	'The answer kept under a key, or no row.  None proves nothing while a twin still commits.';

CREATE FUNCTION core.idempotency_keep(principal uuid, route text, key text, fingerprint bytea, status int,
	content_type text, headers jsonb, body bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- Waits for a twin that has inserted the key and not committed yet.
	INSERT INTO core.idempotency AS i (principal, route, key, fingerprint, status, content_type, headers, body)
	VALUES (idempotency_keep.principal, idempotency_keep.route, idempotency_keep.key, idempotency_keep.fingerprint,
		idempotency_keep.status, idempotency_keep.content_type, idempotency_keep.headers, idempotency_keep.body)
	ON CONFLICT (principal, route, key) DO UPDATE
	   SET fingerprint = excluded.fingerprint, status = excluded.status, content_type = excluded.content_type,
	       headers = excluded.headers, body = excluded.body, created_at = excluded.created_at
	 WHERE i.created_at <= now() - interval '24 hours';
	IF NOT FOUND THEN
		RAISE unique_violation USING CONSTRAINT = 'idempotency_pkey', SCHEMA = 'core', TABLE = 'idempotency',
			MESSAGE = 'the key has an answer already';
	END IF;
END
$$;
COMMENT ON FUNCTION core.idempotency_keep(uuid, text, text, bytea, int, text, jsonb, bytea) IS
	'Keeps the answer of this transaction; fails it (idempotency_pkey) when the key has one already.';

CREATE FUNCTION core.idempotency_settle(principal uuid, route text, key text, fingerprint bytea, status int,
	content_type text, headers jsonb, body bytea)
RETURNS TABLE (kept boolean, stored_fingerprint bytea, stored_status int, stored_content_type text,
	stored_headers jsonb, stored_body bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO core.idempotency AS i (principal, route, key, fingerprint, status, content_type, headers, body)
	VALUES (idempotency_settle.principal, idempotency_settle.route, idempotency_settle.key,
		idempotency_settle.fingerprint, idempotency_settle.status, idempotency_settle.content_type,
		idempotency_settle.headers, idempotency_settle.body)
	ON CONFLICT (principal, route, key) DO UPDATE
	   SET fingerprint = excluded.fingerprint, status = excluded.status, content_type = excluded.content_type,
	       headers = excluded.headers, body = excluded.body, created_at = excluded.created_at
	 WHERE i.created_at <= now() - interval '24 hours';
	IF FOUND THEN
		RETURN QUERY SELECT true, fingerprint, status, content_type, headers, body;
		RETURN;
	END IF;
	-- A statement of its own: it sees what the twin has committed meanwhile.
	RETURN QUERY
	SELECT false, i.fingerprint, i.status, i.content_type, i.headers, i.body
	  FROM core.idempotency i
	 WHERE i.principal = idempotency_settle.principal
	   AND i.route = idempotency_settle.route
	   AND i.key = idempotency_settle.key;
END
$$;
COMMENT ON FUNCTION core.idempotency_settle(uuid, text, text, bytea, int, text, jsonb, bytea) IS
	'Keeps a refusal, or finds out what became of a lost COMMIT: the answer that counts, ours when kept.';

REVOKE ALL ON FUNCTION core.idempotency_look(uuid, text, text),
	core.idempotency_keep(uuid, text, text, bytea, int, text, jsonb, bytea),
	core.idempotency_settle(uuid, text, text, bytea, int, text, jsonb, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.idempotency_look(uuid, text, text),
	core.idempotency_keep(uuid, text, text, bytea, int, text, jsonb, bytea),
	core.idempotency_settle(uuid, text, text, bytea, int, text, jsonb, bytea) TO stoa_area;
