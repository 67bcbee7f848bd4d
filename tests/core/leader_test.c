/* leader_test.c -- one leads, whatever happens to it; what fails is put aside. */
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
#include "core/db/db.h"
#include "core/web/problem.h"
#include "core/work/lead.h"
#include "core/work/leader.h"
#include "tests/core/work_world.h"

static const struct area area = { .name = "ops", .says = "-" };
static bool freeze_in_batch;

/* Each batch leaves a line; one that is told to stops behind its first statement, with its transaction open. */
static const struct problem *
note_batch(struct request *req, struct leader_batch *batch)
{
	const struct problem *p;

	effect_later(req, "batch");
	if ((p = db_flush(req)) != NULL)
		return p;
	if (freeze_in_batch)
		raise(SIGSTOP);
	freeze_in_batch = false;
	batch->done = 0;
	return NULL;
}

static const struct leader noting = {
	.name = "ops.noting", .batch = 10, .rest = 50 * MILLISECOND, .work = note_batch, .says = "-"
};

static bool begin_fails;
static const struct problem *
note_begin(struct request *req)
{
	if (begin_fails)
		return problem(req, PROBLEM_INTERNAL, "not yet");
	effect_later(req, "begin");
	return NULL;
}

static const struct leader beginning = { .name = "ops.beginning",
	.batch = 1,
	.rest = 10 * MILLISECOND,
	.begin = note_begin,
	.work = note_batch,
	.says = "-" };

/* The first items, each with a line; a bad one breaks the statement, as a poisonous row would. */
static const struct problem *
work_on_items(struct request *req, struct leader_batch *batch)
{
	char sql[512];

	if (batch->quarantine) {
		batch->done = 1;
		return run_in(req, "WITH gone AS (DELETE FROM work_test.item WHERE n = (SELECT min(n) FROM "
				   "work_test.item) RETURNING n)"
				   " INSERT INTO work_test.effect (note) SELECT 'aside ' || n FROM gone");
	}
	batch->done = batch->limit; /* of many */
	snprintf(sql, sizeof(sql),
	    "WITH gone AS (DELETE FROM work_test.item WHERE n IN (SELECT n FROM work_test.item ORDER BY n LIMIT %d)"
	    " RETURNING n, bad) INSERT INTO work_test.effect (note) SELECT 'item ' || n FROM gone"
	    " WHERE CASE WHEN bad THEN 1 / (n - n) = 0 ELSE true END ORDER BY n",
	    batch->limit);
	return run_in(req, arena_text(req->arena, sql));
}

static const struct leader working = { .name = "ops.working", .batch = 16, .work = work_on_items, .says = "-" };

static int
set_up(void **state)
{
	*state = world_new(&area);
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
	freeze_in_batch = begin_fails = false;
	return 0;
}

struct candidate {
	struct db *db;
	struct leadership *lead;
};

static struct candidate
candidate(struct world *w, const struct leader *leader)
{
	struct candidate c = { .db = db_new(w->config, "stoa_ops") };

	c.lead = lead_open(&w->worker, &env_system, c.db, leader);
	return c;
}

static void
candidate_end(struct candidate *c)
{
	lead_close(c->lead);
	db_free(c->db);
}

static void
sleep_until(int64_t when)
{
	int64_t left = when - env_monotonic(&env_system);

	if (left > 0)
		usleep((useconds_t)left);
}

/* Takes its turns until it leads; how long that took, in milliseconds. */
static long
lead_within(struct candidate *c, long milliseconds)
{
	int64_t began = env_monotonic(&env_system);

	while (!lead_leads(c->lead) && env_monotonic(&env_system) - began < milliseconds * MILLISECOND)
		sleep_until(lead_turn(c->lead));
	assert_true(lead_leads(c->lead));
	return (env_monotonic(&env_system) - began) / MILLISECOND;
}

static int
lead_for_ever(struct world *w)
{
	struct candidate c = candidate(w, &noting);
	bool led = false;

	for (;;) {
		sleep_until(lead_turn(c.lead));
		if (led && !lead_leads(c.lead))
			return 3; /* it knows that it was superseded */
		led = lead_leads(c.lead);
	}
}

static int
lead_and_freeze(struct world *w)
{
	freeze_in_batch = true;
	return lead_for_ever(w);
}

static long
effects_of(struct world *w, pid_t pid)
{
	return ask_number(
	    w, arena_format(w->arena, "SELECT count(*) FROM work_test.effect WHERE pid = %ld", (long)pid));
}

static pid_t
given_leader(struct world *w, int (*life)(struct world *w), int batches)
{
	pid_t pid = child(w, life);

	while (ask_number(w, "SELECT count(*) FROM core.leader WHERE name = 'ops.noting' AND epoch > 0") == 0 ||
	       effects_of(w, pid) < batches)
		usleep(10000);
	return pid;
}

static void
one_leads_and_the_next_begins_when_it_ends(void **state)
{
	struct world *w = *state;
	struct candidate first = candidate(w, &noting), second = candidate(w, &noting);

	lead_within(&first, 1000);
	for (int turn = 0; turn < 5; turn++) {
		lead_turn(first.lead);
		lead_turn(second.lead);
		assert_true(lead_leads(first.lead));
		assert_false(lead_leads(second.lead));
	}
	candidate_end(&first);
	lead_turn(second.lead);
	assert_true(lead_leads(second.lead));
	candidate_end(&second);
}

static void
a_killed_leader_is_replaced_within_three_seconds(void **state)
{
	struct world *w = *state;
	pid_t old = given_leader(w, lead_for_ever, 3);
	struct candidate next = candidate(w, &noting);

	kill(old, SIGKILL);
	child_status(old);
	assert_in_range(lead_within(&next, 5000), 0, 3000);
	candidate_end(&next);
}

static void
a_leader_frozen_between_batches_writes_nothing_later(void **state)
{
	struct world *w = *state;
	pid_t old = given_leader(w, lead_for_ever, 3);
	struct candidate next = candidate(w, &noting);
	long before;
	int status;

	usleep(20000);
	kill(old, SIGSTOP);
	assert_in_range(lead_within(&next, 5000), 0, 3000);
	before = effects_of(w, old);
	lead_turn(next.lead);
	kill(old, SIGCONT);
	status = child_status(old);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_int_equal(effects_of(w, old), before);
	candidate_end(&next);
}

static void
a_leader_frozen_in_a_batch_loses_it(void **state)
{
	struct world *w = *state;
	pid_t old = child(w, lead_and_freeze);
	struct candidate next = candidate(w, &noting);
	int status = 0;

	while (waitpid(old, &status, WUNTRACED) != old || !WIFSTOPPED(status))
		continue;
	assert_in_range(lead_within(&next, 6000), 0, 3000);
	lead_turn(next.lead);
	kill(old, SIGCONT);
	status = child_status(old);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_int_equal(effects_of(w, old), 0);
	assert_true(effects_of(w, getpid()) > 0);
	candidate_end(&next);
}

static void
an_idle_leader_keeps_leading(void **state)
{
	struct world *w = *state;
	struct candidate first = candidate(w, &noting), second = candidate(w, &noting);
	int64_t until = env_monotonic(&env_system) + 3 * SECOND;

	lead_within(&first, 1000);
	while (env_monotonic(&env_system) < until) {
		sleep_until(lead_turn(first.lead));
		lead_turn(second.lead);
		assert_true(lead_leads(first.lead) && !lead_leads(second.lead));
	}
	candidate_end(&first);
	candidate_end(&second);
}

static void
what_must_be_so_first_is_done_once_in_each_epoch(void **state)
{
	struct world *w = *state;
	struct candidate c = candidate(w, &beginning);

	lead_within(&c, 1000);
	begin_fails = true;
	lead_turn(c.lead);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 0);
	begin_fails = false;
	lead_turn(c.lead);
	lead_turn(c.lead);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect WHERE note = 'begin'"), 1);
	candidate_end(&c);
}

static void
what_fails_is_put_aside_and_the_rest_is_done_in_order(void **state)
{
	struct world *w = *state;
	struct candidate c = candidate(w, &working);

	run_sql(w, "INSERT INTO work_test.item (n, bad) SELECT n, n IN (7, 30, 31) FROM generate_series(1, 40) AS n");
	lead_within(&c, 1000);
	for (int turn = 0; turn < 200 && ask_number(w, "SELECT count(*) FROM work_test.item") > 0; turn++)
		lead_turn(c.lead);
	assert_string_equal(
	    ask(w, "SELECT string_agg(note, ',' ORDER BY number) FROM work_test.effect WHERE note LIKE 'aside%'"),
	    "aside 7,aside 30,aside 31");
	assert_int_equal(
	    ask_number(w, "SELECT count(DISTINCT note) FROM work_test.effect WHERE note LIKE 'item%'"), 37);
	assert_int_equal(ask_number(w, "SELECT count(*) FROM work_test.effect"), 40);
	assert_int_equal(
	    ask_number(w,
		"SELECT count(*) FROM (SELECT split_part(note, ' ', 2)::int AS n,"
		" lag(split_part(note, ' ', 2)::int) OVER (ORDER BY number) AS before FROM work_test.effect) e"
		" WHERE before > n"),
	    0);
	candidate_end(&c);
}

static void
only_its_own_area_leads(void **state)
{
	struct world *w = *state;
	PGconn *event = database_open(w->config, "stoa_event", "stoa work test", stderr);
	FILE *unheard = fopen("/dev/null", "w");

	assert_null(database_ask(event, "SELECT * FROM core.leader_take('ops.noting', 'x', 2000)", NULL, unheard));
	fclose(unheard);
	PQfinish(event);
}

#define LEADER_TEST(function) cmocka_unit_test_setup(function, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEADER_TEST(one_leads_and_the_next_begins_when_it_ends),
		LEADER_TEST(a_killed_leader_is_replaced_within_three_seconds),
		LEADER_TEST(a_leader_frozen_between_batches_writes_nothing_later),
		LEADER_TEST(a_leader_frozen_in_a_batch_loses_it),
		LEADER_TEST(an_idle_leader_keeps_leading),
		LEADER_TEST(what_must_be_so_first_is_done_once_in_each_epoch),
		LEADER_TEST(what_fails_is_put_aside_and_the_rest_is_done_in_order),
		LEADER_TEST(only_its_own_area_leads),
	};

	world_required();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
