/*
 * db_test.c -- the connection as it behaves against a real PostgreSQL, through a proxy that can cut it at any
 * moment.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a running environment, whose database is
 * reached over a unix socket.
 */
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
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/link.h"
#include "core/trust/key.h"
#include "core/web/problem.h"
#include "tests/core/proxy.h"
#include "tests/statements/sample/queries.h"

extern char **environ;

static const struct house empty_house;

static struct world {
	struct arena *arena;  /* the whole test's */
	struct config config; /* its database_url leads to the proxy */
	const char *direct;
	PGconn *owner;
	struct proxy *proxy;
	char folder[32];
	struct request req;
} world;

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

static void
owner_does(const char *sql)
{
	PGresult *result = database_script(world.owner, sql);

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
		fail_msg("%s: %s", sql, PQresultErrorMessage(result));
	PQclear(result);
}

static int64_t
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

static int
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
	owner_does(tables);
	return 0;
}

static int
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

static void
later(int64_t milliseconds)
{
	world.req.deadline = env_monotonic(&env_system) + milliseconds * MILLISECOND;
}

static int
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

static int
request_end(void **state)
{
	(void)state;
	db_free(world.req.db);
	arena_free(world.req.arena);
	return 0;
}

static int64_t
backend(void)
{
	struct sample_backend_row *row;

	assert_null(sql_sample_backend(&world.req, &row));
	return row->backend;
}

static void
backend_dies(int64_t pid)
{
	owner_does(arena_format(world.arena, "SELECT pg_terminate_backend(%lld, 2000)", (long long)pid));
}

static void
then_it_works(void)
{
	struct sample_number_row *row;

	assert_null(sql_sample_number(&world.req, 7, &row));
	assert_int_equal(row->number, 7);
}

static void
then_problem(const struct problem *problem, enum problem_id id)
{
	assert_non_null(problem);
	assert_int_equal(problem->id, id);
}

/* ---- judges */

static const struct problem *
note(struct request *req, void *row, void *context)
{
	char *order = context;
	const struct sample_number_row *number = row;

	(void)req;
	order[strlen(order)] = (char)('0' + number->number);
	return NULL;
}

/* One more than its length, to show that it was called. */
static const struct problem *
keep_length(struct request *req, void *row, void *context)
{
	(void)req;
	*(size_t *)context = strlen(((const struct sample_nothing_row *)row)->b) + 1;
	return NULL;
}

static const struct problem *
object(struct request *req, void *row, void *context)
{
	(void)row;
	(void)context;
	return problem(req, PROBLEM_UNAUTHENTICATED, NULL);
}

/* ---- values and rows */

static void
every_type_travels_both_ways(void **state)
{
	struct request *req = &world.req;
	static const struct uuid id = { { 0x01, 0x93, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x0f } };
	static const char *const words[] = { "a b", NULL, "" };
	static const int64_t numbers[] = { 1, -2 };
	static const minor_units units[] = { 0, -10000, (minor_units)1000000000000000000 * 10000000 };
	static const struct instant instants[] = { { 0 }, { INT64_MAX } };
	static const bool flags[] = { true, false };
	static const struct bytes blobs[] = { { (const uint8_t *)"\xff", 1 }, { NULL, 0 } };
	struct sample_everything_row *row;

	(void)state;
	assert_null(sql_sample_everything(req, id, "gr\303\274n", -1, INT64_MIN, true,
	    (struct instant){ INT64_C(1770091445123456) }, (struct bytes){ (const uint8_t *)"\0\1", 2 }, "{\"a\": 1}",
	    -((minor_units)12345678901234567), (struct uuids){ &id, 1 }, (struct texts){ words, 3 },
	    (struct integers){ numbers, 2 }, (struct amounts){ units, 3 }, (struct instants){ instants, 2 },
	    (struct flags){ flags, 2 }, (struct byte_strings){ blobs, 2 }, &row));
	assert_string_equal(row->shown,
	    "(01930000-0000-7000-8000-00000000000f,gr\303\274n,-1,-9223372036854775808,t,"
	    "\"2026-02-03 04:04:05.123456\",\"\\\\x0001\",\"{\"\"a\"\": 1}\",-12345678901234567,"
	    "{01930000-0000-7000-8000-00000000000f},\"{\"\"a b\"\",NULL,\"\"\"\"}\",\"{1,-2}\","
	    "\"{0,-10000,10000000000000000000000000}\",\"{t,f}\","
	    "\"{\"\"\\\\\\\\xff\"\",\"\"\\\\\\\\x\"\"}\")");
	assert_true(uuid_equal(row->a, id));
	assert_string_equal(row->b, "gr\303\274n");
	assert_int_equal(row->c, -1);
	assert_true(row->d == INT64_MIN && row->e && row->f.micros == INT64_C(1770091445123456));
	assert_true(row->i == -((minor_units)12345678901234567));
	assert_int_equal(row->k.count, 3);
	assert_null(row->k.items[1]);
	assert_true(row->m.items[2] == units[2] && row->n.items[1].micros == INT64_MAX && !row->o.items[1]);
	assert_int_equal(row->p.items[0].data[0], 0xff);
}

static void
null_is_a_pointer_to_nothing(void **state)
{
	struct sample_nothing_row *row;
	const int32_t number = 5;
	const struct texts none = { NULL, 0 };

	(void)state;
	assert_null(sql_sample_nothing(&world.req, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &row));
	assert_true(row->a == NULL && row->b == NULL && row->c == NULL && row->f == NULL && row->g == NULL &&
		    row->i == NULL && row->k == NULL);
	assert_null(sql_sample_nothing(&world.req, NULL, "", &number, NULL, NULL, NULL, &none, &row));
	assert_string_equal(row->b, "");
	assert_int_equal(*row->c, 5);
	assert_int_equal(row->k->count, 0);
}

static void
what_is_not_as_declared_is_internal(void **state)
{
	struct sample_bad_column_row *bad;
	struct sample_null_row *null;

	(void)state;
	then_problem(sql_sample_bad_column(&world.req, &bad), PROBLEM_INTERNAL);
	then_problem(sql_sample_null(&world.req, &null), PROBLEM_INTERNAL);
	then_it_works();
}

static void
a_list_comes_in_order(void **state)
{
	struct sample_series_rows rows;

	(void)state;
	assert_null(sql_sample_series(&world.req, 3, &rows));
	assert_int_equal(rows.count, 3);
	assert_null(rows.items[0].word);
	assert_string_equal(rows.items[1].word, "even");
	assert_int_equal(rows.items[2].number, 3);
	assert_null(sql_sample_series(&world.req, 0, &rows));
	assert_int_equal(rows.count, 0);
}

/* More than a socket's buffer in both directions, so that writing waits for reading. */
static void
what_travels_is_large(void **state)
{
	size_t size = 3000000;
	char *word = arena_alloc(world.req.arena, size + 1), order[8] = "";
	struct sample_nothing_row *row;
	const char *proxy = world.config.global.database_url;

	(void)state;
	world.config.global.database_url = world.direct; /* the proxy writes without reading meanwhile */
	memset(word, 'x', size);
	for (int i = 1; i <= 3; i++) {
		sql_sample_number_later(&world.req, i, note, order);
		assert_null(sql_sample_nothing(&world.req, NULL, word, NULL, NULL, NULL, NULL, NULL, &row));
		assert_int_equal(strlen(row->b), size);
	}
	sql_sample_nothing_later(&world.req, NULL, word, NULL, NULL, NULL, NULL, NULL, keep_length, &size);
	assert_null(sql_sample_nothing(&world.req, NULL, word, NULL, NULL, NULL, NULL, NULL, &row));
	assert_string_equal(order, "123");
	assert_int_equal(size, 3000001);
	world.config.global.database_url = proxy;
}

/* ---- pipelines */

static void
what_is_queued_shares_one_flush(void **state)
{
	char order[8] = "";
	struct sample_number_row *row;

	(void)state;
	sql_sample_number_later(&world.req, 1, note, order);
	sql_sample_number_later(&world.req, 2, note, order);
	assert_null(sql_sample_number(&world.req, 3, &row));
	assert_string_equal(order, "12");
	assert_int_equal(db_flushes(world.req.db), 1);
	assert_null(db_flush(&world.req));
	assert_int_equal(db_flushes(world.req.db), 1);
}

static void
a_judge_ends_the_flush(void **state)
{
	char order[8] = "";
	struct sample_number_row *row;

	(void)state;
	sql_sample_number_later(&world.req, 1, note, order);
	sql_sample_number_later(&world.req, 2, object, NULL);
	sql_sample_number_later(&world.req, 3, note, order);
	then_problem(sql_sample_number(&world.req, 4, &row), PROBLEM_UNAUTHENTICATED);
	assert_string_equal(order, "1");
	assert_null(row);
	then_it_works();
}

static void
an_error_in_the_middle_leaves_the_connection_usable(void **state)
{
	int64_t pid = backend();
	struct sample_divide_row *row;
	char order[8] = "";

	(void)state;
	sql_sample_insert(&world.req, 1, "a");
	sql_sample_insert(&world.req, 1, "b");
	sql_sample_number_later(&world.req, 1, note, order);
	then_problem(sql_sample_divide(&world.req, 2, &row), PROBLEM_CONFLICT);
	assert_string_equal(order, "");
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
	/* What was to be prepared behind the error was not. */
	assert_null(sql_sample_divide(&world.req, 2, &row));
	assert_int_equal(row->result, 5);
	then_problem(sql_sample_divide(&world.req, 0, &row), PROBLEM_INTERNAL);
	assert_int_equal(backend(), pid);
}

/* ---- transactions */

static void
a_commit_is_a_flush(void **state)
{
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	sql_sample_insert(&world.req, 2, "b");
	assert_int_equal(db_commit(&world.req, &p), DB_COMMITTED);
	assert_null(p);
	assert_false(db_in_transaction(world.req.db));
	assert_int_equal(db_flushes(world.req.db), 1);
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 2);
}

static void
an_empty_transaction_sends_nothing(void **state)
{
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	assert_int_equal(db_commit(&world.req, &p), DB_COMMITTED);
	assert_int_equal(db_flushes(world.req.db), 0);
}

static void
an_error_before_commit_rolls_back(void **state)
{
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	sql_sample_insert(&world.req, 1, "b");
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_CONFLICT);
	then_it_works();
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
}

static void
what_is_judged_is_judged_before_commit(void **state)
{
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_number_later(&world.req, 1, object, NULL);
	sql_sample_insert(&world.req, 1, "a");
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_UNAUTHENTICATED);
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
}

static void
a_broken_transaction_stays_broken(void **state)
{
	struct sample_divide_row *row;
	struct sample_number_row *number;
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	then_problem(sql_sample_divide(&world.req, 0, &row), PROBLEM_INTERNAL);
	then_problem(sql_sample_number(&world.req, 1, &number), PROBLEM_INTERNAL);
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_INTERNAL);
}

/* db.c never sends COMMIT into a transaction that it knows to be broken; here it is made to forget. */
static void
a_commit_answered_rollback_is_not_committed(void **state)
{
	struct sample_divide_row *row;
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	then_problem(sql_sample_divide(&world.req, 0, &row), PROBLEM_INTERNAL);
	world.req.db->broken = NULL;
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_INTERNAL);
	assert_int_equal(owner_counts("SELECT count(*) FROM db_test.thing"), 0);
}

static void
a_deferred_constraint_fails_the_commit(void **state)
{
	const struct problem *p;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert_late(&world.req, 1);
	sql_sample_insert_late(&world.req, 1);
	assert_int_equal(db_commit(&world.req, &p), DB_ROLLED_BACK);
	then_problem(p, PROBLEM_CONFLICT);
	then_it_works();
}

/* ROLLBACK leaves at once, though nobody waits for its answer: no lock outlives it. */
static void
a_rollback_lets_go_at_once(void **state)
{
	struct sample_count_row *row;
	int64_t flushes;

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	assert_null(sql_sample_count(&world.req, &row));
	assert_int_equal(row->things, 1);
	flushes = (int64_t)db_flushes(world.req.db);
	db_rollback(&world.req);
	assert_int_equal(db_flushes(world.req.db), flushes);
	owner_does("SET lock_timeout = '500ms'; LOCK TABLE db_test.thing; RESET lock_timeout");
	assert_null(sql_sample_count(&world.req, &row));
	assert_int_equal(row->things, 0);
}

/* ---- what went wrong */

static void
problems_are_told_by_constraint_and_sqlstate(void **state)
{
	struct request *req = &world.req;

	(void)state;
	sql_sample_insert(req, 1, "a");
	assert_null(db_flush(req));
	sql_sample_insert(req, 2, "a"); /* named idempotency_pkey, as one in constraint.def */
	then_problem(db_flush(req), PROBLEM_AGAIN);
	sql_sample_insert(req, 2, "bad");
	then_problem(db_flush(req), PROBLEM_INVALID);
	sql_sample_insert(req, 2, NULL);
	then_problem(db_flush(req), PROBLEM_INTERNAL);
}

static void
functions_raise_problems(void **state)
{
	static const struct {
		const char *state;
		enum problem_id id;
	} cases[] = { { "ST403", PROBLEM_FORBIDDEN }, { "ST404", PROBLEM_NOT_FOUND }, { "ST409", PROBLEM_CONFLICT },
		{ "ST412", PROBLEM_PRECONDITION_FAILED }, { "40001", PROBLEM_AGAIN }, { "40P01", PROBLEM_AGAIN },
		{ "55P03", PROBLEM_AGAIN }, { "57014", PROBLEM_DEADLINE }, { "P0001", PROBLEM_INTERNAL } };
	const struct problem *p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sql_sample_refuse(&world.req, cases[i].state, "The wallet is frozen.", "");
		then_problem(p = db_flush(&world.req), cases[i].id);
		if (text_starts_with(cases[i].state, "ST"))
			assert_string_equal(p->detail, "The wallet is frozen.");
	}
	sql_sample_refuse(&world.req, "ST422", "is not known", "/currency");
	then_problem(p = db_flush(&world.req), PROBLEM_INVALID);
	assert_string_equal(p->errors->pointer, "/currency");
	assert_string_equal(p->errors->detail, "is not known");
}

static void
a_stale_plan_is_prepared_again(void **state)
{
	struct sample_star_rows rows;

	(void)state;
	assert_null(sql_sample_star(&world.req, &rows));
	owner_does("ALTER TABLE db_test.thing ADD COLUMN more int");
	then_problem(sql_sample_star(&world.req, &rows), PROBLEM_AGAIN);
	owner_does("ALTER TABLE db_test.thing DROP COLUMN more");
	assert_null(sql_sample_star(&world.req, &rows));
	then_it_works();
}

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

	(void)state;
	db_begin(&world.req);
	sql_sample_insert(&world.req, 1, "a");
	assert_null(sql_sample_count(&world.req, &row));
	backend_dies(owner_counts("SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'"));
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
	db_describe("ops", 60);
	assert_null(sql_sample_backend(&world.req, &row));
	assert_string_equal(row->application, "stoa ops");
	assert_int_equal(owner_counts("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stoa ops'"), 1);
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
	assert_null(sql_sample_words(&world.req, 0, &rows));
	assert_int_equal(rows.count, 1);
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
		test(every_type_travels_both_ways),
		test(null_is_a_pointer_to_nothing),
		test(what_is_not_as_declared_is_internal),
		test(a_list_comes_in_order),
		test(what_travels_is_large),
		test(what_is_queued_shares_one_flush),
		test(a_judge_ends_the_flush),
		test(an_error_in_the_middle_leaves_the_connection_usable),
		test(a_commit_is_a_flush),
		test(an_empty_transaction_sends_nothing),
		test(an_error_before_commit_rolls_back),
		test(what_is_judged_is_judged_before_commit),
		test(a_broken_transaction_stays_broken),
		test(a_commit_answered_rollback_is_not_committed),
		test(a_deferred_constraint_fails_the_commit),
		test(a_rollback_lets_go_at_once),
		test(problems_are_told_by_constraint_and_sqlstate),
		test(functions_raise_problems),
		test(a_stale_plan_is_prepared_again),
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
