-- Roles: what may be done, held by parties, everywhere or within one account or organization.
-- AUTHORIZATION is a word of SQL's own, so this schema's name is always quoted.

CREATE SCHEMA "authorization";
GRANT USAGE ON SCHEMA "authorization" TO stoa_area;

CREATE TABLE "authorization".role (
	id uuid NOT NULL CONSTRAINT role_pkey PRIMARY KEY,
	name text NOT NULL CONSTRAINT role_name_once UNIQUE,
	says text NOT NULL,
	built_in boolean NOT NULL DEFAULT false,
	holds_all boolean NOT NULL DEFAULT false,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	changed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT role_name_form CHECK (name ~ '^[a-z][a-z0-9_-]{0,63}$'),
	CONSTRAINT role_says_length CHECK (length(says) <= 200),
	CONSTRAINT role_all_is_built_in CHECK (built_in OR NOT holds_all)
);
COMMENT ON COLUMN "authorization".role.built_in IS 'Neither edited nor removed, and held everywhere or not at all.';
COMMENT ON COLUMN "authorization".role.holds_all IS 'Whatever there is or will be, but for its rows in role_permission.';

CREATE TABLE "authorization".role_permission (
	role uuid NOT NULL CONSTRAINT role_permission_role_exists REFERENCES "authorization".role (id) ON DELETE CASCADE,
	permission text NOT NULL,
	CONSTRAINT role_permission_pkey PRIMARY KEY (role, permission),
	CONSTRAINT role_permission_form CHECK (permission ~ '^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+$')
);
COMMENT ON TABLE "authorization".role_permission IS 'What a role holds; of one that holds all, what it does not.';

CREATE TABLE "authorization".assignment (
	id uuid NOT NULL CONSTRAINT assignment_pkey PRIMARY KEY,
	party uuid NOT NULL,
	role uuid NOT NULL CONSTRAINT assignment_role_exists REFERENCES "authorization".role (id),
	within uuid,
	given_by uuid,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT assignment_once UNIQUE NULLS NOT DISTINCT (party, role, within)
);
COMMENT ON TABLE "authorization".assignment IS 'Who holds which role; `within` NULL: everywhere.';
CREATE INDEX assignment_by_role ON "authorization".assignment (role, party);
CREATE INDEX assignment_by_within ON "authorization".assignment (within) WHERE within IS NOT NULL;
CREATE INDEX assignment_by_time ON "authorization".assignment (created_at DESC, id DESC);

GRANT SELECT ON "authorization".role, "authorization".role_permission, "authorization".assignment TO stoa_authorization;

-- Everybody is a public user; nobody is given that, and it holds nothing that operators do.
INSERT INTO "authorization".role (id, name, says, built_in, holds_all) VALUES
	('01890000-0000-7000-8000-000000000001', 'public_user', 'Everybody who has signed in.', true, false),
	('01890000-0000-7000-8000-000000000002', 'admin', 'Runs the platform.', true, true),
	('01890000-0000-7000-8000-000000000003', 'super_user', 'May do everything, and make others super users.', true, true),
	('01890000-0000-7000-8000-000000000004', 'billing', 'Looks after payments and subscriptions.', false, false),
	('01890000-0000-7000-8000-000000000005', 'success', 'Looks after customers.', false, false),
	('01890000-0000-7000-8000-000000000006', 'compliance', 'Reads what has been done, and by whom.', false, false);
INSERT INTO "authorization".role_permission (role, permission) VALUES
	('01890000-0000-7000-8000-000000000002', 'admin.erase');
INSERT INTO "authorization".role_permission (role, permission)
SELECT r.id, p.permission
  FROM (VALUES
	('billing', ARRAY['account.read', 'client.read', 'plan.read', 'subscription.read', 'subscription.write', 'user.read',
		'wallet.deposit', 'wallet.read', 'wallet.withdraw']),
	('success', ARRAY['account.read', 'client.read', 'client.write', 'plan.read', 'session.end', 'session.read',
		'subscription.read', 'subscription.write', 'user.read', 'user.write']),
	('compliance', ARRAY['account.read', 'audit.export', 'audit.read', 'client.read', 'role.read', 'session.read',
		'subscription.read', 'user.read', 'wallet.freeze', 'wallet.read'])) AS seed (role, permissions)
  JOIN "authorization".role r ON r.name = seed.role
 CROSS JOIN unnest(seed.permissions) AS p (permission);

-- A set of permissions is written as a list: names, '*' for all, and '!name' for what '*' leaves out.  A name beside
-- its '!name' counts.  core/trust/principal.c reads it in the same way.

CREATE FUNCTION "authorization".held(party uuid, within uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
DECLARE
	roles uuid[] := ARRAY(SELECT a.role FROM "authorization".assignment a
	                       WHERE a.party = held.party AND (a.within IS NULL OR a.within = held.within));
	wholes uuid[];
BEGIN
	IF cardinality(roles) = 0 THEN
		RETURN ARRAY[]::text[];
	END IF;
	wholes := ARRAY(SELECT r.id FROM "authorization".role r WHERE r.id = ANY(roles) AND r.holds_all);
	RETURN ARRAY(
		SELECT p.permission FROM "authorization".role_permission p
		 WHERE p.role = ANY(roles) AND p.role <> ALL(wholes)
		UNION
		SELECT '*' WHERE cardinality(wholes) > 0
		UNION
		SELECT '!' || p.permission FROM "authorization".role_permission p
		 WHERE p.role = ANY(wholes)
		 GROUP BY p.permission HAVING count(*) = cardinality(wholes)
		ORDER BY 1);
END
$$;

CREATE FUNCTION "authorization".permissions_of(party uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN "authorization".held(permissions_of.party, NULL);
END
$$;
COMMENT ON FUNCTION "authorization".permissions_of(uuid) IS 'What it may do everywhere; party.standing asks.';

CREATE FUNCTION "authorization".permissions_within(party uuid, within uuid)
RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
BEGIN
	RETURN "authorization".held(permissions_within.party, permissions_within.within);
END
$$;
COMMENT ON FUNCTION "authorization".permissions_within(uuid, uuid) IS
	'What it may do within that account or organization, with what it may do everywhere.';

CREATE FUNCTION "authorization".allows(permissions text[], permission text)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN allows.permission = ANY(allows.permissions)
	    OR '*' = ANY(allows.permissions) AND ('!' || allows.permission) <> ALL(allows.permissions);
END
$$;
COMMENT ON FUNCTION "authorization".allows(text[], text) IS 'Whether such a list holds the permission.';

CREATE FUNCTION "authorization".judge(party uuid, permission text, within uuid)
RETURNS TABLE (role text, held_within uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, "authorization", pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.name, a.within
	  FROM "authorization".assignment a JOIN "authorization".role r ON r.id = a.role
	 WHERE a.party = judge.party AND (a.within IS NULL OR a.within = judge.within)
	   AND r.holds_all <> EXISTS (SELECT FROM "authorization".role_permission p
	                               WHERE p.role = r.id AND p.permission = judge.permission)
	 ORDER BY a.within NULLS FIRST, r.name;
END
$$;
COMMENT ON FUNCTION "authorization".judge(uuid, text, uuid) IS
	'By which roles a party may do that, everywhere or within an account or organization; no row: it may not.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "authorization" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "authorization".permissions_of(uuid), "authorization".permissions_within(uuid, uuid),
	"authorization".allows(text[], text), "authorization".judge(uuid, text, uuid) TO stoa_area;
