-- Signing in by somebody else's word: who of a provider is which user, and the codes that applications exchange.

CREATE TABLE auth.identity (
	issuer text NOT NULL,
	subject text NOT NULL,
	party uuid NOT NULL CONSTRAINT identity_user_exists REFERENCES auth.user (id),
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT identity_pkey PRIMARY KEY (issuer, subject),
	CONSTRAINT identity_subject_length CHECK (length(subject) BETWEEN 1 AND 255)
);
COMMENT ON TABLE auth.identity IS 'A provider''s (iss, sub) is this user.  Addresses change hands; these do not.';
CREATE INDEX identity_by_party ON auth.identity (party);

CREATE TABLE auth.oauth_code (
	hash bytea NOT NULL CONSTRAINT oauth_code_pkey PRIMARY KEY,
	party uuid NOT NULL CONSTRAINT oauth_code_user_exists REFERENCES auth.user (id),
	expires_at timestamptz NOT NULL,
	CONSTRAINT oauth_code_hash_size CHECK (length(hash) = 32)
);
COMMENT ON TABLE auth.oauth_code IS 'SHA-256 of codes that applications get in an address; a row goes when its code is used.';
CREATE INDEX oauth_code_by_time ON auth.oauth_code (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.identity, auth.oauth_code TO stoa_auth;

-- Both sides must have proved the address: the provider says so, and here it is proved too; otherwise whoever took an
-- address first, here or there, would get into the other's account.
-- outcome: known, linked, new, unproved (here), closed (nobody signs up by themselves).
CREATE FUNCTION auth.oauth_sign_in(id uuid, issuer text, subject text, email text, name text, signup boolean)
RETURNS TABLE (party uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	proved boolean;
BEGIN
	SELECT i.party INTO party FROM auth.identity i
	 WHERE i.issuer = oauth_sign_in.issuer AND i.subject = oauth_sign_in.subject;
	IF FOUND THEN
		outcome := 'known';
		RETURN NEXT;
		RETURN;
	END IF;
	IF oauth_sign_in.email IS NULL THEN
		outcome := 'unproved';
		RETURN NEXT;
		RETURN;
	END IF;
	SELECT u.id, u.verified_at IS NOT NULL INTO party, proved FROM auth.user u
	 WHERE u.email_canonical = auth.canonical_email(oauth_sign_in.email) FOR NO KEY UPDATE;
	IF FOUND THEN
		outcome := CASE WHEN proved THEN 'linked' ELSE 'unproved' END;
	ELSIF NOT oauth_sign_in.signup THEN
		outcome := 'closed';
	ELSE
		outcome := 'new';
		party := oauth_sign_in.id;
		INSERT INTO auth.user (id, email, email_canonical, name, verified_at, device_type)
		VALUES (party, oauth_sign_in.email, auth.canonical_email(oauth_sign_in.email),
			left(oauth_sign_in.name, 200), now(), 'other');
		PERFORM party.party_add(ARRAY[party], 'user');
		PERFORM client.join(party, NULL, 'other');
		PERFORM event.append(queue.new_id(), 'user.signed_up', party, party, '{}', NULL);
	END IF;
	IF outcome IN ('linked', 'new') THEN
		INSERT INTO auth.identity (issuer, subject, party)
		VALUES (oauth_sign_in.issuer, oauth_sign_in.subject, party);
	END IF;
	RETURN NEXT;
END
$$;

CREATE FUNCTION auth.oauth_code_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM auth.oauth_code c
	 WHERE c.ctid = ANY (ARRAY(
		SELECT o.ctid FROM auth.oauth_code o
		 WHERE o.expires_at < oauth_code_remove.older_than
		 ORDER BY o.expires_at
		 LIMIT oauth_code_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says) VALUES
	('codes of providers'' sign-ins', interval '1 hour', 'auth.oauth_code_remove', 'Codes that no application came for.');

-- As in 0023, and what others know the user by.
CREATE OR REPLACE FUNCTION auth.user_deleted()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	DELETE FROM auth.recovery_code c WHERE c.party = NEW.id;
	DELETE FROM auth.totp t WHERE t.party = NEW.id;
	DELETE FROM auth.oauth_code o WHERE o.party = NEW.id;
	DELETE FROM auth.identity i WHERE i.party = NEW.id;
	RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION auth.oauth_sign_in(uuid, text, text, text, text, boolean),
	auth.oauth_code_remove(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.oauth_sign_in(uuid, text, text, text, text, boolean),
	auth.oauth_code_remove(timestamptz, int) TO stoa_auth;
