/* redis_test.c -- Redis dies, freezes, or is slow: requests do not notice, operators do. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define CLIENTS 8

static struct load *
given_load(struct world *w)
{
	static const struct load_request requests[] = { { "/v1/notes", NULL, 0 }, { "/v1/sample/still", NULL, 0 } };

	if (w->platform->redis == 0) /* the test before has failed; signals to nobody would go to ourselves */
		platform_start_redis(w->platform);
	given_user(w, "ada");
	as(w, "ada");
	return load_start(w, requests, 2, CLIENTS);
}

static void
then_requests_do_not_notice(struct load *load, const char *what)
{
	const struct load_report report = load_report(load);

	print_message("%s: %u well, slowest %.2f s\n", what, report.well, report.slowest);
	then_nothing_wrong(report);
	assert_int_equal(report.refused, 0);
	assert_true(report.well > 0);
	then_none_slower(report, 1);
}

/* It is told within this many seconds. */
static void
then_ready_says(struct world *w, unsigned status)
{
	for (int i = 0; i < 50; i++) {
		call(w, GET, "/ready", NULL);
		if (w->answer.status == status)
			return;
		usleep(100000);
	}
	then_status(w, status);
}

static void
a_dead_redis_costs_only_the_sharing(void **state)
{
	struct world *w = *state;
	struct load *load = given_load(w);

	then_ready_says(w, 200);
	load_run(load, 0.5);
	platform_end(&w->platform->redis, SIGKILL);
	load_report(load);
	load_run(load, figure(1, 10));
	then_requests_do_not_notice(load, "killed");
	load_stop(load);
	then_ready_says(w, 503);
	then_error(w, "/redis");
	platform_start_redis(w->platform);
	then_ready_says(w, 200);
}

static void
a_frozen_redis_costs_only_the_sharing(void **state)
{
	struct world *w = *state;
	struct load *load = given_load(w);

	then_ready_says(w, 200);
	load_run(load, 0.5);
	kill(w->platform->redis, SIGSTOP);
	load_report(load);
	load_run(load, figure(1, 10));
	then_requests_do_not_notice(load, "frozen");
	load_stop(load);
	then_ready_says(w, 503);
	kill(w->platform->redis, SIGCONT);
	then_ready_says(w, 200);
}

static void
a_slow_redis_costs_nothing(void **state)
{
	struct world *w = *state;
	struct load *load = given_load(w);

	load_run(load, 0.5);
	load_report(load);
	for (int i = 0; i < (int)figure(5, 50); i++) {
		kill(w->platform->redis, SIGSTOP);
		load_run(load, 0.15);
		kill(w->platform->redis, SIGCONT);
		load_run(load, 0.05);
	}
	then_requests_do_not_notice(load, "slow");
	load_stop(load);
}

/* By every worker that may answer. */
static void
then_pools_answer(struct world *w, unsigned status)
{
	for (int i = 0; i < 12; i++) {
		call(w, GET, "/v1/pools", NULL);
		then_status(w, status);
	}
}

static void
rights_count_for_the_very_next_request_while_redis_is_dead(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	then_pools_answer(w, 403);
	platform_end(&w->platform->redis, SIGKILL);
	given_role(w, "ada", "admin");
	then_pools_answer(w, 200);
	given_sql(w, arena_format(w->arena, "SELECT \"authorization\".unassign(ARRAY['%s'::uuid], 'admin', NULL)",
			 id_of(w, "ada")));
	then_pools_answer(w, 403);
	given_session_ended(w, "ada");
	then_pools_answer(w, 401);
	platform_start_redis(w->platform);
	then_ready_says(w, 200);
}

static const struct CMUnitTest redis_tests[] = {
	api_test(a_dead_redis_costs_only_the_sharing),
	api_test(a_frozen_redis_costs_only_the_sharing),
	api_test(a_slow_redis_costs_nothing),
	api_test(rights_count_for_the_very_next_request_while_redis_is_dead),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .own_redis = true,
		       .settings = "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nwrite = 6000000/1m\n",
		   });
}

int
main(void)
{
	return kit_run(redis_tests, sizeof(redis_tests) / sizeof(redis_tests[0]), "redis_tests", open_platform);
}
