-- Giving and taking roles.  Whatever changes what somebody may do raises the version in that one's sessions
-- (session.bump), in the same transaction, so that it counts for the very next request on every host.
--
-- Who gives a role locks its row FOR SHARE, who changes what the role holds locks it FOR NO KEY UPDATE: a new holder is
-- seen by the change, or sees it.

CREATE FUNCTION "authorization".role_to_give(role text, within uuid)
RETURNS "authorization".role
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	given "authorization".role;
BEGIN
	SELECT r.* INTO given FROM "authorization".role r WHERE r.name = role_to_give.role FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'There is no such role.' USING ERRCODE = 'ST422', HINT = '/role';
	END IF;
	IF given.name = 'public_user' THEN
		RAISE EXCEPTION 'Everybody is a public user.' USING ERRCODE = 'ST422', HINT = '/role';
	END IF;
	IF given.built_in AND role_to_give.within IS NOT NULL THEN
		RAISE EXCEPTION 'This role is held everywhere or not at all.' USING ERRCODE = 'ST422', HINT = '/within';
	END IF;
	RETURN given;
END
$$;

CREATE FUNCTION "authorization".assign(parties uuid[], role text, within uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	given "authorization".role := "authorization".role_to_give(assign.role, assign.within);
	added uuid[];
BEGIN
	WITH inserted AS (
		INSERT INTO "authorization".assignment AS a (id, party, role, within)
		SELECT queue.new_id(), p.id, given.id, assign.within
		  FROM (SELECT DISTINCT u.id FROM unnest(assign.parties) AS u (id) ORDER BY u.id) p
		ON CONFLICT ON CONSTRAINT assignment_once DO NOTHING
		RETURNING a.party)
	SELECT array_agg(i.party) INTO added FROM inserted i;
	PERFORM session.bump(added);
END
$$;
COMMENT ON FUNCTION "authorization".assign(uuid[], text, uuid) IS
	'Gives a role to parties that have it not yet, everywhere (within NULL) or within an account or organization.';

-- Whoever may take the role of super user away holds its row locked, so that the last two cannot take each other's.
CREATE FUNCTION "authorization".super_user_lock()
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	PERFORM FROM "authorization".role r WHERE r.name = 'super_user' FOR NO KEY UPDATE;
END
$$;

CREATE FUNCTION "authorization".super_user_check()
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
	                WHERE r.name = 'super_user') THEN
		RAISE EXCEPTION 'The last super user stays one.' USING ERRCODE = 'ST409';
	END IF;
END
$$;

CREATE FUNCTION "authorization".unassign(parties uuid[], role text, within uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed uuid[];
BEGIN
	IF unassign.role = 'super_user' THEN
		PERFORM "authorization".super_user_lock();
	END IF;
	WITH deleted AS (
		DELETE FROM "authorization".assignment a USING "authorization".role r
		 WHERE r.name = unassign.role AND a.role = r.id AND a.party = ANY(unassign.parties)
		   AND a.within IS NOT DISTINCT FROM unassign.within
		RETURNING a.party)
	SELECT array_agg(d.party) INTO removed FROM deleted d;
	IF unassign.role = 'super_user' AND removed IS NOT NULL THEN
		PERFORM "authorization".super_user_check();
	END IF;
	PERFORM session.bump(removed);
END
$$;
COMMENT ON FUNCTION "authorization".unassign(uuid[], text, uuid) IS
	'Takes a role from parties, as it was given: everywhere, or within that account or organization.';

CREATE FUNCTION "authorization".leave(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed uuid[];
	supers boolean;
BEGIN
	PERFORM "authorization".super_user_lock();
	WITH deleted AS (
		DELETE FROM "authorization".assignment a
		 WHERE a.party = ANY(leave.parties) OR a.within = ANY(leave.parties)
		RETURNING a.party, a.role)
	SELECT array_agg(DISTINCT d.party), bool_or(r.name = 'super_user') INTO removed, supers
	  FROM deleted d JOIN "authorization".role r ON r.id = d.role;
	IF supers THEN
		PERFORM "authorization".super_user_check();
	END IF;
	PERFORM session.bump(removed);
END
$$;
COMMENT ON FUNCTION "authorization".leave(uuid[]) IS
	'These parties go: takes every role that they hold, and those held within them.  Refused for the last super user.';

CREATE FUNCTION "authorization".bump_holders(role uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM session.bump(ARRAY(SELECT DISTINCT a.party FROM "authorization".assignment a WHERE a.role = bump_holders.role));
END
$$;

CREATE FUNCTION "authorization".role_permit(role text, permissions text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	changed "authorization".role;
BEGIN
	INSERT INTO "authorization".role (id, name, says) VALUES (queue.new_id(), role_permit.role, role_permit.role)
	ON CONFLICT ON CONSTRAINT role_name_once DO NOTHING;
	SELECT r.* INTO STRICT changed FROM "authorization".role r WHERE r.name = role_permit.role FOR NO KEY UPDATE;
	IF changed.built_in THEN
		RAISE EXCEPTION 'The role % is built in.', changed.name USING ERRCODE = 'ST409';
	END IF;
	INSERT INTO "authorization".role_permission (role, permission)
	SELECT changed.id, p.name FROM unnest(role_permit.permissions) AS p (name) ORDER BY p.name
	ON CONFLICT ON CONSTRAINT role_permission_pkey DO NOTHING;
	IF FOUND THEN
		UPDATE "authorization".role r SET version = r.version + 1, changed_at = now() WHERE r.id = changed.id;
		PERFORM "authorization".bump_holders(changed.id);
	END IF;
END
$$;
COMMENT ON FUNCTION "authorization".role_permit(text, text[]) IS
	'Adds to what a role holds, making the role where there is none: for migrations of areas with new permissions.';

REVOKE ALL ON FUNCTION "authorization".role_to_give(text, uuid), "authorization".assign(uuid[], text, uuid),
	"authorization".super_user_lock(), "authorization".super_user_check(), "authorization".unassign(uuid[], text, uuid),
	"authorization".leave(uuid[]), "authorization".bump_holders(uuid), "authorization".role_permit(text, text[]) FROM PUBLIC;
