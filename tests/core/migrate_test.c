/*
 * migrate_test.c -- `stoad --migrate` on a database of its own, from an empty one to every way in which files
 * can be wrong.  Skipped unless STOA_TEST_CONFIG names a running environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"

#define DATABASE "stoa_migrate_test"

extern char **environ;

static const struct area_row areas[] = { { .name = "ops" } };
static const struct house small_house = { .areas = areas, .area_count = 1 };

static struct world {
	struct arena *arena;
	struct config config;
	PGconn *server, *owner; /* to the environment's database, and to the test's */
	char folder[40];
	const char *said; /* both streams of the last run */
} world;

static void
put(const char *name, const char *text)
{
	FILE *out = fopen(arena_format(world.arena, "%s/schema/%s", world.folder, name), "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void
take_away(const char *name)
{
	unlink(arena_format(world.arena, "%s/schema/%s", world.folder, name));
}

static void
does(PGconn *connection, const char *sql)
{
	PGresult *result = database_script(connection, sql);

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	PQclear(result);
}

static const char *
owner_reads(const char *sql)
{
	PGresult *result = database_ask(world.owner, sql, NULL, stderr);
	const char *text;

	assert_non_null(result);
	text = arena_text(world.arena, PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return text;
}

/* In a process of its own, as it is in life; its exit status. */
static int
migrate(const char *argument)
{
	const char *path = arena_format(world.arena, "%s/said", world.folder);
	char *const arguments[] = { (char *)(uintptr_t)argument, NULL };
	struct command_line line = {
		.arena = world.arena, .house = &small_house, .config = &world.config, .arguments = arguments
	};
	char text[4096];
	pid_t child = fork();
	int status;
	FILE *in;

	if (child == 0) {
		if (freopen(path, "we", stdout) == NULL || dup2(fileno(stdout), 2) < 0)
			_exit(99);
		status = migrate_command(&line);
		fflush(stdout);
		_exit(status);
	}
	waitpid(child, &status, 0);
	in = fopen(path, "re");
	world.said = arena_copy(world.arena, text, fread(text, 1, sizeof(text), in));
	fclose(in);
	return WEXITSTATUS(status);
}

static void
then_it_says(const char *text)
{
	if (strstr(world.said, text) == NULL)
		fail_msg("expected \"%s\", it said: %s", text, world.said);
}

static int
world_begin(void **state)
{
	const struct config *config;

	(void)state;
	world.arena = arena_new();
	config = config_read(world.arena, &small_house, getenv("STOA_TEST_CONFIG"), environ, stderr);
	if (config == NULL || !key_open(config) ||
	    (world.server = database_open(config, NULL, "migrate_test", stderr)) == NULL)
		return -1;
	world.config = *config;
	world.config.global.database_admin_url = arena_format(world.arena, "host=%s port=%s user=%s dbname=" DATABASE,
	    PQhost(world.server), PQport(world.server), PQuser(world.server));
	if (PQpass(world.server) != NULL && *PQpass(world.server) != '\0')
		world.config.global.database_admin_url = arena_format(
		    world.arena, "%s password='%s'", world.config.global.database_admin_url, PQpass(world.server));
	return 0;
}

static int
world_end(void **state)
{
	(void)state;
	PQfinish(world.server);
	arena_free(world.arena);
	return 0;
}

static int
database_begin(void **state)
{
	(void)state;
	does(world.server, "DROP DATABASE IF EXISTS " DATABASE " WITH (FORCE)");
	does(world.server, "CREATE DATABASE " DATABASE);
	world.owner = database_open(&world.config, NULL, "somebody else", stderr);
	assert_non_null(world.owner);
	snprintf(world.folder, sizeof(world.folder), "/tmp/stoa-migrate-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	mkdir(arena_format(world.arena, "%s/schema", world.folder), 0700);
	world.config.global.data_dir = world.folder;
	put("0001_test_first.sql", "-- First.\nCREATE SCHEMA test;\nCREATE TABLE test.a (id int);\n");
	return 0;
}

static int
database_end(void **state)
{
	char *const command[] = { (char *)(uintptr_t) "rm", (char *)(uintptr_t) "-rf", world.folder, NULL };
	pid_t child;

	(void)state;
	PQfinish(world.owner);
	does(world.server, "DROP DATABASE IF EXISTS " DATABASE " WITH (FORCE)");
	if ((child = fork()) == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(child, NULL, 0);
	return 0;
}

static void
an_empty_database_is_brought_up_to_date_once(void **state)
{
	int64_t began;

	(void)state;
	assert_int_equal(migrate("status"), 3);
	then_it_says("pending  0001_test_first.sql");
	assert_int_equal(migrate(NULL), 0);
	then_it_says("applied  0001_test_first.sql");
	began = env_monotonic(&env_system);
	assert_int_equal(migrate(NULL), 0);
	assert_true(env_monotonic(&env_system) - began < 300 * MILLISECOND);
	assert_string_equal(world.said, "up to date\n");
	assert_int_equal(migrate("status"), 0);
	then_it_says("applied  0001_test_first.sql");
	assert_string_equal(owner_reads("SELECT tableowner FROM pg_tables WHERE schemaname = 'test'"), "stoa_owner");
	assert_string_equal(owner_reads("SELECT has_schema_privilege('stoa_ops', 'public', 'CREATE')"), "f");
}

static void
a_changed_file_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(migrate(NULL), 0);
	put("0001_test_first.sql", "-- Changed.\n");
	put("0002_test_second.sql", "CREATE TABLE test.b (id int);");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("schema/0001_test_first.sql has changed since it was applied");
	assert_string_equal(owner_reads("SELECT to_regclass('test.b') IS NULL"), "t");
	assert_int_equal(migrate("status"), 1);
	then_it_says("changed  0001_test_first.sql");
}

static void
a_vanished_file_is_refused_by_name(void **state)
{
	(void)state;
	assert_int_equal(migrate(NULL), 0);
	take_away("0001_test_first.sql");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("schema/0001_test_first.sql is applied, but the file is gone");
}

static void
a_file_that_comes_too_late_is_refused_by_name(void **state)
{
	(void)state;
	put("0003_test_third.sql", "SELECT 1;");
	assert_int_equal(migrate(NULL), 0);
	put("0002_test_second.sql", "SELECT 1;");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("schema/0002_test_second.sql is new, but sorts before 0003_test_third.sql");
}

static void
a_failing_file_leaves_nothing_and_is_named_with_its_line(void **state)
{
	(void)state;
	put("0002_test_second.sql", "-- gr\303\274n\nCREATE TABLE test.b (id int);\nSELECT 1,\n  nonsense;\n");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("schema/0002_test_second.sql:4: column \"nonsense\" does not exist");
	assert_string_equal(owner_reads("SELECT to_regclass('test.b') IS NULL"), "t");
	put("0002_test_second.sql", "COMMIT; CREATE TABLE test.b (id int);");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("ends its transaction itself");
}

static void
what_cannot_be_in_a_transaction_goes_on_where_it_stopped(void **state)
{
	(void)state;
	put("0002_test_index.sql", "-- no-transaction\nINSERT INTO test.a VALUES (1);\n"
				   "CREATE INDEX CONCURRENTLY a_id ON test.a (id);\nSELECT nonsense;\n");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("schema/0002_test_index.sql:4: column \"nonsense\" does not exist");
	assert_int_equal(migrate("status"), 3);
	then_it_says("partly   0002_test_index.sql  2 of 3 statements");
	put("0002_test_index.sql", "-- no-transaction\nINSERT INTO test.a VALUES (2);\n"
				   "CREATE INDEX CONCURRENTLY a_id ON test.a (id);\nSELECT 1;\n");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("is half done, and what is done of it has changed");
	put("0002_test_index.sql", "-- no-transaction\n\nINSERT INTO test.a VALUES (1);\n"
				   "CREATE INDEX CONCURRENTLY a_id ON test.a (id); SELECT 1;\n");
	assert_int_equal(migrate(NULL), 0);
	assert_string_equal(owner_reads("SELECT count(*) FROM test.a"), "1");
	assert_int_equal(migrate("status"), 0);
}

static void
an_index_left_invalid_is_found(void **state)
{
	(void)state;
	assert_int_equal(migrate(NULL), 0);
	does(world.owner, "INSERT INTO test.a VALUES (1), (1)");
	put("0002_test_unique.sql", "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY a_once ON test.a (id);\n");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("could not create unique index");
	assert_int_equal(migrate("status"), 1);
	then_it_says("invalid  test.a_once");
	assert_int_equal(migrate(NULL), 1);
	then_it_says("DROP INDEX CONCURRENTLY test.a_once");
	does(world.owner, "DROP INDEX CONCURRENTLY test.a_once");
	does(world.owner, "DELETE FROM test.a");
	assert_int_equal(migrate(NULL), 0);
}

static void
another_run_is_waited_for_and_named(void **state)
{
	(void)state;
	does(world.owner, "SELECT pg_advisory_lock(1937010529, 1)");
	if (fork() == 0) {
		usleep(700000);
		PQclear(PQexecParams(world.owner, "SELECT pg_advisory_unlock_all()", 0, NULL, NULL, NULL, NULL, 0));
		_exit(0);
	}
	assert_int_equal(migrate(NULL), 0);
	then_it_says("waiting for another migration: \"somebody else\", pid ");
	then_it_says("applied  0001_test_first.sql");
	wait(NULL);
}

static void
a_lock_that_is_held_is_tried_again(void **state)
{
	(void)state;
	assert_int_equal(migrate(NULL), 0);
	put("0002_test_second.sql", "ALTER TABLE test.a ADD COLUMN b int;");
	does(world.owner, "BEGIN; LOCK TABLE test.a");
	if (fork() == 0) {
		usleep(3500000);
		PQclear(PQexecParams(world.owner, "COMMIT", 0, NULL, NULL, NULL, NULL, 0));
		_exit(0);
	}
	assert_int_equal(migrate(NULL), 0);
	then_it_says("waits for a lock that somebody holds (attempt 1 of 10)");
	wait(NULL);
}

static void
roles_log_in_with_their_derived_password(void **state)
{
	PGconn *connection;
	PGresult *result;

	(void)state;
	assert_int_equal(migrate(NULL), 0);
	assert_string_not_equal(
	    owner_reads("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'stoa_ops'"), "f");
	connection = database_open(&world.config, "stoa_ops", "migrate_test", stderr);
	assert_non_null(connection);
	result = database_ask(
	    connection, "SELECT current_setting('search_path') || current_setting('lock_timeout')", NULL, stderr);
	assert_string_equal(PQgetvalue(result, 0, 0), "pg_catalog1s");
	PQclear(result);
	PQfinish(connection);
}

#define test(name) cmocka_unit_test_setup_teardown(name, database_begin, database_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_empty_database_is_brought_up_to_date_once),
		test(a_changed_file_is_refused_by_name),
		test(a_vanished_file_is_refused_by_name),
		test(a_file_that_comes_too_late_is_refused_by_name),
		test(a_failing_file_leaves_nothing_and_is_named_with_its_line),
		test(what_cannot_be_in_a_transaction_goes_on_where_it_stopped),
		test(an_index_left_invalid_is_found),
		test(another_run_is_waited_for_and_named),
		test(a_lock_that_is_held_is_tried_again),
		test(roles_log_in_with_their_derived_password),
	};

	if (getenv("STOA_TEST_CONFIG") == NULL)
		return 77;
	return cmocka_run_group_tests(tests, world_begin, world_end);
}
