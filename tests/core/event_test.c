/* event_test.c -- events against a real PostgreSQL: one order, without a gap, whatever the writers do. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <libpq-fe.h>

#include "core/base/arena.h"
#include "core/db/database.h"
#include "core/db/db.h"
#include "core/work/event.h"
#include "core/work/work.h"
#include "core/base/env.h"
#include "core/web/problem.h"
#include "core/web/shape.h"
#include "tests/core/work_world.h"

static const struct area area = { .name = "ops", .says = "-" };

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
	return 0;
}

#define SUBJECTS 5
#define CHANGES  150

/* A change: the subject's row is locked, its event appended, and then it is committed, late, or not at all. */
static int
change_subjects(struct world *w)
{
	PGconn *ops = database_open(w->config, "stoa_ops", "stoa work test", stderr);
	unsigned seed = (unsigned)getpid();

	for (int i = 0; i < CHANGES; i++) {
		char sql[512];

		database_do(ops, "BEGIN", NULL, stderr);
		snprintf(sql, sizeof(sql),
		    "WITH s AS (UPDATE work_test.subject SET n = n + 1 WHERE id = "
		    "('00000000-0000-7000-8000-00000000000%d')"
		    " RETURNING id, n) SELECT event.append(gen_random_uuid(), 'ops.changed', s.id, NULL,"
		    " jsonb_build_object('n', s.n), NULL) FROM s",
		    (int)(rand_r(&seed) % SUBJECTS));
		if (!database_do(ops, sql, NULL, stderr))
			return 1;
		usleep((useconds_t)(rand_r(&seed) % 3000));
		database_do(ops, rand_r(&seed) % 4 == 0 ? "ROLLBACK" : "COMMIT", NULL, stderr);
	}
	PQfinish(ops);
	return 0;
}

static int
sequence_meanwhile(struct world *w)
{
	PGconn *event = database_open(w->config, "stoa_event", "stoa work test", stderr);

	for (int turn = 0; turn < 2000; turn++) {
		database_do(event, "SELECT event.sequence(7)", NULL, stderr);
		usleep(1000);
	}
	PQfinish(event);
	return 0;
}

static void
events_have_no_gap_and_keep_each_subjects_order(void **state)
{
	struct world *w = *state;
	long from = ask_number(w, "SELECT position FROM event.head");
	pid_t writers[6], sequencer;

	run_sql(w, "INSERT INTO work_test.subject (id) SELECT ('00000000-0000-7000-8000-00000000000' || n)::uuid"
		   "  FROM generate_series(0, 4) AS n");
	for (int i = 0; i < 6; i++)
		writers[i] = child(w, change_subjects);
	sequencer = child(w, sequence_meanwhile);
	for (int i = 0; i < 6; i++)
		assert_int_equal(child_status(writers[i]), 0);
	kill(sequencer, SIGTERM);
	child_status(sequencer);
	while (ask_number(w, "SELECT event.sequence(1000)") > 0)
		continue;
	assert_int_equal(ask_number(w, "SELECT count(*) FROM event.outbox"), 0);
	/* Every position once: as many rows as positions, and the primary key forbids two of one. */
	assert_int_equal(
	    ask_number(w, arena_format(w->arena, "SELECT count(*) FROM event.log WHERE position > %ld", from)),
	    ask_number(w, "SELECT position FROM event.head") - from);
	/* Every committed change of every subject, 1, 2, 3, ... in the order of positions. */
	assert_int_equal(
	    ask_number(w, arena_format(w->arena,
			      "SELECT count(*) FROM (SELECT (data->>'n')::int AS n,"
			      " row_number() OVER (PARTITION BY subject ORDER BY position) AS number"
			      " FROM event.log WHERE position > %ld AND type = 'ops.changed') e WHERE n <> number",
			      from)),
	    0);
	assert_int_equal(
	    ask_number(w, arena_format(w->arena,
			      "SELECT count(*) FROM event.log WHERE position > %ld AND type = 'ops.changed'", from)),
	    ask_number(w, "SELECT sum(n) FROM work_test.subject"));
}

struct told {
	int64_t n;
};

/* clang-format off */
static const struct field told[] = {
	INT(struct told, n),
	SHAPE_END
};
/* clang-format on */

static void
given_appended(struct world *w, struct uuid subject, bool committed)
{
	struct request req;
	struct db *db = db_new(w->config, "stoa_ops");
	struct told data = { .n = 7 };
	struct event event = { .type = "ops.told", .subject = subject, .shape = SHAPE(told), .data = &data };
	const struct problem *p;

	work_request(&req, &w->worker, w->arena, db, &env_system, 5 * SECOND);
	db_begin(&req);
	event_append(&req, &event);
	if (committed)
		assert_int_equal(db_commit(&req, &p), DB_COMMITTED);
	else
		db_rollback(&req);
	db_free(db);
}

static void
an_event_exists_when_its_change_does(void **state)
{
	struct world *w = *state;
	struct uuid kept = uuid_new(&env_system), dropped = uuid_new(&env_system);

	given_appended(w, kept, true);
	given_appended(w, dropped, false);
	while (ask_number(w, "SELECT event.sequence(1000)") > 0)
		continue;
	assert_string_equal(
	    ask(w, arena_format(w->arena, "SELECT type || data || (owner IS NULL) FROM event.log WHERE subject = '%s'",
		       uuid_text(w->arena, kept))),
	    "ops.told{\"n\": 7}true");
	assert_int_equal(ask_number(w, arena_format(w->arena, "SELECT count(*) FROM event.log WHERE subject = '%s'",
					   uuid_text(w->arena, dropped))),
	    0);
}

/* Everything in a transaction that is rolled back; the environment's sequencer waits for it. */
static void
an_event_that_cannot_be_placed_is_put_aside(void **state)
{
	struct world *w = *state;

	run_sql(w, "BEGIN");
	while (ask_number(w, "SELECT event.sequence(1000)") > 0)
		continue;
	/* Its position is taken already, so the log refuses it. */
	run_sql(w,
	    "INSERT INTO event.log SELECT position + 1, gen_random_uuid(), 'ops.odd', gen_random_uuid(), NULL, NULL,"
	    " NULL, now(), now() FROM event.head");
	run_sql(w, "SELECT event.append(gen_random_uuid(), 'ops.bad', gen_random_uuid(), NULL, NULL, NULL)");
	assert_string_equal(ask(w, "SELECT event.put_aside()"), "t");
	assert_string_equal(ask(w, "SELECT event->>'type' FROM event.aside ORDER BY number DESC LIMIT 1"), "ops.bad");
	assert_int_equal(ask_number(w, "SELECT count(*) FROM event.outbox"), 0);
	/* One that can be placed after all is not put aside. */
	run_sql(w, "DELETE FROM event.log WHERE type = 'ops.odd'");
	run_sql(w, "SELECT event.append(gen_random_uuid(), 'ops.good', gen_random_uuid(), NULL, NULL, NULL)");
	assert_string_equal(ask(w, "SELECT event.put_aside()"), "f");
	assert_string_equal(ask(w, "SELECT type FROM event.log ORDER BY position DESC LIMIT 1"), "ops.good");
	run_sql(w, "ROLLBACK");
}

static void
old_events_are_removed_and_positions_go_on(void **state)
{
	struct world *w = *state;
	long head;

	run_sql(w, "BEGIN");
	run_sql(w, "DELETE FROM event.log");
	head = ask_number(w, "SELECT position FROM event.head");
	run_sql(w,
	    "INSERT INTO event.log SELECT n, gen_random_uuid(), 'ops.old', gen_random_uuid(), NULL, NULL, NULL, now(),"
	    " now() - (100 - n) * interval '1 day' FROM generate_series(1, 50) AS n");
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('events', 6)"), 6);
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('events', 6)"), 3); /* until 90 days ago */
	assert_int_equal(ask_number(w, "SELECT core.retention_remove('events', 6)"), 0);
	assert_int_equal(ask_number(w, "SELECT min(position) FROM event.log"), 10);
	run_sql(w, "DELETE FROM event.log");
	run_sql(w, "SELECT event.append(gen_random_uuid(), 'ops.next', gen_random_uuid(), NULL, NULL, NULL)");
	assert_true(ask_number(w, "SELECT event.sequence(1000)") > 0);
	assert_true(ask_number(w, "SELECT max(position) FROM event.log") > head);
	run_sql(w, "ROLLBACK");
}

#define EVENT_TEST(function) cmocka_unit_test_setup(function, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EVENT_TEST(events_have_no_gap_and_keep_each_subjects_order),
		EVENT_TEST(an_event_exists_when_its_change_does),
		EVENT_TEST(an_event_that_cannot_be_placed_is_put_aside),
		EVENT_TEST(old_events_are_removed_and_positions_go_on),
	};

	world_required();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
