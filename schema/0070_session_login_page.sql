-- A page of the login history in one question: which partitions hold its rows is looked up beside them, so that a request
-- makes one round trip.

CREATE FUNCTION session.login_page(party uuid, types text[], before_time timestamptz, before_id uuid, most int)
RETURNS TABLE (id uuid, occurred_at timestamptz, device_type text, device text, address text, method text, outcome text,
	session uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, session, pg_temp AS $$
#variable_conflict use_column
DECLARE
	span record;
BEGIN
	-- The months and device types that hold the newest `most` logins before a time.  How many of the month of that time
	-- are newer is not known, so it counts as none.
	SELECT min(n.month)::timestamp AT TIME ZONE 'UTC' AS since,
	       (max(n.month) + interval '1 month') AT TIME ZONE 'UTC' AS until,
	       array_agg(DISTINCT n.device_type) AS types
	  INTO span
	  FROM (SELECT c.month, c.device_type,
	               sum(CASE WHEN c.month < session.month_of(login_page.before_time) THEN c.logins ELSE 0 END)
	                   OVER (ORDER BY c.month DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newer
	          FROM session.login_count c
	         WHERE c.party = login_page.party AND c.device_type = ANY(login_page.types)
	           AND c.month <= session.month_of(login_page.before_time)) AS n
	 WHERE coalesce(n.newer, 0) < login_page.most;
	IF span.since IS NULL THEN
		RETURN;
	END IF;
	-- Planned for these very bounds: partitions outside of them are not opened, and not locked.
	RETURN QUERY EXECUTE
		'SELECT l.id, l.occurred_at, l.device_type, l.device, host(l.address), l.method, l.outcome, l.session
		   FROM session.login l
		  WHERE l.party = $1 AND l.device_type = ANY($2) AND l.occurred_at >= $3 AND l.occurred_at < $4
		    AND (l.occurred_at, l.id) < ($5, $6)
		  ORDER BY l.occurred_at DESC, l.id DESC
		  LIMIT $7'
		USING login_page.party, span.types, span.since, span.until, login_page.before_time, login_page.before_id,
			login_page.most;
END
$$;
COMMENT ON FUNCTION session.login_page(uuid, text[], timestamptz, uuid, int) IS
	'The newest logins of a party with these device types before a time and id; only the partitions that hold them are opened.';
REVOKE ALL ON FUNCTION session.login_page(uuid, text[], timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session.login_page(uuid, text[], timestamptz, uuid, int) TO stoa_session;
