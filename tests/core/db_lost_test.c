/*
 * db_lost_test.c -- the connection when things go wrong: the deadline comes, the server freezes, dies, restarts, or is
 * lost at COMMIT.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a running environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "tests/core/db_world.h"

/* ---- deadlines */

static void
a_statement_is_cancelled_at_the_deadline(void **state)
{
	int64_t pid = backend(), began = env_monotonic(&env_system);
	struct sample_sleep_row *row;

	(void)state;
	later(300);
	then_problem(sql_sample_sleep(&world.req, 5000, &row), PROBLEM_DEADLINE);
	assert_in_range(env_monotonic(&env_system) - began, 290 * MILLISECOND, 700 * MILLISECOND);
	later(5000);
	assert_int_equal(backend(), pid);
	assert_int_equal(
	    owner_counts("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(%' "
			 "AND pid <> pg_backend_pid()"),
	    0);
}

static void
a_deadline_inside_a_transaction_rolls_it_back(void **state)
{
	struct sample_sleep_row *row;
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	later(200);
	then_problem(sql_sample_sleep(&world.req, 5000, &row), PROBLEM_DEADLINE);
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	later(5000);
	then_it_works();
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
}

static void
a_frozen_server_is_given_up(void **state)
{
	int64_t began;
	struct sample_number_row *row;

	(void)state;
	then_it_works();
	proxy_freeze(world.proxy, true);
	began = env_monotonic(&env_system);
	later(300);
	then_problem(sql_sample_number(&world.req, 1, &row), PROBLEM_DEADLINE);
	assert_in_range(env_monotonic(&env_system) - began, 290 * MILLISECOND, 1500 * MILLISECOND);
	proxy_freeze(world.proxy, false);
	later(5000);
	then_it_works();
}

/* ---- lost connections */

static void
a_connection_killed_between_requests_is_not_noticed(void **state)
{
	(void)state;
	backend_dies(backend());
	then_it_works();
}

static void
a_connection_killed_in_a_statement_is_503(void **state)
{
	struct sample_sleep_row *row;
	int64_t pid = backend();

	(void)state;
	if (fork() == 0) {
		PGconn *killer;

		usleep(200000);
		killer = database_open(&world.config, "stoa_ops", "killer", stderr);
		PQclear(database_ask(killer,
		    arena_format(world.arena, "SELECT pg_terminate_backend(%lld)", (long long)pid), NULL, stderr));
		_exit(0);
	}
	then_problem(sql_sample_sleep(&world.req, 3000, &row), PROBLEM_UNAVAILABLE);
	then_it_works();
}

static void
a_connection_killed_inside_a_transaction_is_rolled_back(void **state)
{
	struct sample_count_row *row;
	const struct problem *p;
	int64_t pid = backend();

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	assert_null(sql_sample_count(&world.req, &row));
	backend_dies(pid);
	sql_sample_insert(&world.req, 2, "b");
	then_problem(sql_sample_count(&world.req, &row), PROBLEM_UNAVAILABLE);
	sql_sample_insert(&world.req, 3, "c"); /* must not be done alone on a new connection */
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_UNAVAILABLE);
	then_it_works();
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
}

static void
a_commit_without_an_answer_is_unknown(void **state)
{
	const struct problem *p;

	(void)state;
	for (int64_t handed_on = 0; handed_on < 2; handed_on++) {
		db_begin(&world.req);
		sql_sample_insert(&world.req, handed_on, handed_on ? "a" : "b");
		assert_null(db_flush(&world.req));
		proxy_cut(world.proxy, "COMMIT", handed_on != 0);
		assert_int_equal(db_commit(&world.req, &p), DB_UNKNOWN);
		then_problem(p, PROBLEM_UNAVAILABLE);
		assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), handed_on);
		then_it_works();
	}
}

static void
a_server_that_is_down_is_503_at_once_and_soon_found_again(void **state)
{
	struct sample_number_row *row;
	const struct problem *p = NULL;
	int64_t began = env_monotonic(&env_system), took, back;
	unsigned taken;

	(void)state;
	then_it_works();
	proxy_down(world.proxy, true);
	for (int i = 0; i < 20; i++) {
		began = env_monotonic(&env_system);
		then_problem(sql_sample_number(&world.req, 1, &row), PROBLEM_UNAVAILABLE);
		took = env_monotonic(&env_system) - began;
		assert_true(took < 1000 * MILLISECOND);
		usleep(50000);
	}
	taken = proxy_taken(world.proxy);
	proxy_down(world.proxy, false);
	back = env_monotonic(&env_system);
	while ((p = sql_sample_number(&world.req, 1, &row)) != NULL && env_monotonic(&env_system) - back < 2 * SECOND)
		usleep(10000);
	assert_null(p);
	assert_true(env_monotonic(&env_system) - back < 1 * SECOND);
	assert_int_equal(proxy_taken(world.proxy), taken + 1);
}

/* ---- the rest */

static void
an_idle_connection_is_dropped(void **state)
{
	(void)state;
	then_it_works();
	assert_true(db_socket(world.req.db) >= 0);
	db_rest(world.req.db, env_monotonic(&env_system));
	assert_true(db_socket(world.req.db) >= 0);
	db_rest(world.req.db, env_monotonic(&env_system) + (world.config.global.database_idle + 1) * SECOND);
	assert_int_equal(db_socket(world.req.db), -1);
	then_it_works();
}

static void
notifications_are_heard_over_a_reconnect(void **state)
{
	(void)state;
	then_it_works();
	db_listen(world.req.db, "db_test_channel");
	then_it_works();
	db_notified(world.req.db);
	owner_does("NOTIFY db_test_channel");
	usleep(50000);
	assert_true(db_notified(world.req.db));
	assert_false(db_notified(world.req.db));
	backend_dies(backend());
	then_it_works();
	assert_true(db_notified(world.req.db)); /* something may have been missed */
	owner_does("NOTIFY db_test_channel");
	usleep(50000);
	assert_true(db_notified(world.req.db));
}

static void
connections_have_a_name(void **state)
{
	struct sample_backend_row *row;

	(void)state;
	db_describe("db_test", 60);
	assert_null(sql_sample_backend(&world.req, &row));
	assert_string_equal(row->application, "stoa db_test");
	assert_int_equal(owner_counts("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stoa db_test'"), 1);
	db_describe(NULL, 0);
}

/* The same server stands in for a replica: what may be stale goes there, but never inside a transaction. */
static void
a_replica_answers_what_may_be_stale(void **state)
{
	struct sample_words_rows rows;
	const struct problem *p;

	(void)state;
	world.config.global.database_read_url = world.config.global.database_url;
	sql_sample_insert(&world.req, 1, "a");
	assert_null(db_flush(&world.req));
	/* How far the primary is must be known first; so the first is answered by it. */
	for (int i = 0; i < 2; i++) {
		assert_null(sql_sample_words(&world.req, 0, &rows));
		assert_int_equal(rows.count, 1);
	}
	assert_non_null(world.req.db->replica.connection);
	db_begin(&world.req);
	sql_sample_insert(&world.req, 2, "b");
	assert_null(sql_sample_words(&world.req, 0, &rows));
	assert_int_equal(rows.count, 2);
	assert_int_equal(db_commit(&world.req, &p), DB_COMMITTED);
	world.config.global.database_read_url = "postgresql:///stoa?host=/nonexistent";
	link_drop(&world.req.db->replica);
	assert_null(sql_sample_words(&world.req, 0, &rows));
	assert_int_equal(rows.count, 2);
	world.config.global.database_read_url = "";
}

#define test(name) cmocka_unit_test_setup_teardown(name, request_begin, request_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_statement_is_cancelled_at_the_deadline),
		test(a_deadline_inside_a_transaction_rolls_it_back),
		test(a_frozen_server_is_given_up),
		test(a_connection_killed_between_requests_is_not_noticed),
		test(a_connection_killed_in_a_statement_is_503),
		test(a_connection_killed_inside_a_transaction_is_rolled_back),
		test(a_commit_without_an_answer_is_unknown),
		test(a_server_that_is_down_is_503_at_once_and_soon_found_again),
		test(an_idle_connection_is_dropped),
		test(notifications_are_heard_over_a_reconnect),
		test(connections_have_a_name),
		test(a_replica_answers_what_may_be_stale),
	};

	if (getenv("STOA_TEST_CONFIG") == NULL)
		return 77;
	log_open("/dev/null");
	return cmocka_run_group_tests(tests, world_begin, world_end);
}
