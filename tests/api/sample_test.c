/* sample_test.c -- what core does for every area, seen at the sample area: lists, edits, deletions, somebody else's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

static void
given_note(struct world *w, const char *name, const char *text)
{
	call(w, POST, "/v1/notes", arena_format(w->arena, "{\"text\":\"%s\"}", text));
	then_status(w, 201);
	name_it(w, name);
}

static void
a_new_note_is_told_with_its_address(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	then_field(w, "/text", "milk");
	then_header(w, "etag", "\"1\"");
	name_it(w, "milk");
	assert_string_equal(
	    answer_header(&w->answer, "location"), arena_format(w->arena, "/v1/notes/%s", id_of(w, "milk")));
	call(w, GET, "/v1/notes/milk", NULL);
	then_status(w, 200);
	then_field(w, "/text", "milk");
}

static void
nobody_signed_in_is_told_to_sign_in(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/notes", NULL);
	then_problem(w, 401, "unauthenticated");
	then_has_header(w, "www-authenticate");
	as_token(w, "not.a.token");
	call(w, GET, "/v1/notes", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
a_session_that_has_ended_counts_no_more(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/notes", NULL);
	then_status(w, 200);
	given_session_ended(w, "ada");
	call(w, GET, "/v1/notes", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
somebody_elses_note_is_not_found(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	given_note(w, "secret", "mine");
	as(w, "bob");
	call(w, GET, "/v1/notes/secret", NULL);
	then_problem(w, 404, "not-found");
	call(w, DELETE, "/v1/notes/secret", NULL);
	then_problem(w, 404, "not-found");
	as(w, "ada");
	call(w, GET, "/v1/notes/secret", NULL);
	then_status(w, 200);
}

/* The body without its `instance`, which is the request's id. */
static const char *
without_instance(struct world *w)
{
	char *body = arena_copy(w->arena, w->answer.body.data, w->answer.body.length);
	char *id = strstr(body, answer_field(&w->answer, "/instance"));

	if (id != NULL)
		memset(id, '-', 32);
	return body;
}

static void
somebody_elses_note_looks_like_a_random_id(void **state)
{
	struct world *w = *state;
	const char *theirs;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	given_note(w, "secret", "mine");
	as(w, "bob");
	call(w, GET, "/v1/notes/secret", NULL);
	theirs = without_instance(w);
	call(w, GET, "/v1/notes/0190b5a0-0000-7000-8000-000000000000", NULL);
	assert_string_equal(without_instance(w), theirs);
	call(w, GET, "/v1/notes/no-uuid-at-all", NULL);
	assert_string_equal(without_instance(w), theirs);
}

static void
a_list_is_walked_by_its_cursor(void **state)
{
	struct world *w = *state;
	int pages = 0, notes = 0;
	const char *path = "/v1/notes?limit=2";

	given_user(w, "ada");
	as(w, "ada");
	for (int i = 0; i < 5; i++)
		given_note(w, "n", arena_format(w->arena, "note %d", i));
	for (const char *cursor = ""; cursor != NULL; pages++) {
		call(w, GET, path, NULL);
		then_status(w, 200);
		for (int i = 0; answer_field(&w->answer, arena_format(w->arena, "/data/%d", i)) != NULL; i++, notes++)
			then_field(w, arena_format(w->arena, "/data/%d/text", i),
			    arena_format(w->arena, "note %d", 4 - notes));
		cursor = answer_field(&w->answer, "/next_cursor");
		if (cursor != NULL) {
			then_has_header(w, "link");
			path = arena_format(w->arena, "/v1/notes?limit=2&cursor=%s", cursor);
		}
	}
	assert_int_equal(pages, 3);
	assert_int_equal(notes, 5);
}

static void
a_cursor_of_another_person_is_refused(void **state)
{
	struct world *w = *state;
	const char *cursor;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	for (int i = 0; i < 3; i++)
		given_note(w, "n", "x");
	call(w, GET, "/v1/notes?limit=1", NULL);
	cursor = answer_field(&w->answer, "/next_cursor");
	as(w, "bob");
	call(w, GET, arena_format(w->arena, "/v1/notes?limit=1&cursor=%s", cursor), NULL);
	then_problem(w, 400, "bad-cursor");
	call(w, GET, "/v1/notes?cursor=made-by-hand", NULL);
	then_problem(w, 400, "bad-cursor");
}

static void
a_limit_out_of_range_is_named(void **state)
{
	static const char *const limits[] = { "0", "101", "-1", "1.5", "ten", "", "99999999999999999999" };
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		call(w, GET, arena_format(w->arena, "/v1/notes?limit=%s", limits[i]), NULL);
		then_problem(w, 422, "invalid");
		then_error(w, "?limit");
	}
}

static void
an_edit_stands_on_the_version_that_was_read(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	given_note(w, "milk", "milk");
	call(w, PATCH, "/v1/notes/milk", "{\"text\":\"oat milk\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/notes/milk", "{\"text\":\"oat milk\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_header(w, "etag", "\"2\"");
	call_with(w, PATCH, "/v1/notes/milk", "{\"text\":\"soy milk\"}", "If-Match: \"1\"");
	then_problem(w, 412, "precondition-failed");
	call(w, GET, "/v1/notes/milk", NULL);
	then_field(w, "/text", "oat milk");
}

/* nginx weakens the ETag of what it compresses; an edit must still stand on it. */
static void
an_edit_may_stand_on_what_came_compressed(void **state)
{
	struct world *w = *state;
	char *text = arena_alloc(w->arena, 1901);

	given_user(w, "ada");
	as(w, "ada");
	memset(text, 'm', 1900);
	given_note(w, "long", text);
	w->unchecked = true;
	call_with(w, GET, "/v1/notes/long", NULL, "Accept-Encoding: gzip");
	then_status(w, 200);
	then_header(w, "content-encoding", "gzip");
	call_with(w, PATCH, "/v1/notes/long", "{\"text\":\"short\"}",
	    arena_format(w->arena, "If-Match: %s", answer_header(&w->answer, "etag")));
	then_status(w, 200);
}

static void
what_has_not_changed_is_not_sent_again(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	given_note(w, "milk", "milk");
	call_with(w, GET, "/v1/notes/milk", NULL, "If-None-Match: \"1\"");
	then_status(w, 304);
	assert_int_equal(w->answer.body.length, 0);
}

static void
a_note_that_was_thrown_away_is_gone(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	given_note(w, "milk", "milk");
	call(w, DELETE, "/v1/notes/milk", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/notes/milk", NULL);
	then_problem(w, 404, "not-found");
}

static void
a_statement_past_the_deadline_is_answered_504(void **state)
{
	struct world *w = *state;

	/* The pool's request_terminate_timeout is 2 s here; PostgreSQL's own limit would be 5 s. */
	call(w, GET, "/v1/sample/slow?milliseconds=4500", NULL);
	then_problem(w, 504, "deadline");
	then_within(w, 3);
}

static void
a_worker_that_dies_takes_only_its_own_request(void **state)
{
	struct world *w = *state;

	expect_error_line(w, "worker");
	call(w, POST, "/v1/sample/crash", NULL);
	then_problem(w, 503, "unavailable");
	then_has_header(w, "retry-after");
	call(w, GET, "/v1/sample/still", NULL);
	then_status(w, 200);
}

static void
a_worker_that_hangs_is_replaced(void **state)
{
	struct world *w = *state;

	expect_error_line(w, "");
	call(w, GET, "/v1/sample/hang", NULL);
	assert_true(w->answer.status == 503 || w->answer.status == 504);
	then_within(w, 6);
	call(w, GET, "/v1/sample/still", NULL);
	then_status(w, 200);
}

static void
a_large_answer_arrives_whole(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/sample/big?bytes=3000000", NULL);
	then_status(w, 200);
	assert_int_equal(w->answer.body.length, 3000000);
	assert_int_equal(w->answer.body.data[2999999], 'z');
}

static void
a_large_body_arrives_whole(void **state)
{
	struct world *w = *state;
	char *text = arena_alloc(w->arena, 300001);

	memset(text, 'b', 300000);
	call(w, POST, "/v1/sample/count", arena_format(w->arena, "{\"text\":\"%s\"}", text));
	then_status(w, 200);
	then_field(w, "/count", "300000");
}

static const struct CMUnitTest sample_tests[] = {
	api_test(a_new_note_is_told_with_its_address),
	api_test(nobody_signed_in_is_told_to_sign_in),
	api_test(a_session_that_has_ended_counts_no_more),
	api_test(somebody_elses_note_is_not_found),
	api_test(somebody_elses_note_looks_like_a_random_id),
	api_test(a_list_is_walked_by_its_cursor),
	api_test(a_cursor_of_another_person_is_refused),
	api_test(a_limit_out_of_range_is_named),
	api_test(an_edit_stands_on_the_version_that_was_read),
	api_test(an_edit_may_stand_on_what_came_compressed),
	api_test(what_has_not_changed_is_not_sent_again),
	api_test(a_note_that_was_thrown_away_is_gone),
	api_test(a_large_answer_arrives_whole),
	api_test(a_large_body_arrives_whole),
	api_test(a_statement_past_the_deadline_is_answered_504),
	api_test(a_worker_that_dies_takes_only_its_own_request),
	api_test(a_worker_that_hangs_is_replaced),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.settings = "\n[limits]\naddress = 6000000/1m\n\n[pool.sample]\nrequest_terminate_timeout = 2s\n",
	    });
}

int
main(void)
{
	return kit_run(sample_tests, sizeof(sample_tests) / sizeof(sample_tests[0]), "sample_tests", open_platform);
}
