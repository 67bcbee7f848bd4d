-- A row's hash in one expression: the same text as audit.pieces() makes, which went through a list piece by piece.

CREATE OR REPLACE FUNCTION audit.append(party uuid, session uuid, route text, subject text, what text, status int, problem text,
	address text, request text, times bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
#variable_conflict use_column
DECLARE
	now timestamptz := clock_timestamp();
BEGIN
	-- 36 bytes are a uuid, 27 a time.
	INSERT INTO audit.inbox (at, party, session, route, subject, what, status, problem, address, request, times, hash)
	VALUES (now, append.party, append.session, append.route, append.subject, append.what, append.status,
		append.problem, append.address, append.request, append.times,
		sha256(convert_to('12:stoa-audit-1,27:' || to_char(now AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ','
			|| coalesce('36:' || append.party::text || ',', '-,')
			|| coalesce('36:' || append.session::text || ',', '-,')
			|| octet_length(append.route)::text || ':' || append.route || ','
			|| coalesce(octet_length(append.subject)::text || ':' || append.subject || ',', '-,')
			|| coalesce(octet_length(append.what)::text || ':' || append.what || ',', '-,')
			|| octet_length(append.status::text)::text || ':' || append.status::text || ','
			|| coalesce(octet_length(append.problem)::text || ':' || append.problem || ',', '-,')
			|| coalesce(octet_length(append.address)::text || ':' || append.address || ',', '-,')
			|| coalesce(octet_length(append.request)::text || ':' || append.request || ',', '-,')
			|| octet_length(append.times::text)::text || ':' || append.times::text || ',', 'UTF8')));
END
$$;
