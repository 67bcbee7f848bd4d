/*
 * role.c -- who may connect.  What was set for a role is remembered as a fingerprint in core.role, with the
 * role's oid, so that a run that changes nothing costs one query, and a role that was dropped, a restored
 * database or another master secret is noticed.
 */
#include "core/db/role.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/db/database.h"

/* What ground_make does; another number does it again where it was done before. */
#define GROUND "2"

struct role_work {
	struct arena *arena;
	const struct config *config;
	PGconn *connection;
	FILE *complaints;
};

static bool
run(struct role_work *work, const char *sql)
{
	return database_do(work->connection, sql, NULL, work->complaints);
}

static const char *
quoted(struct role_work *work, const char *text, char *(*escape)(PGconn *, const char *, size_t))
{
	char *escaped = escape(work->connection, text, strlen(text));
	const char *copy;

	if (escaped == NULL)
		abort();
	copy = arena_text(work->arena, escaped);
	PQfreemem(escaped);
	return copy;
}

/* One value of one row, or "" when there is none; NULL after a complaint. */
static const char *
ask(struct role_work *work, const char *sql, const char *value)
{
	const char *const values[] = { value, NULL };
	PGresult *result = database_ask(work->connection, sql, value != NULL ? values : NULL, work->complaints);
	const char *text = NULL;

	if (result != NULL)
		text = arena_text(work->arena, PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return text;
}

static bool
role_exists(struct role_work *work, const char *role)
{
	const char *oid = ask(work, "SELECT oid FROM pg_roles WHERE rolname = $1", role);

	return oid != NULL && *oid != '\0';
}

/* ---- what a role is set to */

static const char *
settings_of(struct role_work *work)
{
	return arena_format(work->arena,
	    "statement_timeout=%llds lock_timeout=1s idle_in_transaction_session_timeout=10s search_path=pg_catalog "
	    "client_connection_check_interval=1s timezone=UTC jit=off",
	    (long long)work->config->global.database_timeout);
}

static const char *
fingerprint_of(struct role_work *work, const char *role)
{
	uint8_t hash[SHA256_SIZE];
	const char *text =
	    arena_format(work->arena, "1 %s %s %s", role, settings_of(work), db_password(work->arena, role));

	sha256(text, strlen(text), hash);
	return base64url_encode(work->arena, hash, sizeof(hash));
}

/* The password goes over the wire, and into the server's log, only as its SCRAM verifier. */
static bool
set_password(struct role_work *work, const char *role)
{
	char *verifier = PQencryptPasswordConn(work->connection, db_password(work->arena, role), role, "scram-sha-256");
	bool done;

	if (verifier == NULL) {
		fprintf(work->complaints, "stoad: %s", PQerrorMessage(work->connection));
		return false;
	}
	done = run(work, arena_format(work->arena, "ALTER ROLE %s LOGIN PASSWORD %s",
			     quoted(work, role, PQescapeIdentifier), quoted(work, verifier, PQescapeLiteral)));
	PQfreemem(verifier);
	return done;
}

static bool
set_settings(struct role_work *work, const char *role)
{
	char *settings = arena_text(work->arena, settings_of(work)), *rest = settings;
	const char *name = quoted(work, role, PQescapeIdentifier);

	for (char *setting; (setting = strsep(&rest, " ")) != NULL;) {
		char *value = strchr(setting, '=');

		*value++ = '\0';
		if (!run(work, arena_format(work->arena, "ALTER ROLE %s SET %s = %s", name, setting,
				   quoted(work, value, PQescapeLiteral))))
			return false;
	}
	return true;
}

static bool
remember(struct role_work *work, const char *role, const char *fingerprint)
{
	const char *const values[] = { role, fingerprint, NULL };

	return database_do(work->connection,
	    "INSERT INTO core.role (name, role_oid, database_oid, fingerprint) "
	    "SELECT r.rolname, r.oid, d.oid, $2 FROM pg_roles r, pg_database d "
	    "WHERE r.rolname = $1 AND d.datname = current_database() "
	    "ON CONFLICT (name) DO UPDATE SET role_oid = excluded.role_oid, database_oid = excluded.database_oid, "
	    "fingerprint = excluded.fingerprint",
	    values, work->complaints);
}

/* Whether the role is as it was last set, in this database. */
static bool
is_as_set(struct role_work *work, const char *role, const char *fingerprint)
{
	const char *stored = ask(work,
	    "SELECT c.fingerprint FROM core.role c JOIN pg_roles r ON r.rolname = c.name AND r.oid = c.role_oid "
	    "JOIN pg_database d ON d.datname = current_database() AND d.oid = c.database_oid WHERE c.name = $1",
	    role);

	return stored != NULL && strcmp(stored, fingerprint) == 0;
}

/* ---- the whole */

static bool
area_role(struct role_work *work, const char *area)
{
	const char *role = arena_format(work->arena, "stoa_%s", area), *fingerprint = fingerprint_of(work, role);
	const char *name = quoted(work, role, PQescapeIdentifier);

	if (is_as_set(work, role, fingerprint))
		return true;
	return (role_exists(work, role) || run(work, arena_format(work->arena, "CREATE ROLE %s LOGIN", name))) &&
	       run(work, arena_format(work->arena, "GRANT stoa_area TO %s", name)) && set_password(work, role) &&
	       set_settings(work, role) && remember(work, role, fingerprint);
}

/*
 * The owner, the group, the schema core; and nobody else may do anything here.  The owner's functions may see everybody's
 * transactions (core.oldest_transaction); where whoever migrates cannot give that right, they do not.
 */
static bool
ground_make(struct role_work *work)
{
	const char *database = ask(work, "SELECT current_database()", NULL);
	const char *superuser = ask(work, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", NULL);

	if (database == NULL || superuser == NULL)
		return false;
	database = quoted(work, database, PQescapeIdentifier);
	return (role_exists(work, "stoa_owner") || run(work, "CREATE ROLE stoa_owner NOLOGIN")) &&
	       (role_exists(work, "stoa_area") || run(work, "CREATE ROLE stoa_area NOLOGIN")) &&
	       (*superuser == 't' || run(work, "GRANT stoa_owner TO CURRENT_USER")) &&
	       run(work, "DO $$ BEGIN GRANT pg_read_all_stats TO stoa_owner; "
			 "EXCEPTION WHEN insufficient_privilege THEN NULL; END $$") &&
	       run(work, arena_format(work->arena, "REVOKE ALL ON DATABASE %s FROM PUBLIC", database)) &&
	       run(work, arena_format(work->arena, "GRANT CONNECT ON DATABASE %s TO stoa_area", database)) &&
	       run(work, arena_format(work->arena, "GRANT CREATE, CONNECT ON DATABASE %s TO stoa_owner", database)) &&
	       run(work, "REVOKE ALL ON SCHEMA public FROM PUBLIC") &&
	       run(work, "CREATE SCHEMA IF NOT EXISTS core AUTHORIZATION stoa_owner");
}

static bool
tables_make(struct role_work *work)
{
	return run(work, "CREATE TABLE IF NOT EXISTS core.role (name text PRIMARY KEY, role_oid oid NOT NULL, "
			 "database_oid oid NOT NULL, fingerprint text NOT NULL)") &&
	       run(work, "ALTER TABLE core.role OWNER TO stoa_owner") &&
	       run(work, "CREATE TABLE IF NOT EXISTS core.migration (name text PRIMARY KEY, checksum text NOT NULL, "
			 "statements int NOT NULL DEFAULT 0, applied_at timestamptz, took_ms bigint)") &&
	       run(work, "ALTER TABLE core.migration OWNER TO stoa_owner") &&
	       run(work, "COMMENT ON TABLE core.role IS 'What was last set for each role, as a fingerprint.'") &&
	       run(work,
		   "COMMENT ON TABLE core.migration IS "
		   "'Files of schema/ by name; applied_at is NULL while one of the resumable kind is half done.'");
}

bool
roles_make(
    struct arena *arena, const struct config *config, const struct house *house, PGconn *connection, FILE *complaints)
{
	struct role_work work = { arena, config, connection, complaints };
	const char *there = ask(&work, "SELECT to_regclass('core.migration') IS NOT NULL", NULL);

	if (there == NULL)
		return false;
	if ((*there != 't' || !is_as_set(&work, "stoa_owner", GROUND)) &&
	    !(run(&work, "BEGIN") && ground_make(&work) && tables_make(&work) && remember(&work, "stoa_owner", GROUND) &&
		run(&work, "COMMIT")))
		return false;
	for (size_t i = 0; i < house->area_count; i++)
		if (!area_role(&work, house->areas[i].name))
			return false;
	return true;
}
