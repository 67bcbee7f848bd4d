/*
 * flush_test.c -- every round trip to PostgreSQL costs about a fifth of the throughput, so they are counted: a GET is
 * one flush once the worker's caches are warm, a simple POST two.  One worker, so that it is warm for certain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

#define TIMES 40

static long
flushes(struct world *w)
{
	static const char name[] = "\nstoa_database_flushes_total ";
	const char *line;

	call(w, GET, "/metrics", NULL);
	then_status(w, 200);
	line = strstr((const char *)w->answer.body.data, name);
	assert_non_null(line);
	return strtol(line + strlen(name), NULL, 10);
}

static void
given_warm_worker(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	name_it(w, "milk");
	call(w, GET, "/v1/notes/milk", NULL);
	call(w, GET, "/v1/notes", NULL);
}

static void
a_get_is_one_flush(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes/milk", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

/* A key's row travels as a session's does; its use is written down once, before we count. */
static void
a_get_by_key_is_one_flush(void **state)
{
	static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
	struct world *w = *state;
	const char *id;
	long before;

	given_warm_worker(w);
	id = given_sql(w,
	    arena_format(w->arena,
		"INSERT INTO auth.api_key (id, party, name, hash, scopes, created_by)"
		" SELECT queue.new_id(), v.party, 'test', sha256(decode('%s', 'hex')), '{}', v.party"
		" FROM (VALUES ('%s'::uuid)) v (party) RETURNING replace(id::text, '-', '')",
		zeros, id_of(w, "ada")));
	as_token(w, arena_format(w->arena, "stoa_%s_%s", id, zeros));
	for (int i = 0; i < 3; i++) {
		call(w, GET, "/v1/notes/milk", NULL);
		then_status(w, 200);
	}
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes/milk", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

static void
a_page_is_one_flush(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes?limit=5", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

static void
a_simple_post_is_two(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, POST, "/v1/notes", "{\"text\":\"bread\"}");
	assert_int_equal(flushes(w) - before, 2 * TIMES);
}

static void
a_new_caller_costs_one_more(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	given_user(w, "bob");
	as(w, "bob");
	before = flushes(w);
	call(w, GET, "/v1/notes", NULL);
	call(w, GET, "/v1/notes", NULL);
	assert_int_equal(flushes(w) - before, 3);
}

static const struct CMUnitTest flush_tests[] = {
	api_test(a_get_is_one_flush),
	api_test(a_get_by_key_is_one_flush),
	api_test(a_page_is_one_flush),
	api_test(a_simple_post_is_two),
	api_test(a_new_caller_costs_one_more),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.settings = "\n[limits]\naddress = 6000000/1m\n\n[pool.sample]\npm = static\npm.max_children = 1\n",
	    });
}

int
main(void)
{
	return kit_run(flush_tests, sizeof(flush_tests) / sizeof(flush_tests[0]), "flush_tests", open_platform);
}
