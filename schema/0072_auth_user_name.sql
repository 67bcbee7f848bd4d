-- How a user is called stands in one place: at the user.  A profile shows it and changes it there, so that whoever asks
-- by whichever door is told the same.

CREATE FUNCTION auth.user_read(parties uuid[])
RETURNS TABLE (party uuid, email text, name text, version bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT u.id, u.email, u.name, u.version FROM auth.user u WHERE u.id = ANY(user_read.parties);
END
$$;
COMMENT ON FUNCTION auth.user_read(uuid[]) IS 'Addresses and names with the version that they are of.';

CREATE FUNCTION auth.user_hold(parties uuid[])
RETURNS TABLE (party uuid, email text, name text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT u.id, u.email, u.name, u.version
	  FROM auth.user u
	 WHERE u.id = ANY(user_hold.parties) AND u.deleted_at IS NULL
	 ORDER BY u.id
	   FOR NO KEY UPDATE;
END
$$;
COMMENT ON FUNCTION auth.user_hold(uuid[]) IS 'The same of those who are not deleted, and nobody changes them until COMMIT.';

CREATE FUNCTION auth.user_rename(parties uuid[], names text[])
RETURNS TABLE (party uuid, version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	FOR party, version IN
		UPDATE auth.user u SET name = n.name, version = u.version + 1
		  FROM unnest(user_rename.parties, user_rename.names) AS n (id, name)
		 WHERE u.id = n.id AND u.name IS DISTINCT FROM n.name AND u.deleted_at IS NULL
		RETURNING u.id, u.version
	LOOP
		PERFORM event.append(queue.new_id(), 'user.changed', party, party, NULL, NULL);
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION auth.user_rename(uuid[], text[]) IS 'After user_hold.  Whose name it was not before, and the version since.';

REVOKE ALL ON FUNCTION auth.user_read(uuid[]), auth.user_hold(uuid[]), auth.user_rename(uuid[], text[]) FROM PUBLIC;

-- What people call themselves counts.
UPDATE auth.user u SET name = p.name, version = u.version + 1
  FROM account.profile p
 WHERE p.party = u.id AND p.name IS NOT NULL AND p.name IS DISTINCT FROM u.name AND u.deleted_at IS NULL;
ALTER TABLE account.profile DROP COLUMN name;

-- A profile's version moves with either row: a user's begins at 1, a profile's at 0.
CREATE OR REPLACE FUNCTION account.profile_read(party uuid)
RETURNS TABLE (name text, email text, locale text, time_zone text, phone text, avatar text, version bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT u.name, u.email, p.locale, p.time_zone, p.phone, p.avatar, coalesce(u.version - 1, 0) + coalesce(p.version, 0)
	  FROM (VALUES (profile_read.party)) w (party)
	  LEFT JOIN account.profile p ON p.party = w.party
	  LEFT JOIN auth.user_read(ARRAY[profile_read.party]) u ON u.party = w.party;
END
$$;

-- The row to edit, made when there is none; two first edits wait for each other.
CREATE OR REPLACE FUNCTION account.profile_hold(party uuid)
RETURNS TABLE (name text, locale text, time_zone text, phone text, avatar text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held record;
BEGIN
	SELECT u.name, u.version INTO held FROM auth.user_hold(ARRAY[profile_hold.party]) u;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'No such user.' USING ERRCODE = 'ST404';
	END IF;
	INSERT INTO account.profile (party) VALUES (profile_hold.party) ON CONFLICT ON CONSTRAINT profile_pkey DO NOTHING;
	RETURN QUERY
	SELECT held.name, p.locale, p.time_zone, p.phone, p.avatar, held.version - 1 + p.version
	  FROM account.profile p
	 WHERE p.party = profile_hold.party
	   FOR NO KEY UPDATE;
END
$$;

-- After profile_hold.
CREATE OR REPLACE FUNCTION account.profile_edit(party uuid, name text, locale text, time_zone text, phone text, avatar text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	is_renamed boolean;
	edited bigint;
BEGIN
	PERFORM account.time_zone_judge(profile_edit.time_zone);
	PERFORM FROM auth.user_rename(ARRAY[profile_edit.party], ARRAY[profile_edit.name]);
	is_renamed := FOUND;
	-- The user's version has moved then.
	UPDATE account.profile p
	   SET locale = profile_edit.locale, time_zone = profile_edit.time_zone, phone = profile_edit.phone,
	       avatar = profile_edit.avatar, version = p.version + (NOT is_renamed)::int, changed_at = now()
	 WHERE p.party = profile_edit.party;
	SELECT r.version INTO STRICT edited FROM account.profile_read(profile_edit.party) r;
	RETURN edited;
END
$$;
