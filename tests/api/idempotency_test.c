/* idempotency_test.c -- a repeat under the same Idempotency-Key never changes what came of the first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

static const char *
count_notes(struct world *w)
{
	return given_sql(
	    w, arena_format(w->arena, "SELECT count(*) FROM sample.note WHERE owner = '%s'", id_of(w, "ada")));
}

static void
a_repeat_gets_the_same_answer_and_does_nothing(void **state)
{
	struct world *w = *state;
	const char *first;

	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: one");
	then_status(w, 201);
	then_no_header(w, "idempotency-replayed");
	first = (const char *)w->answer.body.data;
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: one");
	then_status(w, 201);
	then_header(w, "idempotency-replayed", "true");
	then_has_header(w, "location");
	assert_string_equal((const char *)w->answer.body.data, first);
	assert_string_equal(count_notes(w), "1");
}

static void
white_space_makes_no_other_request(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: one");
	call_with(w, POST, "/v1/notes", "{ \"text\" : \"milk\" }", "Idempotency-Key: one");
	then_status(w, 201);
	then_header(w, "idempotency-replayed", "true");
}

static void
another_body_under_the_key_is_refused_by_name(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: one");
	call_with(w, POST, "/v1/notes", "{\"text\":\"bread\"}", "Idempotency-Key: one");
	then_problem(w, 422, "idempotency-key-reused");
	then_error(w, "/text");
	assert_string_equal(count_notes(w), "1");
}

static void
keys_belong_to_whoever_sent_them(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: shared");
	as(w, "bob");
	call_with(w, POST, "/v1/notes", "{\"text\":\"bread\"}", "Idempotency-Key: shared");
	then_status(w, 201);
	then_field(w, "/text", "bread");
}

static void
a_refusal_is_kept_too(void **state)
{
	struct world *w = *state;
	const char *first;

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	name_it(w, "milk");
	call(w, POST, "/v1/notes/milk/publish", NULL);
	then_status(w, 200);
	call_with(w, POST, "/v1/notes/milk/publish", NULL, "Idempotency-Key: again");
	then_problem(w, 409, "conflict");
	first = answer_field(&w->answer, "/detail");
	given_sql(
	    w, arena_format(w->arena, "UPDATE sample.note SET published_at = NULL WHERE id = '%s'", id_of(w, "milk")));
	call_with(w, POST, "/v1/notes/milk/publish", NULL, "Idempotency-Key: again");
	then_problem(w, 409, "conflict");
	then_header(w, "idempotency-replayed", "true");
	then_field(w, "/detail", first);
	call_with(w, POST, "/v1/notes/milk/publish", NULL, "Idempotency-Key: another");
	then_status(w, 200);
}

static void
a_wrong_shape_is_not_kept(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"\"}", "Idempotency-Key: one");
	then_problem(w, 422, "invalid");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: one");
	then_status(w, 201);
	then_no_header(w, "idempotency-replayed");
}

static void
a_key_that_is_none_is_refused(void **state)
{
	struct world *w = *state;
	char *large = arena_alloc(w->arena, 300);

	given_user(w, "ada");
	as(w, "ada");
	memset(large, 'k', 299);
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", arena_format(w->arena, "Idempotency-Key: %s", large));
	then_problem(w, 400, "bad-request");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key;"); /* curl's way to send an empty one */
	then_problem(w, 400, "bad-request");
	assert_string_equal(count_notes(w), "0");
}

#define TWINS 20

static size_t
drop(char *data, size_t size, size_t count, void *context)
{
	(void)data, (void)context;
	return size * count;
}

static CURL *
twin(struct world *w, struct curl_slist *lines)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL, arena_format(w->arena, "%s/v1/notes", w->base));
	curl_easy_setopt(curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{\"text\":\"twin\"}");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	return curl;
}

static void
twins_at_the_same_moment_have_one_effect(void **state)
{
	struct world *w = *state;
	struct curl_slist *lines = NULL;
	CURLM *all = curl_multi_init();
	CURL *twins[TWINS];
	int running;

	given_user(w, "ada");
	as(w, "ada");
	lines = curl_slist_append(lines, "Content-Type: application/json");
	lines = curl_slist_append(lines, "Idempotency-Key: twins");
	lines = curl_slist_append(lines, arena_format(w->arena, "Authorization: Bearer %s", w->caller->token));
	for (int i = 0; i < TWINS; i++)
		curl_multi_add_handle(all, twins[i] = twin(w, lines));
	do {
		curl_multi_perform(all, &running);
		curl_multi_poll(all, NULL, 0, 100, NULL);
	} while (running > 0);
	for (int i = 0; i < TWINS; i++) {
		long status = 0;

		curl_easy_getinfo(twins[i], CURLINFO_RESPONSE_CODE, &status);
		curl_multi_remove_handle(all, twins[i]);
		curl_easy_cleanup(twins[i]);
		assert_int_equal(status, 201);
	}
	curl_multi_cleanup(all);
	curl_slist_free_all(lines);
	assert_string_equal(count_notes(w), "1");
}

static const struct CMUnitTest idempotency_tests[] = {
	api_test(a_repeat_gets_the_same_answer_and_does_nothing),
	api_test(white_space_makes_no_other_request),
	api_test(another_body_under_the_key_is_refused_by_name),
	api_test(keys_belong_to_whoever_sent_them),
	api_test(a_refusal_is_kept_too),
	api_test(a_wrong_shape_is_not_kept),
	api_test(a_key_that_is_none_is_refused),
	api_test(twins_at_the_same_moment_have_one_effect),
};

int
main(void)
{
	return kit_run(idempotency_tests, sizeof(idempotency_tests) / sizeof(idempotency_tests[0]), "idempotency_tests",
	    platform_open);
}
