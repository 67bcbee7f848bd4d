-- The second factor: an authenticator's secret, and codes on paper for when it is lost.

CREATE TABLE auth.totp (
	party uuid NOT NULL CONSTRAINT totp_pkey PRIMARY KEY CONSTRAINT totp_user_exists REFERENCES auth.user (id),
	secret bytea NOT NULL,
	last_step bigint NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	confirmed_at timestamptz
);
COMMENT ON TABLE auth.totp IS 'Asked for at sign-in from when it was confirmed.';
COMMENT ON COLUMN auth.totp.secret IS 'Sealed, bound to the user.';
COMMENT ON COLUMN auth.totp.last_step IS 'Of the code that was accepted last: neither it nor an earlier one counts again.';

CREATE TABLE auth.recovery_code (
	party uuid NOT NULL CONSTRAINT recovery_code_user_exists REFERENCES auth.user (id),
	hash bytea NOT NULL,
	CONSTRAINT recovery_code_pkey PRIMARY KEY (party, hash),
	CONSTRAINT recovery_code_hash_size CHECK (length(hash) = 32)
);
COMMENT ON TABLE auth.recovery_code IS 'SHA-256 of 80 random bits each; a row goes when its code is used.';

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.totp, auth.recovery_code TO stoa_auth;

-- A deleted user keeps its id alone.
CREATE FUNCTION auth.user_deleted()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	DELETE FROM auth.recovery_code c WHERE c.party = NEW.id;
	DELETE FROM auth.totp t WHERE t.party = NEW.id;
	RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION auth.user_deleted() FROM PUBLIC;
CREATE TRIGGER user_deleted AFTER UPDATE OF deleted_at ON auth.user
	FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION auth.user_deleted();
