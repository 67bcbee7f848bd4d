/* cors_test.c -- pages of other origins, through nginx: what a browser is told before and with a request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/raw.h"
#include "tests/api/kit/world.h"

#define LISTED   "https://app.example.com"
#define STRANGER "https://evil.example.com"

static void
then_nothing_is_allowed(struct world *w)
{
	then_no_header(w, "access-control-allow-origin");
	then_no_header(w, "access-control-allow-credentials");
	then_no_header(w, "access-control-allow-methods");
	then_no_header(w, "access-control-allow-headers");
	then_no_header(w, "access-control-expose-headers");
}

/* What a page may then read, beside the body. */
static void
then_it_is_allowed(struct world *w)
{
	then_header(w, "access-control-allow-origin", LISTED);
	then_header(w, "access-control-allow-credentials", "true");
	then_has_header(w, "access-control-expose-headers");
	then_header(w, "vary", "Origin");
}

/* As a browser does before a request that is not simple; `lines` each ended by \r\n. */
static void
ask_first(struct world *w, const char *path, const char *lines)
{
	send_raw(w, arena_format(w->arena, "OPTIONS %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n", path,
			strstr(w->base, "://") + 3, lines));
}

static void
a_listed_origin_is_told_what_it_may_send(void **state)
{
	struct world *w = *state;

	ask_first(w, "/v1/notes", "Origin: " LISTED "\r\nAccess-Control-Request-Method: POST\r\n");
	then_status(w, 204);
	then_it_is_allowed(w);
	then_header(w, "access-control-allow-methods", "GET, HEAD, POST, OPTIONS");
	assert_non_null(strstr(answer_header(&w->answer, "access-control-allow-headers"), "Authorization"));
	assert_non_null(strstr(answer_header(&w->answer, "access-control-allow-headers"), "Idempotency-Key"));
	then_header(w, "access-control-max-age", "600");
}

static void
an_origin_that_is_not_listed_is_allowed_nothing(void **state)
{
	static const char *const strangers[] = { STRANGER, "https://app.example.com.evil.com", "http://app.example.com",
		"https://app.example.com:444", "https://APP.example.com", "null", "*", "https://app.example.com/",
		"https://app.example.co" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		const char *origin = arena_format(w->arena, "Origin: %s", strangers[i]);

		ask_first(
		    w, "/v1/notes", arena_format(w->arena, "%s\r\nAccess-Control-Request-Method: POST\r\n", origin));
		then_nothing_is_allowed(w);
		call_with(w, GET, "/v1/sample/still", NULL, origin);
		then_status(w, 200);
		then_nothing_is_allowed(w);
		then_header(w, "vary", "Origin");
	}
}

static void
answers_and_refusals_alike_can_be_read_by_a_listed_origin(void **state)
{
	struct world *w = *state;

	call_with(w, GET, "/v1/sample/still", NULL, "Origin: " LISTED);
	then_status(w, 200);
	then_it_is_allowed(w);
	call_with(w, GET, "/v1/notes", NULL, "Origin: " LISTED);
	then_problem(w, 401, "unauthenticated");
	then_it_is_allowed(w);
	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"\"}", "Origin: " LISTED);
	then_problem(w, 422, "invalid");
	then_it_is_allowed(w);
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Origin: " LISTED);
	then_status(w, 201);
	then_it_is_allowed(w);
}

/* What no pool is asked about. */
static void
refusals_of_nginx_itself_are_no_different(void **state)
{
	struct world *w = *state;

	call_with(w, GET, "/nowhere", NULL, "Origin: " LISTED);
	then_problem(w, 404, "no-route");
	then_header(w, "access-control-allow-origin", LISTED);
	then_header(w, "access-control-allow-credentials", "true");
	then_header(w, "vary", "Origin");
	call_with(w, GET, "/nowhere", NULL, "Origin: " STRANGER);
	then_problem(w, 404, "no-route");
	then_nothing_is_allowed(w);
}

static void
a_second_listed_origin_is_named_alone(void **state)
{
	struct world *w = *state;

	call_with(w, GET, "/v1/sample/still", NULL, "Origin: https://other.example.com:8443");
	then_header(w, "access-control-allow-origin", "https://other.example.com:8443");
	then_header(w, "access-control-allow-credentials", "true");
}

/* A cache must not keep what was said without an origin for somebody who has one. */
static void
an_answer_without_origin_says_that_it_varies(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/sample/still", NULL);
	then_status(w, 200);
	then_nothing_is_allowed(w);
	then_header(w, "vary", "Origin");
}

static void
options_that_are_no_preflight_tell_the_methods_alone(void **state)
{
	struct world *w = *state;

	ask_first(w, "/v1/notes", "Origin: " LISTED "\r\n");
	then_status(w, 204);
	then_header(w, "allow", "GET, HEAD, POST, OPTIONS");
	then_no_header(w, "access-control-allow-methods");
	then_no_header(w, "access-control-max-age");
}

static const struct CMUnitTest cors_tests[] = {
	api_test(a_listed_origin_is_told_what_it_may_send),
	api_test(an_origin_that_is_not_listed_is_allowed_nothing),
	api_test(answers_and_refusals_alike_can_be_read_by_a_listed_origin),
	api_test(refusals_of_nginx_itself_are_no_different),
	api_test(a_second_listed_origin_is_named_alone),
	api_test(an_answer_without_origin_says_that_it_varies),
	api_test(options_that_are_no_preflight_tell_the_methods_alone),
};

static int
open_platform(void **state)
{
	return platform_open_with(state, &(struct platform_wish){
					     .settings = "cors_origins = " LISTED ", https://other.example.com:8443\n"
							 "\n[limits]\naddress = 6000000/1m\n",
					 });
}

int
main(void)
{
	return kit_run(cors_tests, sizeof(cors_tests) / sizeof(cors_tests[0]), "cors_tests", open_platform);
}
