/*
 * auth_overload_test.c -- more people sign in than can be hashed: who would wait for too long is told so at once, with
 * when to come again; nobody gets anything else, and it is over when the crowd is gone.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

#define CROWD 200u

static double slowest;

/* What is quick has a pool of its own. */
static void
ask_something_quick(struct world *w)
{
	call(w, GET, "/.well-known/jwks.json", NULL);
	then_status(w, 200);
	if (w->answer.seconds > slowest)
		slowest = w->answer.seconds;
}

static void
a_crowd_is_served_or_sent_away(void **state)
{
	struct world *w = *state;
	const char *json;
	const struct said *said;
	unsigned served, away;
	int64_t began;
	double took;

	given_account(w, "ada");
	json = arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"not the password\"}", email_of(w, "ada"));
	slowest = 0;
	began = env_monotonic(&env_system);
	said = all_at_once(w, "/v1/auth/login", json, CROWD, CROWD, ask_something_quick);
	took = (double)(env_monotonic(&env_system) - began) / SECOND;
	served = count_status(said, CROWD, 401);
	away = count_status(said, CROWD, 503);
	print_message("%u served, %u sent away, %.1f s; the slowest quick answer %.0f ms\n", served, away, took, slowest * 1000);
	assert_int_equal(served + away, CROWD);
	assert_true(served > 0 && away > 0);
	/* Two seconds in the queue, one hash, and what a busy machine adds. */
	assert_true(took < 6);
	assert_true(slowest < 1);
	for (unsigned i = 0; i < CROWD; i++)
		if (said[i].status == 503)
			assert_non_null(strstr(said[i].body, "\"/problems/unavailable\""));
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static const struct CMUnitTest auth_overload_tests[] = {
	auth_test(a_crowd_is_served_or_sent_away),
};

/* One worker, and a hash that takes about 0.2 s: 48 of one address may wait, which is ten seconds' worth. */
static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.pools = "ops, sample, limits, auth, auth-hash",
		.settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n\n[auth]\nattempts = 1000000/1h\n"
			    "attempts_address = 1000000/1h\nhash_memory = 65536\nhash_passes = 3\n\n[pool.auth-hash]\n"
			    "pm = static\npm.max_children = 1\n",
	    });
}

int
main(void)
{
	return kit_run(auth_overload_tests, sizeof(auth_overload_tests) / sizeof(auth_overload_tests[0]), "auth_overload_tests",
	    open_platform);
}
