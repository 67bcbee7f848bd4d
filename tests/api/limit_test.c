/* limit_test.c -- how often: what a limited answer says, and what happens past it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

#define WRITES 10

static void
limited_answers_say_what_is_left(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/notes", NULL);
	then_status(w, 200);
	then_has_header(w, "ratelimit-policy");
	then_has_header(w, "ratelimit");
}

static void
health_is_never_limited(void **state)
{
	struct world *w = *state;

	call(w, GET, "/health", NULL);
	then_no_header(w, "ratelimit");
}

static void
past_the_limit_is_429_for_that_person_alone(void **state)
{
	struct world *w = *state;
	int refused = 0;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	for (int i = 0; i < WRITES + 5; i++) {
		call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
		if (w->answer.status == 201)
			continue;
		then_problem(w, 429, "too-many-requests");
		then_has_header(w, "retry-after");
		assert_in_range(strtol(answer_header(&w->answer, "retry-after"), NULL, 10), 1, 60);
		refused++;
	}
	assert_in_range(refused, 4, 5);
	/* Another class has a count of its own, and so has another person. */
	call(w, GET, "/v1/notes", NULL);
	then_status(w, 200);
	as(w, "bob");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
}

static const struct CMUnitTest limit_tests[] = {
	api_test(limited_answers_say_what_is_left),
	api_test(health_is_never_limited),
	api_test(past_the_limit_is_429_for_that_person_alone),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.own_redis = true,
		.settings = arena_format(arena_new(), "\n[limits]\naddress = 6000000/1m\nwrite = %d/1m\n", WRITES),
	    });
}

int
main(void)
{
	return kit_run(limit_tests, sizeof(limit_tests) / sizeof(limit_tests[0]), "limit_tests", open_platform);
}
