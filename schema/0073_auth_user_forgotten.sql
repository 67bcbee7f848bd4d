-- Of a deleted user only the id is left: profile, devices and the login history go as well.  What the audit and the ledger
-- tell under the bare id stays.

CREATE FUNCTION account.profile_forget(parties uuid[])
RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY DELETE FROM account.profile p WHERE p.party = ANY(profile_forget.parties) RETURNING p.party;
END
$$;
COMMENT ON FUNCTION account.profile_forget(uuid[]) IS 'Removes the profiles of these parties; of which there was one.';

-- The counts say which partitions hold rows of theirs; no other is opened.
CREATE FUNCTION session.logins_forget(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	span record;
BEGIN
	DELETE FROM session.login_late l WHERE l.party = ANY(logins_forget.parties);
	SELECT min(c.month)::timestamp AT TIME ZONE 'UTC' AS since,
	       (max(c.month) + interval '1 month') AT TIME ZONE 'UTC' AS until, array_agg(DISTINCT c.device_type) AS types
	  INTO span
	  FROM session.login_count c
	 WHERE c.party = ANY(logins_forget.parties);
	IF span.since IS NULL THEN
		RETURN;
	END IF;
	EXECUTE 'DELETE FROM session.login l WHERE l.party = ANY($1) AND l.device_type = ANY($2)'
		' AND l.occurred_at >= $3 AND l.occurred_at < $4'
		USING logins_forget.parties, span.types, span.since, span.until;
	DELETE FROM session.login_count c WHERE c.party = ANY(logins_forget.parties);
END
$$;

CREATE FUNCTION session.forget(parties uuid[])
RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM session.logins_forget(forget.parties);
	DELETE FROM session.device d WHERE d.party = ANY(forget.parties);
	RETURN QUERY
	UPDATE session.session s SET device = NULL, address = NULL
	 WHERE s.party = ANY(forget.parties) AND s.ended_at IS NULL
	RETURNING s.id;
END
$$;
COMMENT ON FUNCTION session.forget(uuid[]) IS
	'Before end_party: devices, addresses and the login history of these parties go; which sessions they are in.  Sessions that '
	'ended before go with their retention.';

CREATE OR REPLACE FUNCTION auth.user_deleted()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	DELETE FROM auth.recovery_code c WHERE c.party = NEW.id;
	DELETE FROM auth.totp t WHERE t.party = NEW.id;
	DELETE FROM auth.oauth_code o WHERE o.party = NEW.id;
	DELETE FROM auth.identity i WHERE i.party = NEW.id;
	UPDATE auth.api_key k SET ended_at = now() WHERE k.party = NEW.id AND k.ended_at IS NULL;
	PERFORM account.profile_forget(ARRAY[NEW.id]);
	RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION auth.user_remove(id uuid)
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
	PERFORM session.forget(ARRAY[user_remove.id]);
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

REVOKE ALL ON FUNCTION account.profile_forget(uuid[]), session.logins_forget(uuid[]), session.forget(uuid[]) FROM PUBLIC;
