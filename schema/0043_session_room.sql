-- How many sessions one may have at once, by tier.

CREATE FUNCTION session.make_room(party uuid, standard bigint, vip bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	most bigint;
	ended bigint;
BEGIN
	SELECT CASE t.tier WHEN 'vip' THEN make_room.vip ELSE make_room.standard END INTO most
	  FROM party.standing(make_room.party) t;
	IF coalesce(most, 0) = 0 THEN
		RETURN 0;
	END IF;
	-- Alone until COMMIT, so that two sign-ins at the same moment do not both find the last place.
	PERFORM party.hold(ARRAY[make_room.party]);
	SELECT count(*) INTO ended
	  FROM session.end_session(ARRAY(
		SELECT s.id FROM session.session s
		 WHERE s.party = make_room.party AND s.ended_at IS NULL AND s.expires_at > now()
		 ORDER BY s.created_at DESC, s.id DESC
		OFFSET most - 1), 'too-many');
	RETURN ended;
END
$$;
COMMENT ON FUNCTION session.make_room(uuid, bigint, bigint) IS
	'Before a session is started: ends the oldest, so that with the new one there are no more than its tier may have; 0: any number.';

REVOKE ALL ON FUNCTION session.make_room(uuid, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.make_room(uuid, bigint, bigint) TO stoa_auth;
