/* web_dispatch_test.c -- in which order a request is judged, and what each refusal looks like. */
#include "tests/core/web_request.h"

#include <stdio.h>

#include "core/base/log.h"
#include "core/config/config.h"
#include "core/web/conditional.h"
#include "core/web/dispatch.h"
#include "core/work/queue.h"
#include "tests/core/web_fakes.h"

struct thing {
	const char *name;
};
static const struct field thing[] = { TEXT(struct thing, name, .required = true, .min = 1), SHAPE_END };
static const struct shape thing_shape = { "thing", thing, sizeof(struct thing) };

static const struct problem *
thing_show(struct request *req, struct reply *out)
{
	const struct problem *p;

	trail("handler");
	if ((p = ask_database(req)) != NULL)
		return p;
	reply_etag(out, 3);
	return reply_ok(out, &(struct thing){ .name = "lamp" });
}

static const struct problem *
thing_make(struct request *req, struct reply *out)
{
	const struct problem *p;

	trail("handler");
	if ((p = ask_database(req)) != NULL)
		return p;
	return reply_created(out, "/v1/things/1", req->given);
}

static const struct problem *
thing_change(struct request *req, struct reply *out)
{
	trail("handler");
	if (!if_match(req, 3))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	return reply_no_content(out);
}

static const struct problem *
say_nothing(struct request *req, struct reply *out)
{
	(void)req;
	(void)out;
	return NULL;
}

static const struct problem *
remember_nothing(struct request *req, struct reply *out)
{
	trail("handler");
	(void)req;
	return reply_no_content(out);
}

static const struct route routes[] = {
	{ GET, "/v1/things/{id}", .who = USER, .limit = LIMIT_READ, .reply = &thing_shape, .handler = thing_show,
	    .says = "Read a thing" },
	{ POST, "/v1/things", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &thing_shape,
	    .reply = &thing_shape, .status = 201, .body_max = 64, .handler = thing_make, .says = "Make a thing" },
	{ PUT, "/v1/things/{id}", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true,
	    .body = &thing_shape, .handler = thing_change, .says = "Change a thing" },
	{ GET, "/health", .who = ANYONE, .limit = LIMIT_NONE, .reply = &thing_shape, .handler = thing_show,
	    .says = "Ask for health" },
	{ GET, "/v1/silence", .who = ANYONE, .limit = LIMIT_NONE, .handler = say_nothing, .says = "Say nothing" },
	{ GET, "/v1/memory", .who = USER, .limit = LIMIT_READ, .handler = remember_nothing, .says = "Ask no database" },
	{ DELETE, "/v1/things/{id}", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE,
	    .handler = remember_nothing, .says = "Remove a thing" },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ .kind = "thing.tidy", .payload = &thing_shape, .handler = remember_nothing, .says = "Tidies things." },
	{ 0 },
};
static const struct area area = { .name = "thing", .routes = routes, .jobs = jobs };

static int
open_house(void **state)
{
	const struct area *areas[] = { &area, NULL };

	(void)state;
	log_open("/dev/null");
	dispatch_open(areas);
	return 0;
}

static int
begin(void **state)
{
	struct request *req = request_new();

	fakes_reset();
	fakes.signed_in = true;
	*state = req;
	return 0;
}

static int
end(void **state)
{
	request_free(*state);
	return 0;
}

static void
asks(struct request *req, const char *method, const char *path)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = { { "GET", GET }, { "POST", POST }, { "PUT", PUT }, { "DELETE", DELETE }, { "HEAD", GET } };

	req->method = METHOD_UNSET;
	req->method_name = method;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, method) == 0)
			req->method = methods[i].method;
	req->path = req->target = path;
}

static void
sends(struct request *req, const char *json)
{
	req->body = (struct bytes){ (const uint8_t *)json, strlen(json) };
	request_has(req, "content-type", "application/json");
}

static struct reply
answer_to(struct request *req)
{
	struct reply out;

	dispatch(req, &out);
	return out;
}

static void
then_problem(struct request *req, unsigned status, const char *slug)
{
	struct reply out = answer_to(req);
	char type[80];

	snprintf(type, sizeof(type), "{\"type\":\"/problems/%s\",", slug);
	if (out.status != status || strncmp(out.body.data, type, strlen(type)) != 0)
		fail_msg("%u %s", out.status, out.body.data);
	assert_string_equal(out.content_type, "application/problem+json");
	assert_non_null(strstr(out.body.data, "\"instance\":\"0123456789abcdef0123456789abcdef\""));
}

static void
a_read_is_one_flush(void **state)
{
	struct request *req = *state;
	struct reply out;

	asks(req, "GET", "/v1/things/1");
	out = answer_to(req);
	assert_int_equal(out.status, 200);
	assert_string_equal(out.body.data, "{\"name\":\"lamp\"}");
	assert_string_equal(fakes.trail, "address recognise principal load admit check handler flush");
	assert_int_equal(fakes.flushes, 1);
}

static void
a_change_is_two_flushes(void **state)
{
	struct request *req = *state;
	struct reply out;

	asks(req, "POST", "/v1/things");
	sends(req, "{\"name\":\"lamp\"}");
	request_has(req, "idempotency-key", "k");
	out = answer_to(req);
	assert_int_equal(out.status, 201);
	assert_string_equal(reply_find_header(&out, "Location"), "/v1/things/1");
	assert_string_equal(
	    fakes.trail, "address recognise principal load admit begin check look handler flush audit keep commit");
	assert_int_equal(fakes.flushes, 2);
}

static void
open_doors_do_not_look_at_tokens(void **state)
{
	struct request *req = *state;

	fakes.recognise = PROBLEM_UNAUTHENTICATED;
	asks(req, "GET", "/health");
	assert_int_equal(answer_to(req).status, 200);
	assert_string_equal(fakes.trail, "address principal admit handler flush");
}

static void
a_session_that_ended_is_told_even_by_a_handler_without_statement(void **state)
{
	struct request *req = *state;

	fakes.check = PROBLEM_UNAUTHENTICATED;
	asks(req, "GET", "/v1/memory");
	then_problem(req, 401, "unauthenticated");
	assert_non_null(strstr(fakes.trail, "check handler flush"));
}

static void
a_session_that_ended_changes_nothing(void **state)
{
	struct request *req = *state;

	fakes.check = PROBLEM_UNAUTHENTICATED;
	asks(req, "DELETE", "/v1/things/1");
	then_problem(req, 401, "unauthenticated");
	assert_non_null(strstr(fakes.trail, "begin check handler flush rollback"));
	assert_null(strstr(fakes.trail, "commit"));
}

/* Each step hides the ones behind it. */
static void
the_first_refusal_is_the_answer(void **state)
{
	struct request *req = *state;

	asks(req, "POST", "/v1/things");
	req->body = (struct bytes){ (const uint8_t *)"{", 1 };
	then_problem(req, 415, "unsupported-media-type");
	fakes.admit = PROBLEM_FORBIDDEN;
	then_problem(req, 403, "forbidden");
	fakes.limit = PROBLEM_TOO_MANY_REQUESTS;
	then_problem(req, 429, "too-many-requests");
	fakes.recognise = PROBLEM_UNAUTHENTICATED;
	then_problem(req, 401, "unauthenticated");
	fakes.address = PROBLEM_TOO_MANY_REQUESTS;
	then_problem(req, 429, "too-many-requests");
	assert_null(strstr(fakes.trail, "handler"));
}

/* What a worker remembers may be old, for the better too. */
static void
a_refusal_by_remembered_rights_is_looked_at_again(void **state)
{
	struct request *req = *state;

	asks(req, "GET", "/v1/things/1");
	fakes.admit = PROBLEM_FORBIDDEN;
	fakes.check_again = 1;
	then_problem(req, 403, "forbidden");
	assert_non_null(strstr(fakes.trail, "load admit check flush load admit"));
	assert_null(strstr(fakes.trail, "handler"));
}

static void
who_has_signed_out_is_told_that_and_not_what_is_wrong_with_the_body(void **state)
{
	struct request *req = *state;

	asks(req, "POST", "/v1/things");
	req->body = (struct bytes){ (const uint8_t *)"{", 1 };
	fakes.check = PROBLEM_UNAUTHENTICATED;
	then_problem(req, 401, "unauthenticated");
	assert_null(strstr(fakes.trail, "handler"));
}

static void
an_unknown_address_is_404(void **state)
{
	struct request *req = *state;

	asks(req, "GET", "/v1/nothing");
	then_problem(req, 404, "no-route");
	assert_string_equal(fakes.trail, "");
}

static void
a_wrong_method_is_405_with_allow(void **state)
{
	struct request *req = *state;
	struct reply out;

	asks(req, "POST", "/v1/things/1");
	then_problem(req, 405, "method-not-allowed");
	out = answer_to(req);
	assert_string_equal(reply_find_header(&out, "Allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
	asks(req, "TRACE", "/v1/things/1");
	then_problem(req, 405, "method-not-allowed");
}

static void
options_tell_what_there_is(void **state)
{
	struct request *req = *state;
	struct reply out;

	asks(req, "OPTIONS", "/v1/things");
	out = answer_to(req);
	assert_int_equal(out.status, 204);
	assert_string_equal(reply_find_header(&out, "Allow"), "POST, OPTIONS");
	assert_null(reply_find_header(&out, "Access-Control-Allow-Methods"));
}

static void
a_listed_origin_may_send_credentials(void **state)
{
	static const char *const listed[] = { "https://app.example.com" };
	struct config config = { .global.cors_origins = { listed, 1 } };
	struct request *req = *state;
	struct reply out;

	req->config = &config;
	asks(req, "OPTIONS", "/v1/things");
	request_has(req, "origin", "https://app.example.com");
	request_has(req, "access-control-request-method", "POST");
	out = answer_to(req);
	assert_string_equal(reply_find_header(&out, "Access-Control-Allow-Origin"), "https://app.example.com");
	assert_string_equal(reply_find_header(&out, "Access-Control-Allow-Credentials"), "true");
	assert_string_equal(reply_find_header(&out, "Access-Control-Allow-Methods"), "POST, OPTIONS");
	assert_string_equal(reply_find_header(&out, "Vary"), "Origin");
}

static void
another_origin_may_nothing(void **state)
{
	static const char *const listed[] = { "https://app.example.com", "null" };
	static const char *const origins[] = { "https://evil.example.com", "null",
		"https://app.example.com.evil.example" };
	struct config config = { .global.cors_origins = { listed, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		struct request *req = request_new();
		struct reply out;

		req->config = &config;
		asks(req, "GET", "/health");
		request_has(req, "origin", origins[i]);
		out = answer_to(req);
		assert_null(reply_find_header(&out, "Access-Control-Allow-Origin"));
		request_free(req);
	}
}

static void
any_origin_may_without_credentials(void **state)
{
	static const char *const listed[] = { "*" };
	struct config config = { .global.cors_origins = { listed, 1 } };
	struct request *req = *state;
	struct reply out;

	req->config = &config;
	asks(req, "GET", "/v1/nothing");
	request_has(req, "origin", "https://anywhere.example");
	out = answer_to(req);
	assert_int_equal(out.status, 404);
	assert_string_equal(reply_find_header(&out, "Access-Control-Allow-Origin"), "*");
	assert_null(reply_find_header(&out, "Access-Control-Allow-Credentials"));
}

static void
limits_are_told_with_refusals_too(void **state)
{
	struct request *req = *state;
	struct reply out;

	fakes.admit = PROBLEM_FORBIDDEN;
	asks(req, "GET", "/v1/things/1");
	out = answer_to(req);
	assert_int_equal(out.status, 403);
	assert_non_null(reply_find_header(&out, "RateLimit"));
}

static void
a_version_that_is_had_is_304(void **state)
{
	struct request *req = *state;
	struct reply out;

	asks(req, "GET", "/v1/things/1");
	request_has(req, "if-none-match", "W/\"3\"");
	out = answer_to(req);
	assert_int_equal(out.status, 304);
	assert_int_equal(out.body.length, 0);
	assert_string_equal(reply_find_header(&out, "ETag"), "\"3\"");
}

static void
an_edit_without_if_match_is_428(void **state)
{
	struct request *req = *state;

	asks(req, "PUT", "/v1/things/1");
	sends(req, "{\"name\":\"lamp\"}");
	then_problem(req, 428, "precondition-required");
	assert_null(strstr(fakes.trail, "begin"));
}

static void
an_edit_of_an_older_version_is_412(void **state)
{
	struct request *req = *state;

	asks(req, "PUT", "/v1/things/1");
	sends(req, "{\"name\":\"lamp\"}");
	request_has(req, "if-match", "\"2\"");
	then_problem(req, 412, "precondition-failed");
}

static void
a_broken_if_match_is_400(void **state)
{
	struct request *req = *state;

	asks(req, "PUT", "/v1/things/1");
	sends(req, "{\"name\":\"lamp\"}");
	request_has(req, "if-match", "3");
	then_problem(req, 400, "bad-request");
}

static void
bodies_are_judged_by_the_route(void **state)
{
	struct request *req = *state;

	asks(req, "POST", "/v1/things");
	sends(req, "{\"name\":\"\"}");
	then_problem(req, 422, "invalid");
	sends(req, "{\"name\"");
	then_problem(req, 400, "bad-json");
	sends(req, "");
	then_problem(req, 400, "bad-json");
	sends(req, "{\"name\":\"0123456789012345678901234567890123456789012345678901234567890\"}");
	then_problem(req, 413, "too-large");
	asks(req, "DELETE", "/v1/things/1");
	sends(req, "{}");
	then_problem(req, 422, "invalid");
}

static void
an_answer_that_is_not_wanted_is_406(void **state)
{
	struct request *req = *state;

	asks(req, "GET", "/v1/things/1");
	request_has(req, "accept", "text/html");
	then_problem(req, 406, "not-acceptable");
}

static void
an_unknown_parameter_is_422(void **state)
{
	struct request *req = *state;

	asks(req, "GET", "/v1/things/1");
	req->query = "verbose=1";
	then_problem(req, 422, "invalid");
}

static void
a_handler_that_says_nothing_is_our_fault(void **state)
{
	struct request *req = *state;

	asks(req, "GET", "/v1/silence");
	then_problem(req, 500, "internal");
}

static void
a_job_is_completed_in_its_own_transaction(void **state)
{
	struct request *req = *state;
	const struct job job = { .kind = "thing.tidy", .payload = "{\"name\":\"lamp\"}" };
	struct reply out;

	req->job = &job;
	assert_null(dispatch_job(req, &out));
	assert_string_equal(((struct thing *)req->given)->name, "lamp");
	assert_string_equal(fakes.trail, "begin handler complete commit");
}

static void
a_job_whose_commit_was_lost_is_not_done(void **state)
{
	struct request *req = *state;
	const struct job job = { .kind = "thing.tidy", .payload = "{\"name\":\"lamp\"}" };
	struct reply out;

	fakes.outcomes[0] = DB_UNKNOWN;
	req->job = &job;
	assert_non_null(dispatch_job(req, &out));
}

static void
a_job_of_an_unknown_kind_is_refused(void **state)
{
	struct request *req = *state;
	const struct job job = { .kind = "thing.unknown" };
	struct reply out;

	req->job = &job;
	assert_non_null(dispatch_job(req, &out));
	assert_string_equal(fakes.trail, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_is_one_flush),
		TEST(a_change_is_two_flushes),
		TEST(open_doors_do_not_look_at_tokens),
		TEST(a_session_that_ended_is_told_even_by_a_handler_without_statement),
		TEST(a_session_that_ended_changes_nothing),
		TEST(the_first_refusal_is_the_answer),
		TEST(a_refusal_by_remembered_rights_is_looked_at_again),
		TEST(who_has_signed_out_is_told_that_and_not_what_is_wrong_with_the_body),
		TEST(an_unknown_address_is_404),
		TEST(a_wrong_method_is_405_with_allow),
		TEST(options_tell_what_there_is),
		TEST(a_listed_origin_may_send_credentials),
		TEST(another_origin_may_nothing),
		TEST(any_origin_may_without_credentials),
		TEST(limits_are_told_with_refusals_too),
		TEST(a_version_that_is_had_is_304),
		TEST(an_edit_without_if_match_is_428),
		TEST(an_edit_of_an_older_version_is_412),
		TEST(a_broken_if_match_is_400),
		TEST(bodies_are_judged_by_the_route),
		TEST(an_answer_that_is_not_wanted_is_406),
		TEST(an_unknown_parameter_is_422),
		TEST(a_handler_that_says_nothing_is_our_fault),
		TEST(a_job_is_completed_in_its_own_transaction),
		TEST(a_job_whose_commit_was_lost_is_not_done),
		TEST(a_job_of_an_unknown_kind_is_refused),
	};

	return cmocka_run_group_tests(tests, open_house, NULL);
}
