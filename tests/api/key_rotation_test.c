/*
 * key_rotation_test.c -- new keys for tokens, twice and while old ones are in use by eight clients of four workers: no
 * token is refused before its time, no key signs before whoever checks has had it for a while, and old keys go.  A
 * platform of its own, because here keys grow old by the minute.
 */
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/load.h"
#include "tests/api/kit/platform.h"

#define CLIENTS  8
#define KEYS_MAX 16

static const struct load_request asking_who_i_am[] = { { "/v1/auth/me", NULL, 0 } };

/* The kid of a token's header. */
static const char *
kid_of(struct world *w, const char *token)
{
	struct bytes header;
	struct json_object *json, *kid = NULL;
	const char *text;

	assert_true(base64url_decode(w->arena, token, strcspn(token, "."), &header));
	json = json_tokener_parse(arena_copy(w->arena, header.data, header.length));
	assert_true(json_object_object_get_ex(json, "kid", &kid));
	text = arena_text(w->arena, json_object_get_string(kid));
	json_object_put(json);
	return text;
}

static const char *
new_token(struct world *w)
{
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	return kept_field(w, "/access_token");
}

static int
rotate(struct world *w)
{
	return system(arena_format(
	    w->arena, "'%s' --config '%s' --keys rotate >/dev/null 2>&1", w->platform->program, w->platform->config));
}

/* What is published: kids, newest first. */
static size_t
published(struct world *w, const char **kids)
{
	size_t count = 0;

	as(w, NULL);
	call(w, GET, "/.well-known/jwks.json", NULL);
	then_status(w, 200);
	while (count < KEYS_MAX &&
	       (kids[count] = answer_field(&w->answer, arena_format(w->arena, "/keys/%zu/kid", count))) != NULL) {
		kids[count] = arena_text(w->arena, kids[count]);
		count++;
	}
	return count;
}

static const char *
newest_key(struct world *w)
{
	return given_sql(w, "SELECT kid FROM core.key_list('token') LIMIT 1");
}

/* Workers look at the rows every other minute; new ones look at once. */
static void
given_new_workers(struct world *w)
{
	platform_signal_children(w->platform->stoad, SIGTERM);
	given_sql(w, "SELECT pg_sleep(0.3)");
}

/* As if so much time had gone by for the keys. */
static void
given_keys_older(struct world *w, const char *by)
{
	given_sql(w, arena_format(w->arena,
			 "UPDATE core.key SET created_at = created_at - interval '%s',"
			 " retires_at = retires_at - interval '%s' WHERE purpose = 'token'",
			 by, by));
	given_new_workers(w);
}

static void
then_signs_with(struct world *w, const char *kid)
{
	assert_string_equal(kid_of(w, new_token(w)), kid);
}

static void
then_is_believed(struct world *w, const char *token)
{
	as_token(w, token);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
two_rotations_lose_no_token(void **state)
{
	const char *kids[KEYS_MAX], *old, *first, *second, *third, *new;
	struct world *w = *state;
	struct load_report report;
	struct load *load;

	given_account(w, "ada");
	old = new_token(w);
	first = kid_of(w, old);
	given_keys_older(w, "1 day");
	then_is_believed(w, old);
	load = load_start(w, asking_who_i_am, 1, CLIENTS);
	load_run(load, 0.5);
	assert_int_equal(rotate(w), 0);
	second = newest_key(w);
	assert_int_equal(rotate(w), 0);
	third = newest_key(w);
	given_new_workers(w);
	load_run(load, 0.5);
	/* All three are published, and the first signs on: for as long as whoever checks may keep an older list. */
	assert_int_equal(published(w, kids), 3);
	then_header(w, "Cache-Control", "max-age=300, public");
	assert_string_equal(kids[0], third);
	assert_string_equal(kids[1], second);
	assert_string_equal(kids[2], first);
	then_signs_with(w, first);
	given_keys_older(w, "14 minutes");
	then_signs_with(w, first);
	load_run(load, 0.5);
	given_keys_older(w, "2 minutes");
	new = new_token(w);
	assert_string_equal(kid_of(w, new), third);
	load_run(load, 0.5);
	assert_int_equal(published(w, kids), 3);
	then_is_believed(w, old);
	/* Ten minutes later the last token of the first key has ended; its key stays for as much again, and more. */
	given_keys_older(w, "12 minutes");
	then_is_believed(w, old);
	load_run(load, 0.5);
	report = load_stop(load);
	print_message("%u requests with the first key's token, slowest %.3f s\n", report.well, report.slowest);
	assert_int_equal(report.wrong, 0);
	assert_int_equal(report.refused, 0);
	assert_true(report.well > CLIENTS);
	given_keys_older(w, "35 minutes");
	assert_int_equal(published(w, kids), 1);
	assert_string_equal(kids[0], third);
	then_is_believed(w, new);
	as_token(w, old);
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

/* Workers know sixteen keys.  One more would push the one out that signs. */
static void
keys_do_not_push_each_other_out(void **state)
{
	struct world *w = *state;
	const char *token, *kids[KEYS_MAX];
	int rotations = 0;

	given_account(w, "ada");
	token = new_token(w);
	while (rotations < KEYS_MAX + 1 && rotate(w) == 0)
		rotations++;
	assert_string_equal(given_sql(w, "SELECT count(*) FROM core.key_list('token')"), "16");
	assert_true(rotations < KEYS_MAX);
	given_new_workers(w);
	assert_int_equal(published(w, kids), KEYS_MAX);
	then_is_believed(w, token);
	then_is_believed(w, new_token(w));
	given_keys_older(w, "2 hours");
	assert_int_equal(published(w, kids), 1);
	assert_int_equal(rotate(w), 0);
}

static const struct CMUnitTest key_rotation_tests[] = {
	auth_test(two_rotations_lose_no_token),
	auth_test(keys_do_not_push_each_other_out),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.own_postgres = true,
		.pools = "ops, sample, limits, auth, auth-hash",
		.settings = "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nsign_in = 6000000/1m\n\n[pool.auth]\n"
			    "pm = static\npm.max_children = 4\n",
	    });
}

int
main(void)
{
	return kit_run(key_rotation_tests, sizeof(key_rotation_tests) / sizeof(key_rotation_tests[0]),
	    "key_rotation_tests", open_platform);
}
