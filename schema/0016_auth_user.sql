-- People who sign in: their addresses and passwords, the links that mails carry, and what is counted against guessing.

CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth TO stoa_area;

-- What an address is compared by.  The collation is ICU's root, so that it does not depend on the host's locales.
CREATE FUNCTION auth.canonical_email(email text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN normalize(lower(normalize(canonical_email.email, NFKC) COLLATE "und-x-icu"), NFKC);
END
$$;

CREATE TABLE auth.user (
	id uuid NOT NULL CONSTRAINT user_pkey PRIMARY KEY,
	email text,
	email_canonical text CONSTRAINT user_email_once UNIQUE,
	password text,
	name text,
	region text,
	device_type text,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	verified_at timestamptz,
	password_at timestamptz,
	blocked_at timestamptz,
	deleted_at timestamptz,
	status text NOT NULL GENERATED ALWAYS AS (CASE
		WHEN deleted_at IS NOT NULL THEN 'deleted'
		WHEN blocked_at IS NOT NULL THEN 'blocked'
		WHEN verified_at IS NULL THEN 'unverified'
		ELSE 'active' END) STORED,
	CONSTRAINT user_name_length CHECK (length(name) <= 200),
	CONSTRAINT user_region_form CHECK (region ~ '^[A-Z]{2}$'),
	CONSTRAINT user_device_type CHECK (device_type IN
		('phone', 'tablet', 'desktop', 'tv', 'watch', 'console', 'car', 'other')),
	CONSTRAINT user_email_whole CHECK ((email IS NULL) = (email_canonical IS NULL)),
	CONSTRAINT user_email_until_deleted CHECK ((email IS NULL) = (deleted_at IS NOT NULL)),
	CONSTRAINT user_deleted_is_bare CHECK (deleted_at IS NULL OR (password IS NULL AND name IS NULL AND region IS NULL))
);
COMMENT ON TABLE auth.user IS 'A party of the kind user: how it is called and how it signs in.  A deleted one keeps its id alone.';
COMMENT ON COLUMN auth.user.email IS 'As it was typed; email_canonical is what it is compared by.';
COMMENT ON COLUMN auth.user.password IS 'Argon2id, as a PHC string; NULL: none was ever chosen.';
COMMENT ON COLUMN auth.user.blocked_at IS 'Since when some source blocks it; see auth.block.';
CREATE INDEX user_by_time ON auth.user (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX user_by_status ON auth.user (status, created_at DESC, id DESC);
CREATE INDEX user_by_email ON auth.user (email_canonical text_pattern_ops);
CREATE INDEX user_by_name ON auth.user (lower(name) text_pattern_ops);

CREATE TABLE auth.block (
	party uuid NOT NULL CONSTRAINT block_user_exists REFERENCES auth.user (id),
	source text NOT NULL,
	reason text,
	blocked_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT block_pkey PRIMARY KEY (party, source),
	CONSTRAINT block_source_form CHECK (source ~ '^[a-z]+(:[0-9a-f-]+)?$')
);
COMMENT ON TABLE auth.block IS 'Who keeps a user from signing in; it is blocked while there is a row.';

CREATE TABLE auth.link (
	hash bytea NOT NULL CONSTRAINT link_pkey PRIMARY KEY,
	kind text NOT NULL,
	party uuid CONSTRAINT link_user_exists REFERENCES auth.user (id),
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	CONSTRAINT link_kind CHECK (kind IN ('verify', 'reset', 'setup', 'invite')),
	CONSTRAINT link_hash_size CHECK (length(hash) = 32),
	CONSTRAINT link_of_user CHECK ((party IS NULL) = (kind = 'setup'))
);
COMMENT ON TABLE auth.link IS 'Secrets that mails carry, as SHA-256; each counts once, and only the newest of its kind.';
CREATE INDEX link_by_party ON auth.link (party, kind);
CREATE INDEX link_by_time ON auth.link (created_at);

-- `count` and `until` are in no index, so that counting is a HOT update.
CREATE TABLE auth.attempt (
	subject bytea NOT NULL CONSTRAINT attempt_pkey PRIMARY KEY,
	count bigint NOT NULL,
	until timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE auth.attempt IS 'How often something was tried in the window that ends at `until`.';

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.user, auth.block, auth.link, auth.attempt TO stoa_auth;

-- ---- guessing ---------------------------------------------------------------------------------------------

-- Subjects are counted in the order given; callers give the wider one (the address) first, so nobody waits in a circle.
-- What is refused counts on and does not move the window's end.
CREATE FUNCTION auth.attempt_take(subjects bytea[], most bigint[], seconds bigint[])
RETURNS TABLE (allowed boolean, retry_after bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	counted auth.attempt;
BEGIN
	allowed := true;
	retry_after := 0;
	FOR i IN 1 .. cardinality(attempt_take.subjects) LOOP
		INSERT INTO auth.attempt AS a (subject, count, until)
		VALUES (attempt_take.subjects[i], 1, clock_timestamp() + attempt_take.seconds[i] * interval '1 second')
		ON CONFLICT ON CONSTRAINT attempt_pkey DO UPDATE
		   SET count = CASE WHEN a.until <= clock_timestamp() THEN 1 ELSE a.count + 1 END,
		       until = CASE WHEN a.until <= clock_timestamp() THEN excluded.until ELSE a.until END
		RETURNING * INTO counted;
		IF counted.count > attempt_take.most[i] THEN
			allowed := false;
			retry_after := greatest(retry_after,
				ceil(extract(epoch FROM counted.until - clock_timestamp()))::bigint, 1);
		END IF;
	END LOOP;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION auth.attempt_take(bytea[], bigint[], bigint[]) IS
	'Counts a try against each subject, and says whether all of them had one left.';

-- After one that went well: the address gets its try back, everything narrower begins anew.
CREATE FUNCTION auth.attempt_forgive(subjects bytea[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	FOR i IN 1 .. cardinality(attempt_forgive.subjects) LOOP
		UPDATE auth.attempt a SET count = CASE WHEN i = 1 THEN greatest(a.count - 1, 0) ELSE 0 END
		 WHERE a.subject = attempt_forgive.subjects[i];
	END LOOP;
END
$$;

CREATE FUNCTION auth.attempt_subjects(address bytea, identifier text)
RETURNS bytea[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	RETURN ARRAY[sha256('address'::bytea || attempt_subjects.address),
		sha256('sign-in'::bytea || attempt_subjects.address || '\x00'::bytea ||
			convert_to(auth.canonical_email(attempt_subjects.identifier), 'UTF8'))];
END
$$;
COMMENT ON FUNCTION auth.attempt_subjects(bytea, text) IS 'What a sign-in counts against: the address, and the name tried from there.';

CREATE FUNCTION auth.attempt_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM auth.attempt a
	 WHERE a.ctid = ANY (ARRAY(
		SELECT o.ctid FROM auth.attempt o
		 WHERE o.until < attempt_remove.older_than
		 LIMIT attempt_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

-- ---- links ------------------------------------------------------------------------------------------------

-- Only the newest link of a kind counts.
CREATE FUNCTION auth.link_add(party uuid, kind text, hash bytea, expires_at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE auth.link l SET used_at = now()
	 WHERE l.party IS NOT DISTINCT FROM link_add.party AND l.kind = link_add.kind AND l.used_at IS NULL;
	INSERT INTO auth.link (hash, kind, party, expires_at)
	VALUES (link_add.hash, link_add.kind, link_add.party, link_add.expires_at);
END
$$;

CREATE FUNCTION auth.link_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM auth.link l
	 WHERE l.ctid = ANY (ARRAY(
		SELECT o.ctid FROM auth.link o
		 WHERE o.created_at < link_remove.older_than
		 ORDER BY o.created_at
		 LIMIT link_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says) VALUES
	('sign-in attempts', interval '1 day', 'auth.attempt_remove', 'Tries whose window has ended.'),
	('mailed links', interval '30 days', 'auth.link_remove', 'Links of mails, used or not.');

-- ---- users ------------------------------------------------------------------------------------------------

-- Takes an address for a new user.  `outcome`: new; again, where the address waits for its proof and the newer wish
-- replaces the older one (only with `replaces`); known otherwise.
CREATE FUNCTION auth.sign_up(id uuid, email text, name text, region text, device_type text, password text,
	link_hash bytea, link_expires_at timestamptz, replaces boolean)
RETURNS TABLE (party uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	found_status text;
BEGIN
	INSERT INTO auth.user (id, email, email_canonical, password, password_at, name, region, device_type)
	VALUES (sign_up.id, sign_up.email, auth.canonical_email(sign_up.email), sign_up.password, now(),
		sign_up.name, sign_up.region, sign_up.device_type)
	ON CONFLICT ON CONSTRAINT user_email_once DO NOTHING;
	IF FOUND THEN
		party := sign_up.id;
		outcome := 'new';
		PERFORM party.party_add(ARRAY[sign_up.id], 'user');
		PERFORM client.join(sign_up.id, sign_up.region, sign_up.device_type);
		PERFORM event.append(queue.new_id(), 'user.signed_up', sign_up.id, sign_up.id,
			jsonb_strip_nulls(jsonb_build_object('region', sign_up.region, 'device_type', sign_up.device_type)), NULL);
	ELSE
		SELECT u.id, u.status INTO party, found_status FROM auth.user u
		 WHERE u.email_canonical = auth.canonical_email(sign_up.email) FOR NO KEY UPDATE;
		outcome := 'known';
		IF found_status = 'unverified' AND sign_up.replaces THEN
			outcome := 'again';
			UPDATE auth.user u
			   SET password = sign_up.password, password_at = now(), name = coalesce(sign_up.name, u.name),
			       region = coalesce(sign_up.region, u.region), version = u.version + 1
			 WHERE u.email_canonical = auth.canonical_email(sign_up.email);
		END IF;
	END IF;
	IF outcome <> 'known' THEN
		PERFORM auth.link_add(party, 'verify', sign_up.link_hash, sign_up.link_expires_at);
	END IF;
	RETURN NEXT;
END
$$;

-- Roles are the area authorization's.
CREATE FUNCTION auth.super_user_make(party uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	PERFORM "authorization".assign(ARRAY[super_user_make.party], 'super_user', NULL);
END
$$;

CREATE FUNCTION auth.super_user_exists()
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	RETURN "authorization".is_held('super_user');
END
$$;

-- A user by hand: the first super user, and those that `scripts/stoa createsuperuser` makes or promotes.
CREATE FUNCTION auth.super_user_add(id uuid, email text, name text, password text)
RETURNS TABLE (party uuid, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO auth.user (id, email, email_canonical, password, password_at, name, verified_at)
	VALUES (super_user_add.id, super_user_add.email, auth.canonical_email(super_user_add.email),
		super_user_add.password, now(), super_user_add.name, now())
	ON CONFLICT ON CONSTRAINT user_email_once DO NOTHING;
	created := FOUND;
	IF created THEN
		party := super_user_add.id;
		PERFORM party.party_add(ARRAY[super_user_add.id], 'user');
		PERFORM event.append(queue.new_id(), 'user.signed_up', party, party, '{}', NULL);
	ELSE
		UPDATE auth.user u
		   SET password = super_user_add.password, password_at = now(), verified_at = coalesce(u.verified_at, now()),
		       version = u.version + 1
		 WHERE u.email_canonical = auth.canonical_email(super_user_add.email)
		RETURNING u.id INTO party;
		PERFORM session.end_party(ARRAY[party], 'password');
	END IF;
	PERFORM auth.super_user_make(party);
	RETURN NEXT;
END
$$;

CREATE FUNCTION auth.setup_link_add(hash bytea, expires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	IF auth.super_user_exists() THEN
		RETURN false;
	END IF;
	PERFORM auth.link_add(NULL, 'setup', setup_link_add.hash, setup_link_add.expires_at);
	RETURN true;
END
$$;
COMMENT ON FUNCTION auth.setup_link_add(bytea, timestamptz) IS 'A link that makes the first super user; false: there is one.';

-- What a mail about an address needs: `reset` goes to whoever has it, `verify` to whoever has not proved it yet.
CREATE FUNCTION auth.link_send(email text, kind text, hash bytea, expires_at timestamptz)
RETURNS TABLE (party uuid, address text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT u.id, u.email INTO party, address FROM auth.user u
	 WHERE u.email_canonical = auth.canonical_email(link_send.email) AND u.blocked_at IS NULL
	   AND (link_send.kind = 'reset' OR u.verified_at IS NULL)
	   FOR NO KEY UPDATE;
	IF FOUND THEN
		PERFORM auth.link_add(party, link_send.kind, link_send.hash, link_send.expires_at);
		RETURN NEXT;
	END IF;
END
$$;

CREATE FUNCTION auth.prove(party uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE auth.user u SET verified_at = now(), version = u.version + 1
	 WHERE u.id = prove.party AND u.verified_at IS NULL AND u.deleted_at IS NULL;
	IF FOUND THEN
		PERFORM event.append(queue.new_id(), 'user.verified', prove.party, prove.party, NULL, NULL);
	END IF;
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION auth.prove(uuid) IS 'The user''s address is its own; false: it was known to be.';

-- The id stays, so that what it did stays told; whoever it was is forgotten.
CREATE FUNCTION auth.user_remove(id uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM FROM auth.user u WHERE u.id = user_remove.id AND u.deleted_at IS NULL FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF wallet.holds_money(ARRAY[user_remove.id]) THEN
		RAISE EXCEPTION 'This user has a wallet with money in it, or on its way.' USING ERRCODE = 'ST409';
	END IF;
	PERFORM "authorization".leave(ARRAY[user_remove.id]);
	PERFORM session.end_party(ARRAY[user_remove.id], 'deleted');
	PERFORM client.leave(ARRAY[user_remove.id]);
	DELETE FROM auth.link l WHERE l.party = user_remove.id;
	DELETE FROM auth.block b WHERE b.party = user_remove.id;
	UPDATE auth.user u
	   SET email = NULL, email_canonical = NULL, password = NULL, name = NULL, region = NULL, device_type = NULL,
	       blocked_at = NULL, deleted_at = now(), version = u.version + 1
	 WHERE u.id = user_remove.id;
	PERFORM event.append(queue.new_id(), 'user.deleted', user_remove.id, user_remove.id, NULL, NULL);
	RETURN true;
END
$$;

CREATE FUNCTION auth.told(party uuid, session uuid, device_type text, device text, address text, method text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	RETURN session.history_add(told.party, told.session, told.device_type, told.device, told.address, told.method, 'success');
END
$$;

-- ---- what is offered to other areas -----------------------------------------------------------------------

CREATE FUNCTION auth.user_invite(email text, name text, link_hash bytea, expires timestamptz)
RETURNS TABLE (party uuid, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	fresh uuid := queue.new_id();
BEGIN
	INSERT INTO auth.user (id, email, email_canonical, name)
	VALUES (fresh, user_invite.email, auth.canonical_email(user_invite.email), user_invite.name)
	ON CONFLICT ON CONSTRAINT user_email_once DO NOTHING;
	created := FOUND;
	IF created THEN
		party := fresh;
		PERFORM party.party_add(ARRAY[fresh], 'user');
		PERFORM event.append(queue.new_id(), 'user.signed_up', fresh, fresh, '{}', NULL);
	ELSE
		SELECT u.id INTO party FROM auth.user u
		 WHERE u.email_canonical = auth.canonical_email(user_invite.email) FOR NO KEY UPDATE;
	END IF;
	PERFORM auth.link_add(party, 'invite', user_invite.link_hash, user_invite.expires);
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION auth.user_invite(text, text, bytea, timestamptz) IS
	'Makes or finds the user of an address; whoever has the link proves the address and chooses a password.';

CREATE FUNCTION auth.block(parties uuid[], source text, reason text)
RETURNS TABLE (party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	users uuid[];
	fresh uuid[];
BEGIN
	users := ARRAY(SELECT u.id FROM auth.user u WHERE u.id = ANY(block.parties) AND u.deleted_at IS NULL
	                ORDER BY u.id FOR NO KEY UPDATE);
	INSERT INTO auth.block AS b (party, source, reason)
	SELECT u.id, block.source, block.reason FROM unnest(users) AS u (id)
	ON CONFLICT ON CONSTRAINT block_pkey DO UPDATE SET reason = excluded.reason;
	WITH changed AS (
		UPDATE auth.user u SET blocked_at = now(), version = u.version + 1
		 WHERE u.id = ANY(users) AND u.blocked_at IS NULL
		RETURNING u.id
	)
	SELECT coalesce(array_agg(c.id), '{}') INTO fresh FROM changed c;
	PERFORM session.end_party(users, 'blocked');
	PERFORM event.append(queue.new_id(), 'user.blocked', f.id, f.id,
		jsonb_build_object('source', block.source), NULL) FROM unnest(fresh) AS f (id);
	RETURN QUERY SELECT u.id FROM unnest(users) AS u (id);
END
$$;
COMMENT ON FUNCTION auth.block(uuid[], text, text) IS
	'Keeps users from signing in, and ends their sessions, until the same source unblocks them.  Whom it knew.';

CREATE FUNCTION auth.unblock(parties uuid[], source text)
RETURNS TABLE (party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	users uuid[];
	free uuid[];
BEGIN
	users := ARRAY(SELECT u.id FROM auth.user u WHERE u.id = ANY(unblock.parties) AND u.deleted_at IS NULL
	                ORDER BY u.id FOR NO KEY UPDATE);
	DELETE FROM auth.block b WHERE b.party = ANY(users) AND b.source = unblock.source;
	WITH changed AS (
		UPDATE auth.user u SET blocked_at = NULL, version = u.version + 1
		 WHERE u.id = ANY(users) AND u.blocked_at IS NOT NULL
		   AND NOT EXISTS (SELECT FROM auth.block b WHERE b.party = u.id)
		RETURNING u.id
	)
	SELECT coalesce(array_agg(c.id), '{}') INTO free FROM changed c;
	PERFORM event.append(queue.new_id(), 'user.unblocked', f.id, f.id,
		jsonb_build_object('source', unblock.source), NULL) FROM unnest(free) AS f (id);
	RETURN QUERY SELECT u.id FROM unnest(users) AS u (id);
END
$$;
COMMENT ON FUNCTION auth.unblock(uuid[], text) IS 'Takes one source''s block away; a user is free when none is left.  Whom it knew.';

CREATE FUNCTION auth.user_names(parties uuid[])
RETURNS TABLE (party uuid, email text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT u.id, u.email, u.name FROM auth.user u WHERE u.id = ANY(user_names.parties);
END
$$;
COMMENT ON FUNCTION auth.user_names(uuid[]) IS 'Addresses and names; of a deleted user both are NULL.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA auth FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA auth TO stoa_auth;
-- What a room promises to others is for whichever area has a use for it.
GRANT EXECUTE ON FUNCTION auth.user_names(uuid[]) TO stoa_area;

GRANT EXECUTE ON FUNCTION party.party_add(uuid[], text), party.tier_set(uuid[], text) TO stoa_auth;
GRANT EXECUTE ON FUNCTION session.start(uuid, uuid, text, text, timestamptz), session.end_session(uuid[], text),
	session.end_party(uuid[], text) TO stoa_auth;
