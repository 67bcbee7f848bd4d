-- What a refresh token is worth, without using it: services are shown them too (RFC 7662).

CREATE FUNCTION session.refresh_look(session uuid, shown bigint)
RETURNS TABLE (party uuid, created_at timestamptz, expires_at timestamptz, permissions text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT s.party, s.created_at, s.expires_at, t.permissions
	  FROM session.session s CROSS JOIN LATERAL party.standing(s.party) t
	 WHERE s.id = refresh_look.session AND s.ended_at IS NULL AND s.expires_at > statement_timestamp()
	   AND s.counter <= refresh_look.shown + 1;
END
$$;
COMMENT ON FUNCTION session.refresh_look(uuid, bigint) IS
	'The session of a refresh token that session.refresh would take: the current one, the one before it, or a newer one.';
REVOKE ALL ON FUNCTION session.refresh_look(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.refresh_look(uuid, bigint) TO stoa_auth;
