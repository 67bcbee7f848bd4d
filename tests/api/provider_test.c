/*
 * provider_test.c -- providers and issuers that misbehave as servers (node/rogue.js): they hang, drip, flood, break
 * off, send us elsewhere.  Who signs in by them is told so within three seconds, who comes after at once, and nobody
 * can make us ask them often.  A platform of its own, with one worker in each pool.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"
#include "tests/api/provider_kit.h"
#include "tests/fault/fault.h"

#define IN_TIME 3.6 /* seconds: three, and what the rest takes on a busy machine */
#define AT_ONCE 0.5

static const char *const misdeeds[] = { "hang", "drip", "huge", "redirect", "cut", "nonsense", "broken" };
static const char *const places[] = { "description", "token", "jwks" };
#define MISDEEDS (sizeof(misdeeds) / sizeof(misdeeds[0]))
#define PLACES   (sizeof(places) / sizeof(places[0]))

static const char *rogue;
static pid_t server;

static long
times_asked(struct world *w, const char *path)
{
	return strtol(told_by(w, rogue, arena_format(w->arena, "/asked?%s", path)), NULL, 10);
}

static void
then_refused_within(struct world *w, double seconds, const char *provider)
{
	if ((w->answer.status != 503 && w->answer.status != 401) || w->answer.seconds > seconds)
		print_message("%s: %u after %.2f s\n", provider, w->answer.status, w->answer.seconds);
	assert_true(w->answer.status == 503 || w->answer.status == 401);
	then_within(w, seconds);
}

/* What hangs is found out at the first call, wherever that is. */
static void
try_to_sign_in(struct world *w, const char *provider, bool describes_itself)
{
	struct visit visit;

	if (!describes_itself) {
		as(w, NULL);
		call(w, GET, arena_format(w->arena, "/v1/auth/oauth/%s/start?%s", provider, RETURN_TO), NULL);
		then_refused_within(w, IN_TIME, provider);
		call(w, GET, arena_format(w->arena, "/v1/auth/oauth/%s/start?%s", provider, RETURN_TO), NULL);
		then_refused_within(w, AT_ONCE, provider);
		return;
	}
	visit = begin_visit(w, provider);
	come_back(w, &visit, "good");
	then_refused_within(w, IN_TIME, provider);
	assert_string_equal(rows_of(w, &visit), "0");
}

/* What takes its time is tried at each place in the long form alone. */
static bool
is_tried(size_t misdeed, size_t place)
{
	return misdeed > 1 || figure(misdeed == 0 ? 0 : 2, (double)place) == (double)place;
}

static void
a_provider_that_misbehaves_is_found_out_in_time(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < MISDEEDS; i++)
		for (size_t j = 0; j < PLACES; j++)
			if (is_tried(i, j))
				try_to_sign_in(w, arena_format(w->arena, "%s-%s", misdeeds[i], places[j]), j > 0);
	assert_int_equal(times_asked(w, "/trap"), 0);
}

static void
a_provider_beside_them_is_not_held_up(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "good-all");

	come_back(w, &visit, "good");
	then_status(w, 303);
	assert_string_equal(rows_of(w, &visit), "2");
}

/* 0.6 s for each answer: there is time for all three. */
static void
one_that_is_slow_is_waited_for(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "late-all");

	come_back(w, &visit, "good");
	then_status(w, 303);
	assert_true(w->answer.seconds > 1.2);
	assert_string_equal(rows_of(w, &visit), "2");
}

/* The first finds out, and those who waited behind it in the same worker are told what it found. */
static void
one_call_serves_all_who_wait(void **state)
{
	struct world *w = *state;
	const char *issuer = arena_format(w->arena, "%s/hang-jwks", rogue);
	const struct visit ada = stranger(w);
	const long before = times_asked(w, "/hang-jwks/jwks");
	const int64_t began = env_monotonic(&env_system);

	as_token(w, minted(w, issuer, "good", "stoa-api", &ada));
	for (int i = 0; i < 20; i++) {
		call(w, GET, "/v1/auth/me", NULL);
		then_problem(w, 503, "unavailable");
		then_has_header(w, "Retry-After");
	}
	assert_true(env_monotonic(&env_system) - began < (int64_t)(IN_TIME * SECOND));
	assert_int_equal(times_asked(w, "/hang-jwks/jwks") - before, 1);
	given_account(w, "bob");
	as(w, "bob");
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_within(w, AT_ONCE);
}

/* Three seconds after the first, six after the second, twelve after the third. */
static void
made_up_kids_are_no_lever(void **state)
{
	struct world *w = *state;
	const char *issuer = arena_format(w->arena, "%s/good-all", rogue), *good, *made_up;
	const struct visit ada = stranger(w);
	const int64_t until = env_monotonic(&env_system) + (int64_t)(figure(4, 30) * SECOND);
	unsigned tried = 0;
	long before;

	good = minted(w, issuer, "good", "stoa-api", &ada);
	made_up = minted(w, issuer, "unknown_kid", "stoa-api", &ada);
	as_token(w, good);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	before = times_asked(w, "/good-all/jwks");
	as_token(w, made_up);
	for (; env_monotonic(&env_system) < until; tried++) {
		call(w, GET, "/v1/auth/me", NULL);
		then_problem(w, 401, "unauthenticated");
	}
	print_message("%u tokens with a made-up kid, %ld calls\n", tried, times_asked(w, "/good-all/jwks") - before);
	assert_true(tried > 100);
	assert_in_range(times_asked(w, "/good-all/jwks") - before, 1, (unsigned)figure(2, 5));
	as_token(w, good);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static const struct CMUnitTest provider_tests[] = {
	auth_test(a_provider_that_misbehaves_is_found_out_in_time),
	auth_test(a_provider_beside_them_is_not_held_up),
	auth_test(one_that_is_slow_is_waited_for),
	auth_test(one_call_serves_all_who_wait),
	auth_test(made_up_kids_are_no_lever),
};

static void
add_provider(struct buffer *out, const char *name)
{
	buffer_format(out,
	    "\n[provider.%s]\nissuer = %s/%s\nclient_id = stoa\nclient_secret = a secret of the tests\n"
	    "return_to = " THERE "\n",
	    name, rogue, name);
}

static void
add_issuer(struct buffer *out, const char *name)
{
	buffer_format(out, "\n[issuer.%s]\nissuer = %s/%s\njwks = %s/%s/jwks\naudience = stoa-api\n", name, rogue, name,
	    rogue, name);
}

static const char *
settings(struct arena *arena)
{
	struct buffer out;

	buffer_init(&out, arena);
	buffer_format(&out, "outgoing_allow = %s\n", rogue + strlen("http://"));
	buffer_text(&out, "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nsign_in = 6000000/1m\n"
			  "\n[pool.auth]\npm = static\npm.max_children = 1\n"
			  "\n[pool.auth-oauth]\npm = static\npm.max_children = 1\n");
	for (size_t i = 0; i < MISDEEDS; i++)
		for (size_t j = 0; j < PLACES; j++)
			add_provider(&out, arena_format(arena, "%s-%s", misdeeds[i], places[j]));
	add_provider(&out, "good-all");
	add_provider(&out, "late-all");
	add_issuer(&out, "good-all");
	add_issuer(&out, "hang-jwks");
	return out.data;
}

static int
open_platform(void **state)
{
	struct arena *arena = arena_new();

	rogue = arena_format(arena, "http://127.0.0.1:%d", free_port());
	if (getenv("STOA_TEST_CONFIG") != NULL && (server = provider_serve("rogue.js", rogue, "")) == 0)
		return -1;
	return platform_open_with(state,
	    &(struct platform_wish){ .pools = "ops, sample, limits, auth, auth-oauth", .settings = settings(arena) });
}

int
main(void)
{
	int status = kit_run(
	    provider_tests, sizeof(provider_tests) / sizeof(provider_tests[0]), "provider_tests", open_platform);

	if (server > 0) {
		kill(server, SIGTERM);
		waitpid(server, NULL, 0);
	}
	return status;
}
