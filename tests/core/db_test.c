/*
 * db_test.c -- values, pipelines, transactions and problems against a real PostgreSQL.  Skipped unless
 * STOA_TEST_CONFIG names the stoa.conf of a running environment.
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
#include "core/base/log.h"
#include "core/base/text.h"
#include "tests/core/db_world.h"

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
	};

	if (getenv("STOA_TEST_CONFIG") == NULL)
		return 77;
	log_open("/dev/null");
	return cmocka_run_group_tests(tests, world_begin, world_end);
}
