-- The last super user who can sign in stays one, and is not blocked: somebody must be able to mend whatever else goes wrong.

CREATE FUNCTION auth.living(parties uuid[])
RETURNS TABLE (party uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.id FROM unnest(living.parties) AS p (id)
	 WHERE NOT EXISTS (SELECT FROM auth.user u WHERE u.id = p.id AND u.status IN ('blocked', 'deleted'))
	   AND NOT EXISTS (SELECT FROM auth.service s WHERE s.id = p.id);
END
$$;
COMMENT ON FUNCTION auth.living(uuid[]) IS 'Those of them who are people and are not kept from signing in.';

CREATE OR REPLACE FUNCTION "authorization".super_user_check()
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM auth.living(ARRAY(
		SELECT a.party FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
		 WHERE r.name = 'super_user'))) THEN
		RAISE EXCEPTION 'The last super user stays one.' USING ERRCODE = 'ST409';
	END IF;
END
$$;

-- After super_user_lock, and after whatever keeps the parties from signing in.
CREATE FUNCTION "authorization".super_user_left(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
	            WHERE r.name = 'super_user' AND a.party = ANY(super_user_left.parties)) THEN
		PERFORM "authorization".super_user_check();
	END IF;
END
$$;
COMMENT ON FUNCTION "authorization".super_user_left(uuid[]) IS 'Refused when the last super user is among them.';

-- The lock is always taken: somebody may just be taking the role from the others, or giving it to one of these.
CREATE OR REPLACE FUNCTION auth.block(parties uuid[], source text, reason text)
RETURNS TABLE (party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	users uuid[];
	fresh uuid[];
BEGIN
	users := ARRAY(SELECT u.id FROM auth.user u WHERE u.id = ANY(block.parties) AND u.deleted_at IS NULL
	                ORDER BY u.id FOR NO KEY UPDATE);
	PERFORM "authorization".super_user_lock();
	INSERT INTO auth.block AS b (party, source, reason)
	SELECT u.id, block.source, block.reason FROM unnest(users) AS u (id)
	ON CONFLICT ON CONSTRAINT block_pkey DO UPDATE SET reason = excluded.reason;
	WITH changed AS (
		UPDATE auth.user u SET blocked_at = now(), version = u.version + 1
		 WHERE u.id = ANY(users) AND u.blocked_at IS NULL
		RETURNING u.id
	)
	SELECT coalesce(array_agg(c.id), '{}') INTO fresh FROM changed c;
	PERFORM "authorization".super_user_left(fresh);
	PERFORM session.end_party(users, 'blocked');
	PERFORM event.append(queue.new_id(), 'user.blocked', f.id, f.id,
		jsonb_build_object('source', block.source), NULL) FROM unnest(fresh) AS f (id);
	RETURN QUERY SELECT u.id FROM unnest(users) AS u (id);
END
$$;
COMMENT ON FUNCTION auth.block(uuid[], text, text) IS
	'Keeps users from signing in, and ends their sessions, until the same source unblocks them; not the last super user.  Whom it knew.';

REVOKE ALL ON FUNCTION auth.living(uuid[]), "authorization".super_user_left(uuid[]) FROM PUBLIC;
