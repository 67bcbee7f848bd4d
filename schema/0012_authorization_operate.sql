-- Roles and who holds them, as operators change them: nobody gives or takes what they do not hold themselves.  What the
-- operator holds comes with the call (`held`), because a key may hold less than its party.

CREATE FUNCTION "authorization".covers(held text[], role uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF NOT (SELECT r.holds_all FROM "authorization".role r WHERE r.id = covers.role) THEN
		RETURN NOT EXISTS (
			SELECT FROM "authorization".role_permission p
			 WHERE p.role = covers.role AND NOT "authorization".allows(covers.held, p.permission));
	END IF;
	-- What the operator lacks, the role must lack too.
	RETURN '*' = ANY(covers.held) AND NOT EXISTS (
		SELECT FROM unnest(covers.held) AS h (name)
		 WHERE h.name LIKE '!%' AND NOT "authorization".allows(covers.held, substr(h.name, 2))
		   AND NOT EXISTS (SELECT FROM "authorization".role_permission p
		                    WHERE p.role = covers.role AND p.permission = substr(h.name, 2)));
END
$$;

CREATE FUNCTION "authorization".must_cover(held text[], role uuid)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	IF NOT "authorization".covers(must_cover.held, must_cover.role) THEN
		RAISE EXCEPTION 'This role holds more than you do.' USING ERRCODE = 'ST403';
	END IF;
END
$$;

CREATE FUNCTION "authorization".must_hold(held text[], permissions text[])
RETURNS void
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
DECLARE
	lacking text := (SELECT min(p.name) FROM unnest(must_hold.permissions) AS p (name)
	                  WHERE NOT "authorization".allows(must_hold.held, p.name));
BEGIN
	IF lacking IS NOT NULL THEN
		RAISE EXCEPTION 'You do not hold % yourself.', lacking USING ERRCODE = 'ST403';
	END IF;
END
$$;

CREATE FUNCTION "authorization".permissions_in(role uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT p.permission FROM "authorization".role_permission p WHERE p.role = permissions_in.role
	              ORDER BY p.permission);
END
$$;
COMMENT ON FUNCTION "authorization".permissions_in(uuid) IS 'What a role holds; of one that holds all, what it does not.';

CREATE FUNCTION "authorization".permissions_put(role uuid, permissions text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM "authorization".role_permission p
	 WHERE p.role = permissions_put.role AND p.permission <> ALL(permissions_put.permissions);
	INSERT INTO "authorization".role_permission (role, permission)
	SELECT permissions_put.role, g.name FROM unnest(permissions_put.permissions) AS g (name) ORDER BY g.name
	ON CONFLICT ON CONSTRAINT role_permission_pkey DO NOTHING;
END
$$;

CREATE FUNCTION "authorization".role_add(id uuid, name text, says text, permissions text[], held text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM "authorization".must_hold(role_add.held, role_add.permissions);
	INSERT INTO "authorization".role (id, name, says) VALUES (role_add.id, role_add.name, role_add.says);
	PERFORM "authorization".permissions_put(role_add.id, role_add.permissions);
END
$$;

CREATE FUNCTION "authorization".role_lock(role uuid)
RETURNS TABLE (version bigint, built_in boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.version, r.built_in FROM "authorization".role r WHERE r.id = role_lock.role FOR NO KEY UPDATE;
END
$$;

CREATE FUNCTION "authorization".role_edit(role uuid, says text, permissions text[], held text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	before text[] := "authorization".permissions_in(role_edit.role);
	differing text[];
BEGIN
	UPDATE "authorization".role r
	   SET says = coalesce(role_edit.says, r.says), version = r.version + 1, changed_at = now()
	 WHERE r.id = role_edit.role AND NOT r.built_in;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'The role is built in.' USING ERRCODE = 'ST409';
	END IF;
	differing := ARRAY(SELECT p FROM unnest(role_edit.permissions) AS p WHERE p <> ALL(before)
	                   UNION
	                   SELECT p FROM unnest(before) AS p WHERE p <> ALL(role_edit.permissions));
	IF cardinality(differing) > 0 THEN
		PERFORM "authorization".must_hold(role_edit.held, differing);
		PERFORM "authorization".permissions_put(role_edit.role, role_edit.permissions);
		PERFORM "authorization".bump_holders(role_edit.role);
	END IF;
END
$$;
COMMENT ON FUNCTION "authorization".role_edit(uuid, text, text[], text[]) IS
	'After role_lock.  NULL leaves as it is; what is added and what is taken away, the operator must hold.';

CREATE FUNCTION "authorization".role_remove(role uuid, held text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM "authorization".must_cover(role_remove.held, role_remove.role);
	DELETE FROM "authorization".role r WHERE r.id = role_remove.role AND NOT r.built_in;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'The role is built in.' USING ERRCODE = 'ST409';
	END IF;
END
$$;
COMMENT ON FUNCTION "authorization".role_remove(uuid, text[]) IS 'After role_lock.  Refused while somebody holds it (assignment_role_exists).';

CREATE FUNCTION "authorization".assignment_add(id uuid, party uuid, role text, within uuid, given_by uuid, held text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	given "authorization".role := "authorization".role_to_give(assignment_add.role, assignment_add.within);
BEGIN
	PERFORM "authorization".must_cover(assignment_add.held, given.id);
	IF NOT EXISTS (SELECT FROM party.standing(assignment_add.party)) THEN
		RAISE EXCEPTION 'There is no such party.' USING ERRCODE = 'ST422', HINT = '/party';
	END IF;
	IF assignment_add.within IS NOT NULL AND NOT EXISTS (
		SELECT FROM party.standing(assignment_add.within) s WHERE s.kind IN ('account', 'organization')) THEN
		RAISE EXCEPTION 'There is no such account or organization.' USING ERRCODE = 'ST422', HINT = '/within';
	END IF;
	INSERT INTO "authorization".assignment (id, party, role, within, given_by)
	VALUES (assignment_add.id, assignment_add.party, given.id, assignment_add.within, assignment_add.given_by);
	PERFORM session.bump(ARRAY[assignment_add.party]);
END
$$;

CREATE FUNCTION "authorization".assignment_remove(assignment uuid, held text[])
RETURNS TABLE (party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	taken "authorization".assignment;
	is_super boolean;
BEGIN
	SELECT a.* INTO taken FROM "authorization".assignment a WHERE a.id = assignment_remove.assignment;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM "authorization".must_cover(assignment_remove.held, taken.role);
	is_super := (SELECT r.name = 'super_user' FROM "authorization".role r WHERE r.id = taken.role);
	IF is_super THEN
		PERFORM "authorization".super_user_lock();
	END IF;
	DELETE FROM "authorization".assignment a WHERE a.id = taken.id;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	IF is_super THEN
		PERFORM "authorization".super_user_check();
	END IF;
	PERFORM session.bump(ARRAY[taken.party]);
	RETURN QUERY SELECT taken.party;
END
$$;

REVOKE ALL ON FUNCTION "authorization".covers(text[], uuid), "authorization".must_cover(text[], uuid),
	"authorization".must_hold(text[], text[]), "authorization".permissions_in(uuid),
	"authorization".permissions_put(uuid, text[]), "authorization".role_add(uuid, text, text, text[], text[]),
	"authorization".role_lock(uuid), "authorization".role_edit(uuid, text, text[], text[]),
	"authorization".role_remove(uuid, text[]),
	"authorization".assignment_add(uuid, uuid, text, uuid, uuid, text[]),
	"authorization".assignment_remove(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "authorization".permissions_in(uuid),
	"authorization".role_add(uuid, text, text, text[], text[]), "authorization".role_lock(uuid),
	"authorization".role_edit(uuid, text, text[], text[]), "authorization".role_remove(uuid, text[]),
	"authorization".assignment_add(uuid, uuid, text, uuid, uuid, text[]),
	"authorization".assignment_remove(uuid, text[]) TO stoa_authorization;
