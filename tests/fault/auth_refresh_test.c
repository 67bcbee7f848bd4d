/*
 * auth_refresh_test.c -- one refresh token, shown two hundred times at once to four workers, while their connections to
 * PostgreSQL are cut: nobody is signed out, and all get the same new token.
 */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

#define USES    200u
#define CLIENTS 90 /* nginx lets one address hold 96 requests of a pool of four */

static unsigned cuts;

static void
cut_connections(struct world *w)
{
	static int64_t next;
	const int64_t now = env_monotonic(&env_system);

	if (now < next)
		return;
	next = now + 20 * MILLISECOND;
	given_sql(w, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'stoa_auth'");
	cuts++;
}

static const char *
member(struct world *w, const char *body, const char *name)
{
	struct json_object *object = json_tokener_parse(body), *value = NULL;
	const char *text = NULL;

	if (object != NULL && json_object_object_get_ex(object, name, &value))
		text = arena_text(w->arena, json_object_get_string(value));
	json_object_put(object);
	return text;
}

/* A new session, whose token has been the current one for a while. */
static const char *
given_refresh_token(struct world *w)
{
	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	given_sql(w, arena_format(w->arena,
	    "UPDATE session.session SET last_used_at = last_used_at - interval '1 hour' WHERE id = '%s'",
	    answer_field(&w->answer, "/session_id")));
	return kept_field(w, "/refresh_token");
}

static void
storm(struct world *w, void (*meanwhile)(struct world *w))
{
	const char *token = given_refresh_token(w), *next = NULL, *got;
	const char *json = arena_format(w->arena, "{\"refresh_token\":\"%s\"}", token);
	const struct said *said = all_at_once(w, "/v1/auth/refresh", json, USES, CLIENTS, meanwhile);

	for (unsigned i = 0; i < USES; i++) {
		if (said[i].status != 200)
			fail_msg("use %u was answered %u: %s", i, said[i].status, said[i].body);
		got = member(w, said[i].body, "refresh_token");
		assert_non_null(got);
		if (next == NULL)
			next = got;
		assert_string_equal(got, next);
	}
	assert_string_not_equal(next, token);
	call(w, POST, "/v1/auth/refresh", arena_format(w->arena, "{\"refresh_token\":\"%s\"}", next));
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
parallel_tabs_get_one_token(void **state)
{
	storm(*state, NULL);
}

static void
cut_connections_sign_nobody_out(void **state)
{
	cuts = 0;
	storm(*state, cut_connections);
	print_message("%u times all connections were cut\n", cuts);
	assert_true(cuts > 2);
}

static const struct CMUnitTest auth_refresh_tests[] = {
	auth_test(parallel_tabs_get_one_token),
	auth_test(cut_connections_sign_nobody_out),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.pools = "ops, sample, limits, auth, auth-hash",
		.settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n\n[pool.auth]\npm = static\n"
			    "pm.max_children = 4\n",
	    });
}

int
main(void)
{
	return kit_run(auth_refresh_tests, sizeof(auth_refresh_tests) / sizeof(auth_refresh_tests[0]), "auth_refresh_tests",
	    open_platform);
}
