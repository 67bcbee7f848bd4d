-- The audit as lines of JSON, for those who check it elsewhere; what `stoad --audit verify` reads as well.

CREATE FUNCTION audit.export_keys()
RETURNS TABLE (line text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT json_build_object('kind', 'key', 'kid', k.kid, 'spki', translate(encode(k.public_part, 'base64'), E'\n', ''))::text
	  FROM core.key_history('audit') k;
END
$$;
COMMENT ON FUNCTION audit.export_keys() IS 'The public halves of all keys that seals were signed with.';

-- Whole seals: from the one that holds `position` on, as many as have `most` rows together, and one at least.  Each
-- is followed by its rows.
CREATE FUNCTION audit.export_lines("from" bigint, most int)
RETURNS TABLE ("position" bigint, line text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, audit, pg_temp SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
	start bigint;
	until bigint;
BEGIN
	SELECT s.first, s.last INTO start, until FROM audit.seal s WHERE s.last >= export_lines."from" ORDER BY s.last LIMIT 1;
	SELECT greatest(until, max(s.last)) INTO until
	  FROM audit.seal s WHERE s.last >= start AND s.last < start + export_lines.most;
	RETURN QUERY
	SELECT l.position, l.line
	  FROM (SELECT s.first AS position, 0 AS rank,
	               json_build_object('kind', 'seal', 'number', s.number, 'first', s.first, 'last', s.last,
	                       'previous', encode(s.previous, 'hex'), 'root', encode(s.root, 'hex'),
	                       'leaves', encode(s.leaves, 'hex'), 'at', audit.time_text(s.at), 'kid', s.kid,
	                       'signature', encode(s.signature, 'hex'))::text AS line
	          FROM audit.seal s WHERE s.last BETWEEN start AND until
	         UNION ALL
	        SELECT e.position, 1,
	               json_build_object('kind', 'entry', 'position', e.position, 'at', audit.time_text(e.at),
	                       'party', e.party, 'session', e.session, 'route', e.route, 'subject', e.subject,
	                       'what', e.what, 'status', e.status, 'problem', e.problem, 'address', e.address,
	                       'request', e.request, 'times', e.times, 'hash', encode(e.hash, 'hex'))::text
	          FROM audit.entry e WHERE e.position BETWEEN start AND until) AS l
	 ORDER BY l.position, l.rank;
END
$$;
COMMENT ON FUNCTION audit.export_lines(bigint, int) IS 'No rows: there is nothing sealed from that position on.';

-- Positions that no seal reaches: rows that were put there by hand.
CREATE FUNCTION audit.strays()
RETURNS TABLE ("position" bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.position FROM audit.entry e
	 WHERE e.position < 1 OR e.position > (SELECT coalesce(max(s.last), 0) FROM audit.seal s)
	 ORDER BY e.position LIMIT 1;
END
$$;

REVOKE ALL ON FUNCTION audit.export_keys(), audit.export_lines(bigint, int), audit.strays() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.export_keys(), audit.export_lines(bigint, int), audit.strays() TO stoa_audit;
