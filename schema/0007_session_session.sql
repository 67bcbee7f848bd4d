-- Who is signed in, and where.  One narrow row per session says whether it lives and which version of its rights counts.

CREATE SCHEMA session;
GRANT USAGE ON SCHEMA session TO stoa_area;

-- `counter`, `last_used_at`, `ver` and `authz_ver` change often: none is in an index, and a page keeps room for
-- the new version of its rows, so that these updates are HOT and the table does not grow with use.
CREATE TABLE session.session (
	id uuid NOT NULL CONSTRAINT session_pkey PRIMARY KEY,
	party uuid NOT NULL,
	counter bigint NOT NULL DEFAULT 0,
	ver bigint NOT NULL DEFAULT 1,
	authz_ver bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	last_used_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	ended_at timestamptz,
	end_reason text,
	device text,
	address inet,
	CONSTRAINT session_expires_later CHECK (expires_at > created_at),
	CONSTRAINT session_end_has_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
	CONSTRAINT session_device_length CHECK (length(device) <= 128)
) WITH (fillfactor = 70);
COMMENT ON TABLE session.session IS 'A session belongs to one party and is never shared.';
COMMENT ON COLUMN session.session.counter IS 'Of the refresh token that is current.';
COMMENT ON COLUMN session.session.ver IS 'Raised by what ends tokens: the end of the session, a changed password.';
COMMENT ON COLUMN session.session.authz_ver IS 'Raised by what changes rights: roles, memberships, tier.';
CREATE INDEX session_by_party ON session.session (party) WHERE ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON session.session TO stoa_session;

-- Read with every request of somebody signed in.  A view and no function: it becomes part of the statement that reads it,
-- which takes half of the time that entering a function does.
CREATE VIEW session.standing AS
SELECT id, party, ended_at IS NULL AND expires_at > statement_timestamp() AS alive, ver, authz_ver
  FROM session.session;
COMMENT ON VIEW session.standing IS 'Whether a session lives, and which version of its rights counts.';
GRANT SELECT ON session.standing TO stoa_area;

CREATE FUNCTION session.rights(session uuid)
RETURNS TABLE (party uuid, alive boolean, authz_ver bigint, kind text, tier text, parties uuid[], permissions text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT s.party, s.ended_at IS NULL AND s.expires_at > statement_timestamp(), s.authz_ver,
	       t.kind, t.tier, t.parties, t.permissions
	  FROM session.session s CROSS JOIN LATERAL party.standing(s.party) t
	 WHERE s.id = rights.session;
END
$$;
COMMENT ON FUNCTION session.rights(uuid) IS
	'What the session''s party may do, with the version that this is; STABLE, so both are of one snapshot.';

CREATE FUNCTION session.start(session uuid, party uuid, device text, address text, expires_at timestamptz)
RETURNS TABLE (ver bigint, authz_ver bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- Waits for who is changing the party's rights or ending its sessions: ask what forbids a session after this.
	PERFORM party.share(ARRAY[start.party]);
	RETURN QUERY
	INSERT INTO session.session AS s (id, party, device, address, expires_at)
	VALUES (start.session, start.party, start.device, start.address::inet, start.expires_at)
	RETURNING s.ver, s.authz_ver;
	PERFORM event.append(queue.new_id(), 'session.started', start.session, start.party, NULL, NULL);
END
$$;

CREATE FUNCTION session.end_session(sessions uuid[], reason text)
RETURNS TABLE (session uuid, party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	FOR session, party IN
		UPDATE session.session s SET ended_at = now(), end_reason = end_session.reason, ver = s.ver + 1
		  FROM (SELECT l.id FROM session.session l WHERE l.id = ANY(end_session.sessions) AND l.ended_at IS NULL
		         ORDER BY l.id FOR NO KEY UPDATE) locked
		 WHERE s.id = locked.id
		RETURNING s.id, s.party
	LOOP
		PERFORM event.append(queue.new_id(), 'session.ended', session, party,
			jsonb_build_object('reason', end_session.reason), NULL);
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION session.end_session(uuid[], text) IS 'Ends those that live; counts for their very next request.';

CREATE FUNCTION session.end_party(parties uuid[], reason text)
RETURNS TABLE (session uuid, party uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM party.hold(end_party.parties);
	RETURN QUERY
	SELECT e.session, e.party
	  FROM session.end_session(ARRAY(SELECT s.id FROM session.session s
	                                  WHERE s.party = ANY(end_party.parties) AND s.ended_at IS NULL),
	                           end_party.reason) e;
END
$$;
COMMENT ON FUNCTION session.end_party(uuid[], text) IS 'Ends every session of these parties: blocking, deletion, "sign out everywhere".';

CREATE FUNCTION session.bump(parties uuid[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	bumped bigint;
BEGIN
	PERFORM party.hold(bump.parties);
	UPDATE session.session s SET authz_ver = s.authz_ver + 1
	  FROM (SELECT l.id FROM session.session l WHERE l.party = ANY(bump.parties) AND l.ended_at IS NULL
	         ORDER BY l.id FOR NO KEY UPDATE) locked
	 WHERE s.id = locked.id;
	GET DIAGNOSTICS bumped = ROW_COUNT;
	RETURN bumped;
END
$$;
COMMENT ON FUNCTION session.bump(uuid[]) IS
	'Rights have changed: every worker reads them again before the very next request of these parties'' sessions.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.rights(uuid) TO stoa_area;
GRANT EXECUTE ON FUNCTION session.start(uuid, uuid, text, text, timestamptz), session.end_session(uuid[], text),
	session.end_party(uuid[], text), session.bump(uuid[]) TO stoa_session;
