/* queue_test.c -- jobs against a real PostgreSQL: each once, in order where asked, and never lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <libpq-fe.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/db/database.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/work/jobs.h"
#include "core/work/queue.h"
#include "tests/core/work_world.h"

struct numbered {
	int64_t n;
};

/* clang-format off */
static const struct field numbered[] = {
	INT(struct numbered, n, .max = 1000000),
	SHAPE_END
};
/* clang-format on */

static const struct problem *
note_effect(struct request *req, struct reply *out)
{
	const struct numbered *given = req->given;

	effect_later(req, arena_format(req->arena, "%ld %d", (long)given->n, req->job->attempt));
	return reply_no_content(out);
}

static const struct problem *
kill_worker_at_first(struct request *req, struct reply *out)
{
	if (req->job->attempt == 1)
		kill(getpid(), SIGKILL);
	return note_effect(req, out);
}

static const struct problem *
kill_worker(struct request *req, struct reply *out)
{
	(void)req, (void)out;
	kill(getpid(), SIGKILL);
	return NULL;
}

static const struct problem *
fail_at_first(struct request *req, struct reply *out)
{
	if (req->job->attempt == 1)
		return problem(req, PROBLEM_UNAVAILABLE, "not yet");
	return note_effect(req, out);
}

static const struct problem *
fail_always(struct request *req, struct reply *out)
{
	const struct problem *p = note_effect(req, out);

	return p != NULL ? p : problem(req, PROBLEM_CONFLICT, "It never works.");
}

static const struct problem *
take_long(struct request *req, struct reply *out)
{
	usleep(1100000);
	return note_effect(req, out);
}

/* Another worker has the job by the time this one is done. */
static struct world *thief;
static const struct problem *
lose_lease(struct request *req, struct reply *out)
{
	run_sql(
	    thief, "UPDATE queue.job SET lease_token = gen_random_uuid(), worker = 'thief' WHERE kind = 'ops.stale'");
	return note_effect(req, out);
}

static const struct job_kind kinds[] = {
	{ "ops.note", .payload = SHAPE(numbered), .handler = note_effect, .says = "-" },
	{ "ops.kill-once", .payload = SHAPE(numbered), .handler = kill_worker_at_first, .says = "-" },
	{ "ops.kill", .payload = SHAPE(numbered), .attempts = 2, .handler = kill_worker, .says = "-" },
	{ "ops.fail-once", .payload = SHAPE(numbered), .handler = fail_at_first, .says = "-" },
	{ "ops.fail", .payload = SHAPE(numbered), .attempts = 3, .handler = fail_always, .says = "-" },
	{ "ops.slow", .payload = SHAPE(numbered), .handler = take_long, .says = "-" },
	{ "ops.stale", .payload = SHAPE(numbered), .handler = lose_lease, .says = "-" },
	{ 0 },
};

static const struct area area = { .name = "ops", .says = "-", .jobs = kinds };

static int
set_up(void **state)
{
	*state = thief = world_new(&area);
	return 0;
}

static int
tear_down(void **state)
{
	world_free(*state);
	return 0;
}

static int
clear(void **state)
{
	world_clear(*state);
	return 0;
}

/* `count` jobs, numbered from 1; unique and order keys are SQL. */
static void
given_jobs(struct world *w, const char *kind, int count, const char *unique_key, const char *order_key)
{
	run_sql(w, arena_format(w->arena,
		       "SELECT queue.enqueue(gen_random_uuid(), '%s', jsonb_build_object('n', n), %s, %s, NULL, NULL)"
		       "  FROM generate_series(1, %d) AS n",
		       kind, unique_key, order_key, count));
}

static void
given_that_all_is_due(struct world *w)
{
	run_sql(w, "UPDATE queue.job SET run_at = clock_timestamp() WHERE area = 'ops' AND lease_token IS NULL");
}

static void
given_that_leases_have_run_out(struct world *w)
{
	run_sql(w, "UPDATE queue.job SET lease_until = '-infinity' WHERE area = 'ops' AND lease_token IS NOT NULL");
}

/* Until nothing is due; how many jobs were run. */
static size_t
work_off(struct world *w)
{
	struct jobs *jobs = jobs_open(&w->worker, &env_system);
	struct jobs_turn turn;
	size_t ran = 0;

	do {
		turn = jobs_turn(jobs);
		ran += turn.ran;
	} while (turn.ran > 0);
	jobs_close(jobs);
	return ran;
}

static int
work_as_a_child(struct world *w)
{
	for (int idle = 0; idle < 5; idle++) {
		if (work_off(w) > 0)
			idle = 0;
		usleep(20000);
	}
	return 0;
}

static void
four_workers_run_each_job_once(void **state)
{
	struct world *w = *state;
	pid_t workers[4];

	given_jobs(w, "ops.note", 1000, "NULL", "NULL");
	for (int i = 0; i < 4; i++)
		workers[i] = child(w, work_as_a_child);
	for (int i = 0; i < 4; i++)
		assert_int_equal(child_status(workers[i]), 0);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 1000);
	assert_int_equal(
	    ask_number(w, "SELECT count(DISTINCT note) FROM work_test.effect WHERE note LIKE '% 1'"), 1000);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 0);
	assert_true(ask_number(w, "SELECT count(DISTINCT pid) FROM work_test.effect") > 1);
}

static void
a_killed_workers_job_runs_again_after_its_lease(void **state)
{
	struct world *w = *state;
	int status;

	given_jobs(w, "ops.kill-once", 1, "NULL", "NULL");
	status = child_status(child(w, work_as_a_child));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(work_off(w), 0); /* its lease has not run out */
	given_that_leases_have_run_out(w);
	assert_int_equal(work_off(w), 0); /* found, and put back for a second */
	assert_string_equal(
	    ask(w, "SELECT lease_token IS NULL AND attempt = 1 AND run_at > now() FROM queue.job WHERE area = 'ops'"),
	    "t");
	given_that_all_is_due(w);
	assert_int_equal(work_off(w), 1);
	assert_string_equal(ask(w, "SELECT string_agg(note, ',') FROM work_test.effect"), "1 2");
}

static void
a_job_that_kills_its_workers_is_given_up(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.kill", 1, "NULL", "NULL");
	for (int attempt = 1; attempt <= 2; attempt++) {
		assert_true(WIFSIGNALED(child_status(child(w, work_as_a_child))));
		given_that_leases_have_run_out(w);
		assert_int_equal(work_off(w), 0);
		given_that_all_is_due(w);
	}
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 0);
	assert_int_equal(
	    ask_number(
		w, "SELECT attempt FROM queue.dead WHERE kind = 'ops.kill' AND error LIKE '%did not come back%'"),
	    2);
}

static void
a_stale_lease_completes_nothing(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.stale", 1, "NULL", "NULL");
	assert_int_equal(work_off(w), 1);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 0);
	assert_string_equal(ask(w, "SELECT worker FROM queue.job WHERE kind = 'ops.stale'"), "thief");
}

static void
jobs_of_one_order_run_one_after_the_other(void **state)
{
	struct world *w = *state;
	pid_t workers[4];

	given_jobs(w, "ops.note", 60, "NULL", "'order ' || n % 3");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops' AND head"), 3);
	for (int i = 0; i < 4; i++)
		workers[i] = child(w, work_as_a_child);
	for (int i = 0; i < 4; i++)
		assert_int_equal(child_status(workers[i]), 0);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 60);
	assert_int_equal(
	    ask_number(w, "SELECT count(*) FROM (SELECT n, lag(n) OVER (PARTITION BY n % 3 ORDER BY number) AS before"
			  "  FROM (SELECT number, split_part(note, ' ', 1)::int AS n FROM work_test.effect) e) x"
			  " WHERE before >= n"),
	    0);
}

static void
a_job_that_fails_holds_up_its_order_and_nobody_else(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.fail-once", 1, "NULL", "'line'");
	run_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'ops.note', '{\"n\": 2}', NULL, 'line', NULL, NULL)");
	run_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'ops.note', '{\"n\": 3}', NULL, NULL, NULL, NULL)");
	work_off(w);
	assert_string_equal(ask(w, "SELECT string_agg(note, ',' ORDER BY number) FROM work_test.effect"), "3 1");
	given_that_all_is_due(w);
	work_off(w);
	assert_string_equal(
	    ask(w, "SELECT string_agg(note, ',' ORDER BY number) FROM work_test.effect"), "3 1,1 2,2 1");
}

static void
a_given_up_job_lets_its_order_go_on(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.fail", 1, "NULL", "'line'");
	run_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'ops.note', '{\"n\": 2}', NULL, 'line', NULL, NULL)");
	for (int attempt = 1; attempt <= 3; attempt++) {
		given_that_all_is_due(w);
		work_off(w);
	}
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.dead WHERE area = 'ops'"), 1);
	assert_string_equal(ask(w, "SELECT string_agg(note, ',') FROM work_test.effect"), "2 1");
}

static void
a_unique_key_waits_once(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.note", 5, "'same'", "NULL");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 1);
	/* One that runs does not count: it may not see the change that asks again. */
	run_sql(w, "UPDATE queue.job SET lease_token = gen_random_uuid(), lease_until = 'infinity' WHERE area = 'ops'");
	given_jobs(w, "ops.note", 5, "'same'", "NULL");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 2);
	/* And when that one comes back to waiting, both do. */
	run_sql(w,
	    "SELECT queue.fail(id, lease_token, '-', 0) FROM queue.job WHERE lease_token IS NOT NULL AND area = 'ops'");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops' AND lease_token IS NULL"), 2);
}

static void
a_twin_is_not_run_before_the_change_that_asked_again_is_committed(void **state)
{
	struct world *w = *state;
	PGconn *other = database_open(w->config, NULL, "stoa work test", stderr);

	assert_non_null(other);
	given_jobs(w, "ops.note", 1, "'same'", "NULL");
	assert_true(database_do(other, "BEGIN", NULL, stderr));
	assert_true(database_do(other,
	    "SELECT queue.enqueue(gen_random_uuid(), 'ops.note', '{}', 'same', NULL, NULL, NULL)", NULL, stderr));
	assert_int_equal(work_off(w), 0);
	assert_true(database_do(other, "COMMIT", NULL, stderr));
	PQfinish(other);
	assert_int_equal(work_off(w), 1);
}

static void
a_job_put_in_line_while_its_head_is_completed_is_not_forgotten(void **state)
{
	struct world *w = *state;
	PGconn *other = database_open(w->config, NULL, "stoa work test", stderr);
	pid_t worker;

	assert_non_null(other);
	given_jobs(w, "ops.note", 1, "NULL", "'line'");
	assert_true(database_do(other, "BEGIN", NULL, stderr));
	assert_true(database_do(other,
	    "SELECT queue.enqueue(gen_random_uuid(), 'ops.note', '{\"n\": 2}', NULL, 'line', NULL, NULL)", NULL,
	    stderr));
	worker = child(w, work_as_a_child);
	usleep(200000);
	assert_true(database_do(other, "COMMIT", NULL, stderr));
	PQfinish(other);
	assert_int_equal(child_status(worker), 0);
	assert_string_equal(ask(w, "SELECT string_agg(note, ',' ORDER BY number) FROM work_test.effect"), "1 1,2 1");
}

static void
a_failing_job_is_tried_again_later_and_at_last_given_up(void **state)
{
	struct world *w = *state;

	given_jobs(w, "ops.fail", 1, "NULL", "NULL");
	for (int attempt = 1; attempt <= 2; attempt++) {
		int longest = attempt * attempt * attempt * attempt;

		assert_int_equal(work_off(w), 1);
		assert_int_equal(work_off(w), 0);
		assert_string_equal(
		    ask(w, arena_format(w->arena,
			       "SELECT run_at - clock_timestamp() BETWEEN interval '%d ms' AND interval '%d ms'"
			       "   AND attempt = %d FROM queue.job WHERE area = 'ops'",
			       longest * 500 - 400, longest * 1000, attempt)),
		    "t");
		given_that_all_is_due(w);
	}
	assert_int_equal(work_off(w), 1);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 0);
	assert_string_equal(
	    ask(w, "SELECT attempt || ' ' || error FROM queue.dead WHERE area = 'ops'"), "3 conflict: It never works.");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 0);
}

static void
a_dead_job_can_be_put_back(void **state)
{
	struct world *w = *state;

	a_failing_job_is_tried_again_later_and_at_last_given_up(state);
	assert_int_equal(ask_number(w, "SELECT queue.redrive(array_agg(id)) FROM queue.dead WHERE area = 'ops'"), 1);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.dead WHERE area = 'ops'"), 0);
	assert_string_equal(
	    ask(w, "SELECT attempt = 0 AND payload->>'n' = '1' FROM queue.job WHERE area = 'ops'"), "t");
}

static void
slow_jobs_do_not_hold_up_those_claimed_with_them(void **state)
{
	struct world *w = *state;
	struct jobs *jobs = jobs_open(&w->worker, &env_system);

	given_jobs(w, "ops.note", 15, "NULL", "NULL"); /* 1 + 2 + 4 + 8: quick ones are claimed by the dozen */
	for (int turn = 0; turn < 4; turn++)
		jobs_turn(jobs);
	given_jobs(w, "ops.slow", 3, "NULL", "NULL");
	assert_int_equal(jobs_turn(jobs).ran, 1);
	assert_int_equal(
	    ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops' AND lease_token IS NULL AND attempt = 0"),
	    2);
	jobs_close(jobs);
}

static void
an_area_claims_its_own_jobs_only(void **state)
{
	struct world *w = *state;
	PGconn *event = database_open(w->config, "stoa_event", "stoa work test", stderr);
	PGresult *claimed;

	assert_non_null(event);
	given_jobs(w, "ops.note", 1, "NULL", "NULL");
	claimed = database_ask(
	    event, "SELECT * FROM queue.claim('{ops.note}', '{1000}', 'x', 10, '-infinity', 0)", NULL, stderr);
	assert_int_equal(PQntuples(claimed), 0);
	PQclear(claimed);
	PQfinish(event);
}

static void
old_dead_jobs_are_removed_in_batches(void **state)
{
	struct world *w = *state;

	run_sql(w, "INSERT INTO queue.dead (id, area, kind, payload, attempt, error, created_at, died_at)"
		   " SELECT gen_random_uuid(), 'ops', 'ops.old', '{}', 1, '-', now(), now() - n * interval '1 day'"
		   "   FROM generate_series(25, 36) AS n");
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('dead jobs', 4)"), 4);
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('dead jobs', 4)"), 3);
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('dead jobs', 4)"), 0);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.dead WHERE kind = 'ops.old'"), 5);
}

static void
what_recurs_fires_once_however_much_was_missed(void **state)
{
	struct world *w = *state;

	/* In a transaction that is rolled back: the environment's own scheduler sees nothing of it. */
	run_sql(w, "BEGIN");
	run_sql(w, "SELECT queue.schedule_register('{ops.hourly,ops.daily}', '{ops.note,ops.note}', '{3600,86400}')");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.schedule_fire(10)"), 0);
	run_sql(w, "UPDATE queue.schedule SET next_at = now() - interval '10 hours' WHERE name = 'ops.hourly'");
	assert_string_equal(ask(w, "SELECT queue.schedule_is_due()"), "t");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.schedule_fire(10)"), 1);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.schedule_fire(10)"), 0);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 1);
	assert_string_equal(ask(w, "SELECT next_at > now() AND date_trunc('hour', next_at) = next_at FROM "
				   "queue.schedule WHERE name = 'ops.hourly'"),
	    "t");
	/* Its job still waits when the next slot comes: that one will do. */
	run_sql(w, "UPDATE queue.schedule SET next_at = now() - interval '1 minute' WHERE name = 'ops.hourly'");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.schedule_fire(10)"), 1);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM queue.job WHERE area = 'ops'"), 1);
	/* A start that knows the same schedules keeps a slot that is overdue. */
	run_sql(w, "UPDATE queue.schedule SET next_at = now() - interval '1 minute' WHERE name = 'ops.daily'");
	run_sql(w, "SELECT queue.schedule_register('{ops.daily}', '{ops.note}', '{86400}')");
	assert_string_equal(
	    ask(w, "SELECT string_agg(name, ',') FROM queue.schedule WHERE next_at < now()"), "ops.daily");
	run_sql(w, "ROLLBACK");
}

static void
slots_are_counted_from_midnight(void **state)
{
	static const struct {
		const char *seconds, *at, *next;
	} rows[] = {
		{ "3600", "2026-02-03 04:05:06+00", "2026-02-03 05:00:00+00" },
		{ "3600", "2026-02-03 05:00:00+00", "2026-02-03 06:00:00+00" },
		{ "60", "2026-02-03 04:05:59.999+00", "2026-02-03 04:06:00+00" },
		{ "25200", "2026-02-03 22:00:00+00", "2026-02-04 00:00:00+00" }, /* 7 h: 0, 7, 14, 21, and again 0 */
		{ "86400", "2026-02-03 04:05:06+00", "2026-02-04 00:00:00+00" },
		{ "604800", "2026-02-03 04:05:06+00", "2026-02-05 00:00:00+00" }, /* Thursdays */
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(ask(w, arena_format(w->arena, "SELECT queue.next_slot(%s, '%s') = '%s'",
					       rows[i].seconds, rows[i].at, rows[i].next)),
		    "t");
}

static void
mails_are_run_by_the_queues_own_pool(void **state)
{
	struct world *w = *state;

	run_sql(w, "BEGIN");
	run_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'notification.send', '{}', 'ops work test', NULL, "
		   "'infinity', NULL)");
	assert_string_equal(ask(w, "SELECT area FROM queue.job WHERE unique_key = 'ops work test'"), "queue");
	run_sql(w, "ROLLBACK");
}

#define QUEUE_TEST(function) cmocka_unit_test_setup(function, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(four_workers_run_each_job_once),
		QUEUE_TEST(a_killed_workers_job_runs_again_after_its_lease),
		QUEUE_TEST(a_job_that_kills_its_workers_is_given_up),
		QUEUE_TEST(a_stale_lease_completes_nothing),
		QUEUE_TEST(jobs_of_one_order_run_one_after_the_other),
		QUEUE_TEST(a_job_that_fails_holds_up_its_order_and_nobody_else),
		QUEUE_TEST(a_given_up_job_lets_its_order_go_on),
		QUEUE_TEST(a_unique_key_waits_once),
		QUEUE_TEST(a_twin_is_not_run_before_the_change_that_asked_again_is_committed),
		QUEUE_TEST(a_job_put_in_line_while_its_head_is_completed_is_not_forgotten),
		QUEUE_TEST(a_failing_job_is_tried_again_later_and_at_last_given_up),
		QUEUE_TEST(a_dead_job_can_be_put_back),
		QUEUE_TEST(slow_jobs_do_not_hold_up_those_claimed_with_them),
		QUEUE_TEST(an_area_claims_its_own_jobs_only),
		QUEUE_TEST(old_dead_jobs_are_removed_in_batches),
		QUEUE_TEST(what_recurs_fires_once_however_much_was_missed),
		QUEUE_TEST(slots_are_counted_from_midnight),
		QUEUE_TEST(mails_are_run_by_the_queues_own_pool),
	};

	world_required();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
