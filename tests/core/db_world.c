/* db_world.c -- one connection as stoa_ops through the proxy, one as the owner past it, and a schema of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "tests/core/db_world.h"

extern char **environ;

static const struct house empty_house;

struct world world;

/* ---- the world */

static const char *
setting_of(const char *url, const char *keyword, const char *missing)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const char *value = missing;

	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
		if (strcmp(option->keyword, keyword) == 0 && option->val != NULL)
			value = arena_text(world.arena, option->val);
	PQconninfoFree(options);
	return value;
}

void
owner_does(const char *sql)
{
	PGresult *result = database_script(world.owner, sql);

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	PQclear(result);
}

int64_t
owner_counts(const char *sql)
{
	PGresult *result = database_ask(world.owner, sql, NULL, stderr);
	int64_t count;

	assert_non_null(result);
	count = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return count;
}

static const char *const tables =
    "DROP SCHEMA IF EXISTS db_test CASCADE; CREATE SCHEMA db_test; GRANT USAGE ON SCHEMA db_test TO stoa_ops;"
    "CREATE TABLE db_test.thing (id bigint CONSTRAINT thing_pkey PRIMARY KEY, word text NOT NULL"
    "  CONSTRAINT idempotency_pkey UNIQUE, CONSTRAINT thing_word CHECK (word <> 'bad'));"
    "CREATE TABLE db_test.late (id bigint CONSTRAINT late_once UNIQUE DEFERRABLE INITIALLY DEFERRED);"
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA db_test TO stoa_ops;"
    "CREATE FUNCTION db_test.refuse(state text, detail text, pointer text) RETURNS void LANGUAGE plpgsql AS $$"
    "BEGIN IF pointer = '' THEN RAISE EXCEPTION '%', detail USING ERRCODE = state;"
    " ELSE RAISE EXCEPTION '%', detail USING ERRCODE = state, HINT = pointer; END IF; END $$;";

int
world_begin(void **state)
{
	const struct config *config;
	const char *url;

	(void)state;
	world.arena = arena_new();
	config = config_read(world.arena, &empty_house, getenv("STOA_TEST_CONFIG"), environ, stderr);
	if (config == NULL || !key_open(config))
		return -1;
	world.config = *config;
	world.direct = config->global.database_url;
	url = config->global.database_url;
	snprintf(world.folder, sizeof(world.folder), "/tmp/stoa-db-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	world.proxy = proxy_start(
	    world.folder, arena_format(world.arena, "%s/.s.PGSQL.%s", setting_of(url, "host", "/var/run/postgresql"),
			      setting_of(url, "port", "5432")));
	world.config.global.database_url = arena_format(
	    world.arena, "postgresql:///%s?host=%s&port=5432", setting_of(url, "dbname", "stoa"), world.folder);
	world.owner = database_open(config, NULL, "db_test", stderr);
	if (world.owner == NULL)
		return -1;
	owner_does("SELECT pg_advisory_lock(hashtext('db_test'))"); /* one such test at a time */
	owner_does(tables);
	return 0;
}

int
world_end(void **state)
{
	(void)state;
	owner_does("DROP SCHEMA db_test CASCADE");
	PQfinish(world.owner);
	proxy_stop(world.proxy);
	rmdir(world.folder);
	arena_free(world.arena);
	return 0;
}

void
later(int64_t milliseconds)
{
	world.req.deadline = env_monotonic(&env_system) + milliseconds * MILLISECOND;
}

int
request_begin(void **state)
{
	(void)state;
	owner_does("TRUNCATE db_test.thing, db_test.late");
	world.req = (struct request){ .arena = arena_new(),
		.env = &env_system,
		.config = &world.config,
		.db = db_new(&world.config, "stoa_ops"),
		.began = env_monotonic(&env_system) };
	later(5000);
	return 0;
}

int
request_end(void **state)
{
	(void)state;
	db_free(world.req.db);
	arena_free(world.req.arena);
	return 0;
}

int64_t
backend(void)
{
	struct sample_backend_row *row;

	assert_null(sql_sample_backend(&world.req, &row));
	return row->backend;
}

void
backend_dies(int64_t pid)
{
	owner_does(arena_format(world.arena, "SELECT pg_terminate_backend(%lld, 2000)", (long long)pid));
}

void
then_it_works(void)
{
	struct sample_number_row *row;

	assert_null(sql_sample_number(&world.req, 7, &row));
	assert_int_equal(row->number, 7);
}

void
then_problem(const struct problem *problem, enum problem_id id)
{
	assert_non_null(problem);
	assert_int_equal(problem->id, id);
}
