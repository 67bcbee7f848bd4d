-- Who can own something, and for whom somebody may act.  What somebody may do is schema authorization's.

CREATE SCHEMA party;
GRANT USAGE ON SCHEMA party TO stoa_area;

CREATE TABLE party.party (
	id uuid NOT NULL CONSTRAINT party_pkey PRIMARY KEY,
	kind text NOT NULL,
	tier text NOT NULL DEFAULT 'standard',
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT party_kind CHECK (kind IN ('user', 'account', 'organization', 'service')),
	CONSTRAINT party_tier CHECK (tier IN ('standard', 'vip'))
);
COMMENT ON TABLE party.party IS 'Anyone who can own something.  What it is called and how it signs in is other rooms'' business.';

CREATE TABLE party.member (
	party uuid NOT NULL CONSTRAINT member_party_exists REFERENCES party.party (id) ON DELETE CASCADE,
	"of" uuid NOT NULL CONSTRAINT member_of_exists REFERENCES party.party (id) ON DELETE CASCADE,
	role text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT member_pkey PRIMARY KEY (party, "of"),
	CONSTRAINT member_of_another CHECK (party <> "of"),
	CONSTRAINT member_role_length CHECK (length(role) BETWEEN 1 AND 64)
);
COMMENT ON TABLE party.member IS
	'`party` acts for `of`.  It does not go further: who acts for an account does not act for that account''s organization.';
CREATE INDEX member_by_of ON party.member ("of");

GRANT SELECT, INSERT, UPDATE, DELETE ON party.party, party.member TO stoa_party;

CREATE FUNCTION party.parties_of(party uuid)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
BEGIN
	RETURN parties_of.party || ARRAY(
		SELECT m."of" FROM party.member m WHERE m.party = parties_of.party ORDER BY m."of");
END
$$;
COMMENT ON FUNCTION party.parties_of(uuid) IS 'Itself and whom it may act for: what lists compare an owner with.';

CREATE FUNCTION party.standing(party uuid)
RETURNS TABLE (kind text, tier text, parties uuid[], permissions text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
#variable_conflict use_column
DECLARE
	acts_for uuid[] := party.parties_of(standing.party);
BEGIN
	RETURN QUERY
	SELECT p.kind,
	       CASE WHEN EXISTS (SELECT FROM party.party v WHERE v.id = ANY(acts_for) AND v.tier = 'vip')
	            THEN 'vip' ELSE 'standard' END,
	       acts_for,
	       "authorization".permissions_of(standing.party)
	  FROM party.party p
	 WHERE p.id = standing.party;
END
$$;
COMMENT ON FUNCTION party.standing(uuid) IS
	'What a principal is worth: its kind, the best tier among those it acts for, and what it may do everywhere.';

-- A session that is being started and a change of its party's rights must not miss each other: who starts one shares the
-- party's row until COMMIT, who changes rights or ends sessions holds it alone.

CREATE FUNCTION party.share(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
BEGIN
	PERFORM FROM party.party p WHERE p.id = ANY(share.parties) ORDER BY p.id FOR SHARE;
END
$$;

CREATE FUNCTION party.hold(parties uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
BEGIN
	PERFORM FROM party.party p WHERE p.id = ANY(hold.parties) ORDER BY p.id FOR NO KEY UPDATE;
END
$$;

-- What follows changes what somebody may do, and therefore raises the version in the sessions of all whom it
-- concerns (session.bump, of the next migration), in the same transaction: it counts for their very next request.

CREATE FUNCTION party.party_add(parties uuid[], kind text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO party.party (id, kind)
	SELECT p.id, party_add.kind FROM unnest(party_add.parties) AS p (id);
END
$$;

CREATE FUNCTION party.tier_set(parties uuid[], tier text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE party.party p SET tier = tier_set.tier
	  FROM (SELECT l.id FROM party.party l WHERE l.id = ANY(tier_set.parties) ORDER BY l.id FOR NO KEY UPDATE) locked
	 WHERE p.id = locked.id;
	PERFORM session.bump(tier_set.parties ||
		ARRAY(SELECT DISTINCT m.party FROM party.member m WHERE m."of" = ANY(tier_set.parties)));
END
$$;

CREATE FUNCTION party.member_add(parties uuid[], "of" uuid, role text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO party.member (party, "of", role)
	SELECT p.id, member_add."of", member_add.role FROM unnest(member_add.parties) AS p (id) ORDER BY p.id
	ON CONFLICT ON CONSTRAINT member_pkey DO UPDATE SET role = excluded.role;
	PERFORM session.bump(member_add.parties);
END
$$;

CREATE FUNCTION party.member_remove(parties uuid[], "of" uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, party, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM party.member m WHERE m.party = ANY(member_remove.parties) AND m."of" = member_remove."of";
	PERFORM session.bump(member_remove.parties);
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA party FROM PUBLIC;
GRANT EXECUTE ON FUNCTION party.parties_of(uuid), party.standing(uuid) TO stoa_area;
GRANT EXECUTE ON FUNCTION party.party_add(uuid[], text), party.tier_set(uuid[], text),
	party.member_add(uuid[], uuid, text), party.member_remove(uuid[], uuid) TO stoa_party;
