-- The person behind a user, as that one wishes to be met.

CREATE TABLE account.profile (
	party uuid NOT NULL CONSTRAINT profile_pkey PRIMARY KEY,
	name text,
	locale text,
	time_zone text,
	phone text,
	avatar text,
	version bigint NOT NULL DEFAULT 0,
	changed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT profile_name_length CHECK (length(name) BETWEEN 1 AND 200),
	CONSTRAINT profile_locale_length CHECK (length(locale) <= 35),
	CONSTRAINT profile_phone_form CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
	CONSTRAINT profile_avatar_length CHECK (length(avatar) <= 1000)
);
COMMENT ON TABLE account.profile IS 'A row from the first edit on; who has none is as the sign-up said, at version 0.';

-- pg_timezone_names reads every file of the zone database at each call (some 50 ms); this is what it said.
CREATE TABLE account.time_zone (
	name text NOT NULL CONSTRAINT time_zone_pkey PRIMARY KEY
);
COMMENT ON TABLE account.time_zone IS 'The zones that are known; those of a newer zone database are added when first asked for.';
INSERT INTO account.time_zone (name)
SELECT DISTINCT z.name FROM pg_timezone_names z WHERE z.name !~ '^(posix/|right/|posixrules|localtime|Factory)';

GRANT SELECT ON account.profile TO stoa_account;

CREATE FUNCTION account.profile_read(party uuid)
RETURNS TABLE (name text, email text, locale text, time_zone text, phone text, avatar text, version bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT CASE WHEN p.party IS NULL THEN u.name ELSE p.name END, u.email, p.locale, p.time_zone, p.phone, p.avatar,
	       coalesce(p.version, 0)
	  FROM (VALUES (profile_read.party)) w (party)
	  LEFT JOIN account.profile p ON p.party = w.party
	  LEFT JOIN auth.user_names(ARRAY[profile_read.party]) u ON u.party = w.party;
END
$$;

-- The row to edit, made when there is none; two first edits wait for each other.
CREATE FUNCTION account.profile_hold(party uuid)
RETURNS TABLE (name text, locale text, time_zone text, phone text, avatar text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO account.profile (party, name)
	SELECT profile_hold.party, (SELECT nullif(u.name, '') FROM auth.user_names(ARRAY[profile_hold.party]) u)
	ON CONFLICT ON CONSTRAINT profile_pkey DO NOTHING;
	RETURN QUERY
	SELECT p.name, p.locale, p.time_zone, p.phone, p.avatar, p.version
	  FROM account.profile p
	 WHERE p.party = profile_hold.party
	   FOR NO KEY UPDATE;
END
$$;

CREATE FUNCTION account.time_zone_judge(name text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF time_zone_judge.name IS NULL OR EXISTS (SELECT FROM account.time_zone z WHERE z.name = time_zone_judge.name) THEN
		RETURN;
	END IF;
	INSERT INTO account.time_zone (name)
	SELECT z.name FROM pg_timezone_names z
	 WHERE z.name = time_zone_judge.name AND z.name !~ '^(posix/|right/|posixrules|localtime|Factory)'
	 LIMIT 1
	ON CONFLICT ON CONSTRAINT time_zone_pkey DO NOTHING;
	IF NOT FOUND AND NOT EXISTS (SELECT FROM account.time_zone z WHERE z.name = time_zone_judge.name) THEN
		RAISE EXCEPTION 'is not a time zone that is known here' USING ERRCODE = 'ST422', HINT = '/time_zone';
	END IF;
END
$$;

-- After profile_hold.
CREATE FUNCTION account.profile_edit(party uuid, name text, locale text, time_zone text, phone text, avatar text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	edited bigint;
BEGIN
	PERFORM account.time_zone_judge(profile_edit.time_zone);
	UPDATE account.profile p
	   SET name = profile_edit.name, locale = profile_edit.locale, time_zone = profile_edit.time_zone,
	       phone = profile_edit.phone, avatar = profile_edit.avatar, version = p.version + 1, changed_at = now()
	 WHERE p.party = profile_edit.party
	RETURNING p.version INTO STRICT edited;
	RETURN edited;
END
$$;

REVOKE ALL ON FUNCTION account.profile_read(uuid), account.profile_hold(uuid), account.time_zone_judge(text),
	account.profile_edit(uuid, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account.profile_read(uuid), account.profile_hold(uuid),
	account.profile_edit(uuid, text, text, text, text, text) TO stoa_account;
