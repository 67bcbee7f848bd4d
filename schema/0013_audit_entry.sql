-- Who did what, to what, from where, under which request: written once, sealed within a second, never changed.
--
-- A row comes into audit.inbox in the transaction of its request.  The sealer moves it to audit.entry, gives it a
-- position (why the order is right is said of events, in 0009_event_event.sql) and signs what it has moved, batch by
-- batch, each seal holding the hash of the one before.  handlers/audit/README.md has the format, byte by byte.

CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO stoa_area;

CREATE TABLE audit.inbox (
	number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT inbox_pkey PRIMARY KEY,
	at timestamptz NOT NULL,
	party uuid,
	session uuid,
	route text NOT NULL,
	subject text,
	what text,
	status int NOT NULL,
	problem text,
	address text,
	request text,
	times bigint NOT NULL,
	hash bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE audit.inbox IS 'Rows that are not sealed yet; empty but for the last second.';

CREATE TABLE audit.entry (
	position bigint NOT NULL CONSTRAINT entry_pkey PRIMARY KEY,
	number bigint NOT NULL CONSTRAINT entry_number_once UNIQUE,
	at timestamptz NOT NULL,
	party uuid,
	session uuid,
	route text NOT NULL,
	subject text,
	what text,
	status int NOT NULL,
	problem text,
	address text,
	request text,
	times bigint NOT NULL,
	hash bytea NOT NULL
);
COMMENT ON TABLE audit.entry IS 'Every row once, its positions without a gap; kept for ever.';
COMMENT ON COLUMN audit.entry.number IS 'What it had in the inbox.';
COMMENT ON COLUMN audit.entry.times IS 'How many equal refusals the row stands for; 1 but for those that are only counted.';
COMMENT ON COLUMN audit.entry.hash IS 'SHA-256 over everything but position and number.';
CREATE INDEX entry_by_time ON audit.entry (at DESC, position DESC);
CREATE INDEX entry_by_party ON audit.entry (party, at DESC, position DESC) WHERE party IS NOT NULL;
CREATE INDEX entry_by_subject ON audit.entry (subject, at DESC, position DESC) WHERE subject IS NOT NULL;
CREATE INDEX entry_by_route ON audit.entry (route, at DESC, position DESC);

CREATE TABLE audit.seal (
	number bigint NOT NULL CONSTRAINT seal_pkey PRIMARY KEY,
	first bigint NOT NULL CONSTRAINT seal_first_once UNIQUE,
	last bigint NOT NULL CONSTRAINT seal_last_once UNIQUE,
	previous bytea NOT NULL,
	root bytea NOT NULL,
	leaves bytea NOT NULL,
	at timestamptz NOT NULL,
	hash bytea NOT NULL,
	kid text NOT NULL,
	signature bytea NOT NULL,
	CONSTRAINT seal_has_rows CHECK (first <= last)
);
COMMENT ON TABLE audit.seal IS 'The signed chain over the positions of audit.entry.';
COMMENT ON COLUMN audit.seal.leaves IS 'The hashes of its rows, in order: so that a row that was touched can be named.';

GRANT SELECT ON audit.inbox, audit.entry, audit.seal TO stoa_audit;

-- Nobody changes what is written: no role has the right to, and the owner and superusers are stopped here.
CREATE FUNCTION audit.refuse()
RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'The audit is only added to.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER entry_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entry
	FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
ALTER TABLE audit.entry ENABLE ALWAYS TRIGGER entry_is_only_added_to;
CREATE TRIGGER seal_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.seal
	FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
ALTER TABLE audit.seal ENABLE ALWAYS TRIGGER seal_is_only_added_to;
CREATE TRIGGER inbox_is_only_added_to BEFORE UPDATE OR TRUNCATE ON audit.inbox
	FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
ALTER TABLE audit.inbox ENABLE ALWAYS TRIGGER inbox_is_only_added_to;

CREATE FUNCTION audit.check_moved()
RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, audit, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
	IF EXISTS (SELECT FROM gone g
	            WHERE NOT EXISTS (SELECT FROM audit.entry e WHERE e.number = g.number AND e.hash = g.hash)) THEN
		RAISE EXCEPTION 'The audit is only added to.' USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER inbox_is_only_moved AFTER DELETE ON audit.inbox REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION audit.check_moved();
ALTER TABLE audit.inbox ENABLE ALWAYS TRIGGER inbox_is_only_moved;

-- What is hashed and signed: `<bytes>:<text>,` for each piece, `-,` for one that is absent, so that no two lists of
-- pieces have one text.
CREATE FUNCTION audit.pieces(VARIADIC list text[])
RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	result text := '';
	piece text;
BEGIN
	FOREACH piece IN ARRAY list LOOP
		result := result || coalesce(octet_length(piece) || ':' || piece || ',', '-,');
	END LOOP;
	RETURN result;
END
$$;

CREATE FUNCTION audit.time_text(at timestamptz)
RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
END
$$;

CREATE FUNCTION audit.append(party uuid, session uuid, route text, subject text, what text, status int, problem text,
	address text, request text, times bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
#variable_conflict use_column
DECLARE
	now timestamptz := clock_timestamp();
BEGIN
	INSERT INTO audit.inbox (at, party, session, route, subject, what, status, problem, address, request, times, hash)
	VALUES (now, append.party, append.session, append.route, append.subject, append.what, append.status,
		append.problem, append.address, append.request, append.times,
		sha256(convert_to(audit.pieces('stoa-audit-1', audit.time_text(now), append.party::text, append.session::text,
			append.route, append.subject, append.what, append.status::text, append.problem, append.address,
			append.request, append.times::text), 'UTF8')));
END
$$;
COMMENT ON FUNCTION audit.append(uuid, uuid, text, text, text, int, text, text, text, bigint) IS
	'One row, in the transaction of what it tells of.  The dispatcher calls it (core/web/audit.c), and nobody else need.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append(uuid, uuid, text, text, text, int, text, text, text, bigint) TO stoa_area;
