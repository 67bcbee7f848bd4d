/* postgres_test.c -- PostgreSQL goes away under load, and comes back. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define CLIENTS 8

static struct load *
given_load(struct world *w)
{
	static const struct load_request requests[] = { { "/v1/notes/milk", NULL, 0 },
		{ "/v1/notes", "{\"text\":\"a\"}", 0 }, { "/v1/notes", NULL, 0 } };
	static struct load_request named[3];

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	name_it(w, "milk");
	for (size_t i = 0; i < 3; i++)
		named[i] = requests[i];
	named[0].path = arena_format(w->arena, "/v1/notes/%s", id_of(w, "milk"));
	return load_start(w, named, 3, CLIENTS);
}

/* Seconds from PostgreSQL's first answer to ours. */
static double
wait_for_recovery(struct world *w, struct load *load)
{
	int64_t back;

	while (PQping(platform_postgres_url(w->platform, "postgres")) != PQPING_OK)
		load_run(load, 0.01);
	back = env_monotonic(&env_system);
	while (load_last_well(load) < back && env_monotonic(&env_system) < back + 10 * SECOND)
		load_run(load, 0.02);
	return (double)(env_monotonic(&env_system) - back) / 1e6;
}

static void
a_stopped_postgres_is_told_and_forgotten(void **state)
{
	struct world *w = *state;
	struct load *load = given_load(w);
	struct load_report before, down, between, after;
	double recovery;

	expect_error_line(w, "");
	load_run(load, 1);
	before = load_report(load);
	kill(w->platform->postgres, SIGINT);
	load_run(load, figure(3, 10));
	waitpid(w->platform->postgres, NULL, 0);
	down = load_report(load);
	platform_launch_postgres(w->platform);
	recovery = wait_for_recovery(w, load);
	load_run(load, 0.5);
	between = load_report(load);
	load_run(load, 1);
	after = load_stop(load);
	print_message(
	    "before: %u well; down: %u well, %u refused, slowest %.2f s; back after %.2f s; then %u well, %u refused\n",
	    before.well, down.well, down.refused, down.slowest, recovery, after.well, after.refused);
	then_nothing_wrong(before);
	assert_int_equal(before.refused, 0);
	then_nothing_wrong(down);
	then_none_slower(down, 3);
	assert_true(down.refused > 0);
	then_nothing_wrong(between);
	then_none_slower(between, 3);
	assert_true(recovery <= 2);
	then_nothing_wrong(after);
	assert_int_equal(after.refused, 0);
}

/* Stopped in the middle of everything: connections stay open and nothing answers on them. */
static void
a_frozen_postgres_is_told_within_the_deadline(void **state)
{
	struct world *w = *state;

	expect_error_line(w, "");
	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/ready", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/notes", NULL);
	then_status(w, 200);
	kill(w->platform->postgres, SIGSTOP);
	/* The backends are what answers; the postmaster alone would only refuse new ones. */
	platform_signal_children(w->platform->postgres, SIGSTOP);
	call(w, GET, "/ready", NULL);
	then_problem(w, 503, "unavailable");
	then_error(w, "/database");
	then_within(w, 3);
	call(w, GET, "/v1/notes", NULL);
	assert_true(w->answer.status == 503 || w->answer.status == 504);
	then_within(w, 3);
	call(w, GET, "/health", NULL);
	then_status(w, 200);
	then_within(w, 1);
	platform_signal_children(w->platform->postgres, SIGCONT);
	kill(w->platform->postgres, SIGCONT);
	for (int i = 0; i < 20 && (i == 0 || w->answer.status != 200); i++) {
		call(w, GET, "/v1/notes", NULL);
	}
	then_status(w, 200);
}

static void
somebodys_old_transaction_is_warned_of(void **state)
{
	struct world *w = *state;
	PGconn *somebody = PQconnectdb(platform_postgres_url(w->platform, "stoa"));

	given_operator(w, "root", "ops.read");
	as(w, "root");
	call(w, GET, "/v1/warnings", NULL);
	then_status(w, 200);
	assert_null(strstr((const char *)w->answer.body.data, "transaction-old"));
	PQclear(PQexecParams(somebody, "BEGIN", 0, NULL, NULL, NULL, NULL, 0));
	usleep(1700000); /* transaction_old is a second here; seconds are rounded */
	call(w, GET, "/v1/warnings", NULL);
	then_body_contains(w, "transaction-old");
	PQfinish(somebody);
}

static const struct CMUnitTest postgres_tests[] = {
	api_test(somebodys_old_transaction_is_warned_of),
	api_test(a_stopped_postgres_is_told_and_forgotten),
	api_test(a_frozen_postgres_is_told_within_the_deadline),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .own_postgres = true,
		       .own_redis = true,
		       .settings = "transaction_old = 1s\n\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nwrite = 6000000/1m\n\n"
				   "[pool.sample]\nrequest_terminate_timeout = 2s\n",
		   });
}

int
main(void)
{
	return kit_run(
	    postgres_tests, sizeof(postgres_tests) / sizeof(postgres_tests[0]), "postgres_tests", open_platform);
}
