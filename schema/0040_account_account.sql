-- Customer companies and the people who work for them.

-- Search by any part of a name.  Trusted, so that whoever owns the database may make it; other rooms may use it too.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA core;

CREATE SCHEMA account;
GRANT USAGE ON SCHEMA account TO stoa_area;

-- `search` is what names are compared by, as auth.canonical_email does it: the collation is ICU's root, so that it does
-- not depend on the host's locales.
CREATE TABLE account.account (
	id uuid NOT NULL CONSTRAINT account_pkey PRIMARY KEY,
	name text NOT NULL,
	reference text,
	tier text NOT NULL,
	status text NOT NULL DEFAULT 'active',
	reason text,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	suspended_at timestamptz,
	closed_at timestamptz,
	search text COLLATE "C" NOT NULL GENERATED ALWAYS AS
		(normalize(lower(normalize(name, NFKC) COLLATE "und-x-icu"), NFKC)) STORED,
	CONSTRAINT account_name_length CHECK (length(name) BETWEEN 1 AND 200),
	CONSTRAINT account_reference_length CHECK (length(reference) BETWEEN 1 AND 64),
	CONSTRAINT account_tier CHECK (tier IN ('standard', 'vip')),
	CONSTRAINT account_status CHECK (status IN ('active', 'suspended', 'closed')),
	CONSTRAINT account_suspended_since CHECK ((status = 'suspended') = (suspended_at IS NOT NULL)),
	CONSTRAINT account_closed_since CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
	CONSTRAINT account_closed_is_standard CHECK (status <> 'closed' OR tier = 'standard')
);
COMMENT ON TABLE account.account IS 'A party of the kind account: a customer company.  Its tier is the party''s, kept here to be listed by.';
COMMENT ON COLUMN account.account.reference IS 'What the customer is called in the operator''s own books.';
COMMENT ON COLUMN account.account.reason IS 'Why it was suspended or closed.';
-- A list reads a few rows from the front of each (tier, status) it was asked for: one index serves every filter.  A search
-- for what many names have walks account_by_time; one for what few have takes account_by_name.
CREATE INDEX account_by_time ON account.account (created_at DESC, id DESC);
CREATE INDEX account_by_kind ON account.account (tier, status, created_at DESC, id DESC);
CREATE INDEX account_by_name ON account.account USING gin (search core.gin_trgm_ops) WITH (fastupdate = off);
-- Which of the two is cheaper turns at about one name in two hundred; a sample of a hundred cannot tell.
ALTER TABLE account.account ALTER COLUMN search SET STATISTICS 1000;

CREATE TABLE account.agent (
	id uuid NOT NULL CONSTRAINT agent_pkey PRIMARY KEY,
	account uuid NOT NULL CONSTRAINT agent_account_exists REFERENCES account.account (id),
	party uuid NOT NULL,
	email text NOT NULL,
	email_canonical text NOT NULL CONSTRAINT agent_email_once UNIQUE,
	name text NOT NULL,
	title text,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT agent_name_length CHECK (length(name) BETWEEN 1 AND 200),
	CONSTRAINT agent_title_length CHECK (length(title) <= 200)
);
COMMENT ON TABLE account.agent IS 'Somebody who works for an account; `party` is the user who signs in.';
COMMENT ON COLUMN account.agent.email_canonical IS 'One agent for an address, in whichever account.';
CREATE INDEX agent_by_account ON account.agent (account, created_at DESC, id DESC);

CREATE TABLE account.block (
	id uuid NOT NULL CONSTRAINT block_pkey PRIMARY KEY,
	agent uuid NOT NULL CONSTRAINT block_agent_exists REFERENCES account.agent (id),
	since timestamptz NOT NULL,
	until timestamptz,
	reason text NOT NULL,
	made_by uuid NOT NULL,
	made_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz,
	CONSTRAINT block_ends_later CHECK (until > since)
);
COMMENT ON TABLE account.block IS 'When an agent was blocked: from `since` up to but without `until`.  What is past stays, because usage is judged by it.';
COMMENT ON COLUMN account.block.ended_at IS 'When its user was let in again; somewhat after `until` where the block ran out by itself.';
CREATE INDEX block_by_agent ON account.block (agent, since);

-- What is so at this moment is asked of the clock, not of the job that ends blocks.
CREATE VIEW account.agent_now AS
SELECT a.id, a.account, a.party, a.email, a.name, a.title, a.version, a.created_at,
       CASE WHEN b.id IS NULL THEN 'active' ELSE 'blocked' END AS status,
       b.id AS block, b.since AS blocked_since, b.until AS blocked_until, b.reason AS block_reason
  FROM account.agent a
  LEFT JOIN LATERAL (
	SELECT s.id, s.since, s.until, s.reason
	  FROM account.block s
	 WHERE s.agent = a.id AND s.since <= clock_timestamp() AND (s.until IS NULL OR s.until > clock_timestamp())
	 ORDER BY s.since, s.id
	 LIMIT 1) b ON true;

GRANT SELECT, UPDATE ON account.account TO stoa_account;
GRANT SELECT, UPDATE ON account.agent TO stoa_account;
GRANT SELECT ON account.block, account.agent_now TO stoa_account;

-- ---- accounts ---------------------------------------------------------------------------------------------

CREATE FUNCTION account.account_add(id uuid, name text, reference text, tier text)
RETURNS SETOF account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM party.party_add(ARRAY[account_add.id], 'account');
	IF account_add.tier <> 'standard' THEN
		PERFORM party.tier_set(ARRAY[account_add.id], account_add.tier);
	END IF;
	RETURN QUERY
	INSERT INTO account.account AS a (id, name, reference, tier)
	VALUES (account_add.id, account_add.name, account_add.reference, account_add.tier)
	RETURNING a.*;
END
$$;

-- Whoever changes an account holds its row alone; whoever adds to it shares it.
CREATE FUNCTION account.account_hold(id uuid, statuses text[])
RETURNS account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.account;
BEGIN
	SELECT a.* INTO held FROM account.account a WHERE a.id = account_hold.id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'No such account.' USING ERRCODE = 'ST404';
	END IF;
	IF held.status <> ALL(account_hold.statuses) THEN
		RAISE EXCEPTION 'The account is %.', held.status USING ERRCODE = 'ST409';
	END IF;
	RETURN held;
END
$$;

CREATE FUNCTION account.account_edit(id uuid, name text, reference text, tier text)
RETURNS SETOF account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.account := account.account_hold(account_edit.id, ARRAY['active', 'suspended']);
BEGIN
	IF account_edit.tier <> held.tier THEN
		PERFORM party.tier_set(ARRAY[held.id], account_edit.tier);
	END IF;
	RETURN QUERY
	UPDATE account.account a
	   SET name = account_edit.name, reference = account_edit.reference, tier = account_edit.tier,
	       version = a.version + 1
	 WHERE a.id = held.id
	RETURNING a.*;
END
$$;

CREATE FUNCTION account.users_of(account uuid)
RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT g.party FROM account.agent g WHERE g.account = users_of.account ORDER BY g.party);
END
$$;

CREATE FUNCTION account.account_suspend(id uuid, reason text)
RETURNS SETOF account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.account := account.account_hold(account_suspend.id, ARRAY['active']);
BEGIN
	PERFORM auth.block(account.users_of(held.id), 'account:' || held.id, account_suspend.reason);
	RETURN QUERY
	UPDATE account.account a
	   SET status = 'suspended', suspended_at = now(), reason = account_suspend.reason, version = a.version + 1
	 WHERE a.id = held.id
	RETURNING a.*;
END
$$;
COMMENT ON FUNCTION account.account_suspend(uuid, text) IS 'Its agents cannot act from the next request on.';

CREATE FUNCTION account.account_resume(id uuid)
RETURNS SETOF account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.account := account.account_hold(account_resume.id, ARRAY['suspended']);
BEGIN
	PERFORM auth.unblock(account.users_of(held.id), 'account:' || held.id);
	RETURN QUERY
	UPDATE account.account a
	   SET status = 'active', suspended_at = NULL, reason = NULL, version = a.version + 1
	 WHERE a.id = held.id
	RETURNING a.*;
END
$$;

CREATE FUNCTION account.account_close(id uuid, reason text)
RETURNS SETOF account.account
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	held account.account := account.account_hold(account_close.id, ARRAY['active', 'suspended']);
BEGIN
	PERFORM auth.block(account.users_of(held.id), 'account:' || held.id, account_close.reason);
	IF held.tier <> 'standard' THEN
		PERFORM party.tier_set(ARRAY[held.id], 'standard');
	END IF;
	RETURN QUERY
	UPDATE account.account a
	   SET status = 'closed', closed_at = now(), suspended_at = NULL, reason = account_close.reason,
	       tier = 'standard', version = a.version + 1
	 WHERE a.id = held.id
	RETURNING a.*;
END
$$;
COMMENT ON FUNCTION account.account_close(uuid, text) IS 'For good: its agents cannot act any more, and it is no VIP.';

-- ---- agents -----------------------------------------------------------------------------------------------

CREATE FUNCTION account.agent_add(id uuid, account uuid, email text, name text, title text, link_hash bytea,
	link_expires_at timestamptz)
RETURNS SETOF account.agent_now
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	found_status text;
	invited uuid;
BEGIN
	SELECT a.status INTO found_status FROM account.account a WHERE a.id = agent_add.account FOR SHARE;
	IF found_status IS NULL THEN
		RAISE EXCEPTION 'No such account.' USING ERRCODE = 'ST404';
	ELSIF found_status <> 'active' THEN
		RAISE EXCEPTION 'The account is %.', found_status USING ERRCODE = 'ST409';
	END IF;
	SELECT u.party INTO STRICT invited
	  FROM auth.user_invite(agent_add.email, agent_add.name, agent_add.link_hash, agent_add.link_expires_at) u;
	INSERT INTO account.agent (id, account, party, email, email_canonical, name, title)
	VALUES (agent_add.id, agent_add.account, invited, agent_add.email, auth.canonical_email(agent_add.email),
		agent_add.name, agent_add.title);
	PERFORM party.member_add(ARRAY[invited], agent_add.account, 'agent');
	RETURN QUERY SELECT n.* FROM account.agent_now n WHERE n.id = agent_add.id;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account.account_add(uuid, text, text, text), account.account_edit(uuid, text, text, text),
	account.account_suspend(uuid, text), account.account_resume(uuid), account.account_close(uuid, text),
	account.agent_add(uuid, uuid, text, text, text, bytea, timestamptz) TO stoa_account;

DO $$
BEGIN
	PERFORM "authorization".role_permit('success', ARRAY['account.read', 'account.write', 'agent.write']);
	PERFORM "authorization".role_permit('billing', ARRAY['account.read', 'usage.write']);
	PERFORM "authorization".role_permit('compliance', ARRAY['account.read', 'agent.block']);
END
$$;
