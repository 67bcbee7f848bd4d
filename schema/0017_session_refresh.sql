-- Refresh tokens without token rows: the session's counter says which one is current.

-- A lost answer and parallel tabs are normal, so whoever shows the current token or the one before it gets the current
-- one.  The counter moves on when the current token is shown and the last move is older than the grace: tabs that
-- refresh one after the other do not leave a slow one behind.  One that is newer was given out by a server that this
-- one has replaced, and counts.  An older one was taken from somewhere: that ends the session.
--
-- last_used_at is when the counter moved last; nobody else writes it.
CREATE FUNCTION session.refresh(session uuid, shown bigint, grace bigint, address text, request text)
RETURNS TABLE (party uuid, outcome text, current bigint, authz_ver bigint, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	robbed uuid;
BEGIN
	RETURN QUERY
	UPDATE session.session s SET counter = refresh.shown + 1, last_used_at = clock_timestamp()
	 WHERE s.id = refresh.session AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
	   AND (s.counter < refresh.shown OR (s.counter = refresh.shown
	        AND s.last_used_at <= clock_timestamp() - refresh.grace * interval '1 second'))
	RETURNING s.party, 'moved', s.counter, s.authz_ver, s.expires_at;
	IF FOUND THEN
		RETURN;
	END IF;

	UPDATE session.session s SET ended_at = clock_timestamp(), end_reason = 'refresh-replayed', ver = s.ver + 1
	 WHERE s.id = refresh.session AND s.ended_at IS NULL AND s.counter > refresh.shown + 1
	RETURNING s.party INTO robbed;
	IF FOUND THEN
		PERFORM event.append(queue.new_id(), 'session.refresh_replayed', refresh.session, robbed, NULL, NULL);
		PERFORM audit.append(robbed, refresh.session, 'POST /v1/auth/refresh', refresh.session::text,
			'a refresh token that was used up came again', 401, 'unauthenticated', refresh.address, refresh.request, 1);
	END IF;
	-- A statement of its own: it sees what others have committed while the first one waited for the row.
	RETURN QUERY
	SELECT s.party, CASE WHEN s.ended_at IS NULL AND s.expires_at > clock_timestamp() THEN 'kept'
	                     WHEN s.end_reason = 'refresh-replayed' THEN 'replayed' ELSE 'over' END,
	       s.counter, s.authz_ver, s.expires_at
	  FROM session.session s
	 WHERE s.id = refresh.session;
END
$$;
COMMENT ON FUNCTION session.refresh(uuid, bigint, bigint, text, text) IS
	'The current counter for whoever shows a token of this one.  outcome: moved, kept, replayed, over; no row: no session.';
REVOKE ALL ON FUNCTION session.refresh(uuid, bigint, bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.refresh(uuid, bigint, bigint, text, text) TO stoa_auth;

-- Room for as many versions of a row as there are rows: a session that is refreshed many times a second, while some
-- transaction is open, still finds it on its own page.
ALTER TABLE session.session SET (fillfactor = 50);

CREATE FUNCTION session.end_others(keeps uuid, reason text)
RETURNS TABLE (session uuid, party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.session, e.party
	  FROM session.end_session(ARRAY(
		SELECT o.id FROM session.session s JOIN session.session o ON o.party = s.party
		 WHERE s.id = end_others.keeps AND o.id <> s.id AND o.ended_at IS NULL), end_others.reason) e;
END
$$;
COMMENT ON FUNCTION session.end_others(uuid, text) IS 'Ends every other session of the same party.';
REVOKE ALL ON FUNCTION session.end_others(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.end_others(uuid, text) TO stoa_auth, stoa_session;
