# psql: PostgreSQL's shell on this environment's database.
#
# usage: scripts/stoa psql [--env ENV] [-- PSQL'S ARGUMENTS]
#
# In dev and test as the superuser; elsewhere with database_admin_url.

command_psql() {
	need_installed
	[ "${1:-}" != -- ] || shift
	if makes_servers; then
		postgres_running || todo "PostgreSQL is not running. Run: $(stoa_command up)"
		as_owner psql -h "$RUN" -U postgres -d "$POSTGRES_DATABASE" "$@"
	else
		psql_admin "$@"
	fi
}
