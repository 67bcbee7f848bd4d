/*
 * client_pair_test.c -- no client without a subscription, no subscription without a client: whoever tries half a pair by
 * hand fails at COMMIT.  As the owner of everything, which may do more than any area.  Skipped unless STOA_TEST_CONFIG
 * names the stoa.conf of a test environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "handlers/areas.h"

static struct arena *arena;
static PGconn *owner;

static void
run(const char *sql)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);

	assert_non_null(result);
	PQclear(result);
}

static const char *
ask(const char *sql)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);
	const char *value;

	assert_non_null(result);
	assert_int_equal(PQntuples(result), 1);
	value = arena_text(arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

static const char *
given_client(void)
{
	const char *id = uuid_text(arena, uuid_new(&env_system));

	run(arena_format(arena, "SELECT client.join('%s', 'EU', 'tv')", id));
	return id;
}

/* The constraint that COMMIT names; "" when it went well. */
static const char *
commit_breaks(void)
{
	PGresult *result = PQexec(owner, "COMMIT");
	const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	if (PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0)
		name = "";
	name = arena_text(arena, name != NULL ? name : PQresultErrorMessage(result));
	PQclear(result);
	return name;
}

static void
a_client_comes_with_a_month_of_the_plan_that_the_rules_pick(void **state)
{
	const char *id = given_client();

	(void)state;
	assert_string_equal(ask(arena_format(arena,
				"SELECT s.plan || ' ' || s.months || ' ' || s.state FROM client.client c "
				"JOIN subscription.subscription s ON s.client = c.id WHERE c.id = '%s'",
				id)),
	    "premium 1 active");
	assert_string_equal(
	    ask(arena_format(arena, "SELECT count(*) FROM client.leave(ARRAY['%s'::uuid])", id)), "1");
	assert_string_equal(
	    ask(arena_format(arena, "SELECT count(*) FROM client.leave(ARRAY['%s'::uuid])", id)), "0");
}

static void
a_client_alone_fails_at_commit(void **state)
{
	(void)state;
	run("BEGIN");
	run("INSERT INTO client.client (id) VALUES (gen_random_uuid())");
	assert_string_equal(commit_breaks(), "client_has_subscription");
}

static void
a_subscription_alone_fails_at_commit(void **state)
{
	(void)state;
	run("BEGIN");
	run("SELECT subscription.open_for(gen_random_uuid(), NULL, NULL)");
	assert_string_equal(commit_breaks(), "subscription_has_client");
}

static void
removing_half_a_pair_fails_at_commit(void **state)
{
	const char *id = given_client();

	(void)state;
	run("BEGIN");
	run(arena_format(arena, "DELETE FROM client.client WHERE id = '%s'", id));
	assert_string_equal(commit_breaks(), "subscription_has_client");
	run("BEGIN");
	run(arena_format(arena, "DELETE FROM subscription.subscription WHERE client = '%s'", id));
	assert_string_equal(commit_breaks(), "client_has_subscription");
	run("BEGIN");
	run(arena_format(arena, "UPDATE subscription.subscription SET client = gen_random_uuid() WHERE client = '%s'", id));
	assert_string_not_equal(commit_breaks(), "");
	run("BEGIN");
	run(arena_format(arena, "SELECT client.leave(ARRAY['%s'::uuid])", id));
	assert_string_equal(commit_breaks(), "");
}

static void
a_client_has_one_subscription_not_two(void **state)
{
	const char *id = given_client();
	FILE *nowhere = fopen("/dev/null", "w");

	(void)state;
	assert_null(database_ask(
	    owner, arena_format(arena, "SELECT subscription.open_for('%s', NULL, NULL)", id), NULL, nowhere));
	assert_null(
	    database_ask(owner, arena_format(arena, "SELECT client.join('%s', NULL, NULL)", id), NULL, nowhere));
	fclose(nowhere);
	run(arena_format(arena, "SELECT client.leave(ARRAY['%s'::uuid])", id));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_comes_with_a_month_of_the_plan_that_the_rules_pick),
		cmocka_unit_test(a_client_alone_fails_at_commit),
		cmocka_unit_test(a_subscription_alone_fails_at_commit),
		cmocka_unit_test(removing_half_a_pair_fails_at_commit),
		cmocka_unit_test(a_client_has_one_subscription_not_two),
	};
	const char *path = getenv("STOA_TEST_CONFIG");
	const struct config *config;
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	arena = arena_new();
	config = config_read(arena, &house, path, environ, stderr);
	if (config == NULL || !key_open(config) ||
	    (owner = database_open(config, NULL, "client_pair_test", stderr)) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(owner);
	return failed;
}
