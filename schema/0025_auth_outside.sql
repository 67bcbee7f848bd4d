-- Access tokens of outside issuers: each has a session here, which begins at its first use and ends with it.

CREATE FUNCTION auth.outside_session(session uuid, issuer text, subject text, email text, name text, signup boolean,
	expires_at timestamptz, address text)
RETURNS TABLE (party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
DECLARE
	who record;
BEGIN
	-- The same token may be shown to several workers at once.
	PERFORM pg_advisory_xact_lock(hashtextextended(outside_session.issuer || ' ' || outside_session.subject, 25));
	SELECT s.party, s.outcome INTO who
	  FROM auth.oauth_sign_in(queue.new_id(), outside_session.issuer, outside_session.subject, outside_session.email,
	                          outside_session.name, outside_session.signup) s;
	IF who.outcome NOT IN ('known', 'linked', 'new') THEN
		RETURN;
	END IF;
	-- Held until COMMIT, so that who blocks the user meanwhile ends this session too.
	PERFORM FROM auth.user u
	  WHERE u.id = who.party AND u.blocked_at IS NULL AND u.deleted_at IS NULL FOR SHARE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM session.standing l WHERE l.id = outside_session.session) THEN
		PERFORM session.start(outside_session.session, who.party, NULL, outside_session.address,
			outside_session.expires_at);
	END IF;
	RETURN QUERY SELECT l.party FROM session.standing l WHERE l.id = outside_session.session;
END
$$;
COMMENT ON FUNCTION auth.outside_session(uuid, text, text, text, text, boolean, timestamptz, text) IS
	'The session of an outside issuer''s token, begun if need be.  No row: it names no user who may sign in.';
REVOKE ALL ON FUNCTION auth.outside_session(uuid, text, text, text, text, boolean, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.outside_session(uuid, text, text, text, text, boolean, timestamptz, text) TO stoa_area;
