-- How old the oldest transaction is, whosever it is: pg_stat_activity hides that from all but the owner.

CREATE FUNCTION core.oldest_transaction()
RETURNS TABLE (seconds bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT extract(epoch FROM clock_timestamp() - min(a.xact_start))::bigint
	  FROM pg_stat_activity a
	 WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid();
END
$$;
COMMENT ON FUNCTION core.oldest_transaction() IS 'Seconds since the oldest transaction in this database began; NULL: there is none.';
REVOKE ALL ON FUNCTION core.oldest_transaction() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.oldest_transaction() TO stoa_ops;
