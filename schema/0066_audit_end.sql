-- Where the audit ends, for when all of it is erased: the keys and the last seal, in lines of an export.

CREATE FUNCTION audit.export_end("order" uuid)
RETURNS TABLE (line text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT json_build_object('kind', 'end', 'order', export_end."order", 'at', audit.time_text(clock_timestamp()),
		'unsealed', (SELECT count(*) FROM audit.inbox))::text;
	RETURN QUERY
	SELECT k.line FROM audit.export_keys() k;
	RETURN QUERY
	SELECT l.line
	  FROM audit.export_lines((SELECT max(s.last) FROM audit.seal s), 1) l
	 WHERE l.line::json ->> 'kind' = 'seal';
END
$$;
COMMENT ON FUNCTION audit.export_end(uuid) IS 'The last seal without its rows.';

REVOKE ALL ON FUNCTION audit.export_end(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.export_end(uuid) TO stoa_audit;
