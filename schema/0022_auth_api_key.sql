-- Keys for programs: of a user, or of a service that operators made.  A key's row says whether it lives and which
-- version of its rights counts, as a session's does.

CREATE TABLE auth.service (
	id uuid NOT NULL CONSTRAINT service_pkey PRIMARY KEY,
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by uuid NOT NULL,
	deleted_at timestamptz,
	CONSTRAINT service_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
COMMENT ON TABLE auth.service IS 'A party of the kind service: a program of somebody''s that calls us.  It signs in with keys alone.';
CREATE UNIQUE INDEX service_name_once ON auth.service (name) WHERE deleted_at IS NULL;
CREATE INDEX service_by_time ON auth.service (created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- `authz_ver` and `last_used_at` change often: neither is in an index.
CREATE TABLE auth.api_key (
	id uuid NOT NULL CONSTRAINT api_key_pkey PRIMARY KEY,
	party uuid NOT NULL,
	name text NOT NULL,
	hash bytea NOT NULL,
	scopes text[] NOT NULL,
	authz_ver bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by uuid NOT NULL,
	expires_at timestamptz,
	last_used_at timestamptz,
	ended_at timestamptz,
	CONSTRAINT api_key_name_length CHECK (length(name) BETWEEN 1 AND 200),
	CONSTRAINT api_key_hash_size CHECK (length(hash) = 32),
	CONSTRAINT api_key_expires_later CHECK (expires_at > created_at)
) WITH (fillfactor = 70);
COMMENT ON COLUMN auth.api_key.hash IS 'SHA-256 of the secret, which is 32 random bytes; the id stands in the key''s text before it.';
COMMENT ON COLUMN auth.api_key.scopes IS 'Permissions; what the party does not hold itself does not count.';
COMMENT ON COLUMN auth.api_key.last_used_at IS 'To the minute.';
CREATE INDEX api_key_by_party ON auth.api_key (party, created_at DESC, id DESC) WHERE ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON auth.service, auth.api_key TO stoa_auth;

-- Blocking and deleting a user are looked up here and not written into its keys, so both hold at once and unblocking
-- gives them back.
CREATE FUNCTION auth.key_is_alive(key auth.api_key)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	RETURN key.ended_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > statement_timestamp())
	   AND NOT EXISTS (SELECT FROM auth.user u WHERE u.id = key.party
	                      AND (u.blocked_at IS NOT NULL OR u.deleted_at IS NOT NULL));
END
$$;

CREATE FUNCTION auth.key_look(key uuid, hash bytea)
RETURNS TABLE (party uuid, alive boolean, authz_ver bigint, last_used_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT k.party, auth.key_is_alive(k), k.authz_ver, k.last_used_at
	  FROM auth.api_key k
	 WHERE k.id = key_look.key AND k.hash = key_look.hash;
END
$$;
COMMENT ON FUNCTION auth.key_look(uuid, bytea) IS 'One row by its key, with every request that shows one.  No row: there is no such key.';

CREATE FUNCTION auth.key_rights(key uuid, hash bytea)
RETURNS TABLE (party uuid, alive boolean, authz_ver bigint, kind text, tier text, parties uuid[], permissions text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT k.party, auth.key_is_alive(k), k.authz_ver, t.kind, t.tier, t.parties,
	       ARRAY(SELECT s.name FROM unnest(k.scopes) AS s (name)
	              WHERE "authorization".allows(t.permissions, s.name) ORDER BY s.name)
	  FROM auth.api_key k CROSS JOIN LATERAL party.standing(k.party) t
	 WHERE k.id = key_rights.key AND k.hash = key_rights.hash;
END
$$;
COMMENT ON FUNCTION auth.key_rights(uuid, bytea) IS
	'What a key may do: of its scopes those that its party holds, with the version that this is.';

CREATE FUNCTION auth.key_used(key uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE auth.api_key k SET last_used_at = now()
	 WHERE k.id = key_used.key AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute');
END
$$;

CREATE FUNCTION auth.key_bump(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE auth.api_key k SET authz_ver = k.authz_ver + 1
	  FROM (SELECT l.id FROM auth.api_key l WHERE l.party = ANY(key_bump.parties) AND l.ended_at IS NULL
	         ORDER BY l.id FOR NO KEY UPDATE) locked
	 WHERE k.id = locked.id;
END
$$;

-- As it was, and keys too.
CREATE OR REPLACE FUNCTION session.bump(parties uuid[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	bumped bigint;
BEGIN
	PERFORM party.hold(bump.parties);
	UPDATE session.session s SET authz_ver = s.authz_ver + 1
	  FROM (SELECT l.id FROM session.session l WHERE l.party = ANY(bump.parties) AND l.ended_at IS NULL
	         ORDER BY l.id FOR NO KEY UPDATE) locked
	 WHERE s.id = locked.id;
	GET DIAGNOSTICS bumped = ROW_COUNT;
	PERFORM auth.key_bump(bump.parties);
	RETURN bumped;
END
$$;

-- Shares the party's row, so that a change of its rights sees the key or is seen by it.
CREATE FUNCTION auth.key_add(id uuid, party uuid, name text, hash bytea, scopes text[], expires_at timestamptz,
	made_by uuid, held text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM "authorization".must_hold(key_add.held, key_add.scopes);
	IF key_add.expires_at <= now() THEN
		RAISE EXCEPTION 'The key would expire before it is made.' USING ERRCODE = 'ST422', HINT = '/expires_at';
	END IF;
	PERFORM party.share(ARRAY[key_add.party]);
	IF (SELECT count(*) FROM auth.api_key k WHERE k.party = key_add.party AND k.ended_at IS NULL) >= 100 THEN
		RAISE EXCEPTION 'A hundred keys are enough; end one first.' USING ERRCODE = 'ST409';
	END IF;
	INSERT INTO auth.api_key (id, party, name, hash, scopes, expires_at, created_by)
	SELECT key_add.id, key_add.party, key_add.name, key_add.hash,
	       ARRAY(SELECT DISTINCT s.name FROM unnest(key_add.scopes) AS s (name) ORDER BY s.name),
	       key_add.expires_at, key_add.made_by;
END
$$;

CREATE FUNCTION auth.service_add(id uuid, name text, made_by uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM party.party_add(ARRAY[service_add.id], 'service');
	INSERT INTO auth.service (id, name, created_by) VALUES (service_add.id, service_add.name, service_add.made_by);
END
$$;

CREATE FUNCTION auth.service_remove(service uuid)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM party.hold(ARRAY[service_remove.service]);
	UPDATE auth.service s SET deleted_at = now() WHERE s.id = service_remove.service AND s.deleted_at IS NULL;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	UPDATE auth.api_key k SET ended_at = now() WHERE k.party = service_remove.service AND k.ended_at IS NULL;
	PERFORM "authorization".leave(ARRAY[service_remove.service]);
	RETURN QUERY SELECT service_remove.service;
END
$$;

REVOKE ALL ON FUNCTION auth.key_is_alive(auth.api_key), auth.key_look(uuid, bytea), auth.key_rights(uuid, bytea),
	auth.key_used(uuid), auth.key_bump(uuid[]),
	auth.key_add(uuid, uuid, text, bytea, text[], timestamptz, uuid, text[]),
	auth.service_add(uuid, text, uuid), auth.service_remove(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.key_look(uuid, bytea), auth.key_rights(uuid, bytea), auth.key_used(uuid) TO stoa_area;
GRANT EXECUTE ON FUNCTION auth.key_add(uuid, uuid, text, bytea, text[], timestamptz, uuid, text[]),
	auth.service_add(uuid, text, uuid), auth.service_remove(uuid) TO stoa_auth;
