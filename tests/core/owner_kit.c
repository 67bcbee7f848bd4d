/* owner_kit.c -- statements as the owner of the schema, and what they answer. */
#include "tests/core/owner_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "handlers/areas.h"

PGconn *owner;
struct arena *owner_arena;

static const struct config *config;
static PGconn *second;

void
owner_run(const char *sql)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);

	assert_non_null(result);
	PQclear(result);
}

const char *
owner_ask(const char *sql)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);
	const char *value;

	assert_non_null(result);
	assert_int_equal(PQntuples(result), 1);
	value = arena_text(owner_arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

void
owner_says(const char *sql, const char *wanted)
{
	assert_string_equal(owner_ask(sql), wanted);
}

static void
fails(const char *sql, int field, const char *wanted)
{
	PGresult *result;

	owner_run("SAVEPOINT before");
	result = PQexec(owner, sql);
	assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
	if (wanted != NULL) {
		assert_non_null(PQresultErrorField(result, field));
		assert_string_equal(PQresultErrorField(result, field), wanted);
	}
	PQclear(result);
	owner_run("ROLLBACK TO SAVEPOINT before");
}

void
owner_is_refused(const char *sql, const char *constraint)
{
	fails(sql, PG_DIAG_CONSTRAINT_NAME, constraint);
}

void
owner_is_told(const char *sql, const char *sqlstate)
{
	fails(sql, PG_DIAG_SQLSTATE, sqlstate);
}

PGconn *
owner_second(void)
{
	if (second == NULL)
		second = database_open(config, NULL, "second", stderr);
	assert_non_null(second);
	return second;
}

const char *
owner_commit_breaks(void)
{
	PGresult *result = PQexec(owner, "COMMIT");
	const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	if (PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0)
		name = "";
	name = arena_text(owner_arena, name != NULL ? name : PQresultErrorMessage(result));
	PQclear(result);
	return name;
}

int
owner_begin(void **state)
{
	(void)state;
	owner_run("BEGIN");
	return 0;
}

int
owner_rollback(void **state)
{
	(void)state;
	owner_run("ROLLBACK");
	return 0;
}

int
owner_run_tests(const char *name, const struct CMUnitTest *tests, size_t count)
{
	const char *path = getenv("STOA_TEST_CONFIG");
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	owner_arena = arena_new();
	config = config_read(owner_arena, &house, path, environ, stderr);
	if (config == NULL || !key_open(config) || (owner = database_open(config, NULL, name, stderr)) == NULL)
		return 1;
	failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	PQfinish(owner);
	PQfinish(second);
	return failed;
}
