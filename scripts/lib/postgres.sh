# postgres.sh -- the private PostgreSQL of dev and test: one cluster, one unix socket, no password lying about.
#
# Areas log in with passwords derived from the master secret; the environment's user and root come in as the
# superuser by who they are (peer), and nobody else can even reach the socket's folder.

postgres_bin() {
	local newest
	newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
	dirname "$newest"
}

POSTGRES_DATABASE=stoa

postgres_running() { "$(postgres_bin)/pg_isready" -q -h "$RUN" -t 1; }

# psql as the superuser; needs no password and asks for none.
psql_owner() { as_owner psql -X -q -w -h "$RUN" -U postgres "$@"; }

postgres_settings() {
	cat <<END
# Written by scripts/stoa; small on purpose: this PostgreSQL serves one developer.
listen_addresses = ''
unix_socket_directories = '$RUN'
unix_socket_permissions = 0700
max_connections = 200
superuser_reserved_connections = 5
shared_buffers = 16MB
work_mem = 2MB
maintenance_work_mem = 16MB
autovacuum_work_mem = 8MB
huge_pages = off
jit = off
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
max_worker_processes = 2
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
autovacuum_max_workers = 1
autovacuum_naptime = 20s
max_wal_size = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
# A worker that died in the middle of a statement must not hold its locks.
client_connection_check_interval = 1s
tcp_keepalives_idle = 30
log_destination = 'jsonlog'
logging_collector = on
log_directory = '$LOG'
log_filename = 'postgres-%a.log'
log_file_mode = 0640
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_min_duration_statement = 500ms
log_lock_waits = on
# What people send is not written into logs.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
END
	if [ "$ENVIRONMENT" = test ]; then
		printf '%s\n' '# Tests may lose their data when the power fails.' \
			'fsync = off' 'synchronous_commit = off' 'full_page_writes = off'
	fi
}

# Made beside its place and moved there whole, so that an interrupted first start leaves nothing half made.
postgres_make() {
	local fresh=$HERE/postgres.new
	[ ! -f "$HERE/postgres/PG_VERSION" ] || return 0
	as_owner rm -rf "$fresh"
	as_owner "$(postgres_bin)/initdb" -D "$fresh" -U postgres --locale=C.UTF-8 --encoding=UTF8 \
		--auth-local=peer --auth-host=scram-sha-256 --no-instructions || return 1
	as_owner tee "$fresh/pg_hba.conf" >/dev/null <<-'END'
		local all postgres peer map=owner
		local all all      scram-sha-256
	END
	printf 'owner %s postgres\nowner root postgres\n' "$OWNER" | as_owner tee "$fresh/pg_ident.conf" >/dev/null
	echo "include 'stoa.conf'" | as_owner tee -a "$fresh/postgresql.conf" >/dev/null
	postgres_settings | as_owner tee "$fresh/stoa.conf" >/dev/null
	as_owner mv "$fresh" "$HERE/postgres"
}

# As the keeper will run it; here only so long as `up` needs it before there is a keeper.
postgres_start() {
	postgres_running && return 0
	as_owner "$(postgres_bin)/pg_ctl" -D "$HERE/postgres" -l "$LOG/postgres-start.log" -s -w -t 60 start 9>&- && return 0
	tail -n 5 "$LOG/postgres-start.log"
	return 1
}

postgres_stop() { as_owner "$(postgres_bin)/pg_ctl" -D "$HERE/postgres" -s -m fast -w -t 30 stop; }

postgres_make_database() {
	local there
	there=$(psql_owner -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$POSTGRES_DATABASE'") || return 1
	[ "$there" = 1 ] || psql_owner -d postgres -c "CREATE DATABASE $POSTGRES_DATABASE"
}
