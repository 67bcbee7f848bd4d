-- The schema every area stands on: who may do what by default, and what has been applied.
-- The runner has made the roles, the schema and core.migration before (see schema/README.md).

GRANT USAGE ON SCHEMA core TO stoa_area;

-- What the owner makes is nobody's until it is granted.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;

CREATE FUNCTION core.migration_list()
RETURNS TABLE (name text, applied_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT m.name, m.applied_at FROM core.migration m WHERE m.applied_at IS NOT NULL ORDER BY m.name;
END
$$;
COMMENT ON FUNCTION core.migration_list() IS 'Every migration that has been applied, for the readiness check.';
REVOKE ALL ON FUNCTION core.migration_list() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.migration_list() TO stoa_area;
