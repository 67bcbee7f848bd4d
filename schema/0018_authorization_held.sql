-- Whether anybody holds a role: the first super user is made by a link, later ones are made by super users.

CREATE FUNCTION "authorization".is_held(role text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
	                WHERE r.name = is_held.role AND a.within IS NULL);
END
$$;
COMMENT ON FUNCTION "authorization".is_held(text) IS 'Whether anybody holds the role everywhere.';

CREATE FUNCTION "authorization".roles_of(party uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT r.name FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
	              WHERE a.party = roles_of.party AND a.within IS NULL ORDER BY r.name);
END
$$;
COMMENT ON FUNCTION "authorization".roles_of(uuid) IS 'The names of the roles that a party holds everywhere.';

-- Whoever changes somebody else must hold what that one holds.
CREATE FUNCTION "authorization".covers(mine text[], theirs text[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN NOT EXISTS (
		SELECT FROM unnest(covers.theirs) AS t (held)
		 WHERE CASE WHEN t.held = '*' THEN '*' <> ALL(covers.mine)
		            WHEN t.held LIKE '!%' THEN false
		            ELSE NOT "authorization".allows(covers.mine, t.held) END)
	   AND NOT EXISTS (
		SELECT FROM unnest(covers.mine) AS m (held)
		 WHERE m.held LIKE '!%' AND "authorization".allows(covers.theirs, substr(m.held, 2))
		   AND NOT "authorization".allows(covers.mine, substr(m.held, 2)));
END
$$;
COMMENT ON FUNCTION "authorization".covers(text[], text[]) IS 'Whether the first list of permissions holds all that the second does.';

REVOKE ALL ON FUNCTION "authorization".is_held(text), "authorization".roles_of(uuid),
	"authorization".covers(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "authorization".roles_of(uuid), "authorization".covers(text[], text[]) TO stoa_area;
