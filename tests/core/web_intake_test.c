/* web_intake_test.c -- FastCGI parameters, honest and otherwise. */
#include "tests/core/web_request.h"

#include "core/metric/notice.h"
#include "core/web/intake.h"

void
notice_request(const struct request *req)
{
	(void)req;
}

#define PLAIN          "REQUEST_METHOD=GET", "REQUEST_URI=/v1/things?a=1", "REMOTE_ADDR=192.0.2.7", "HTTPS=on"
#define TAKE(req, ...) take(req, (const char *const[]){ __VA_ARGS__, NULL })

/* libfcgi's list is not const, although nobody writes there. */
static const struct problem *
take(struct request *req, const char *const *parameters)
{
	return intake(req, (char *const *)(uintptr_t)parameters);
}

static void
a_request_is_taken_apart(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_null(TAKE(
	    req, PLAIN, "STOA_REQUEST_ID=00112233445566778899aabbccddeeff", "HTTP_IF_MATCH=\"3\"", "HTTP_ACCEPT=*/*"));
	assert_int_equal(req->method, GET);
	assert_string_equal(req->path, "/v1/things");
	assert_string_equal(req->query, "a=1");
	assert_string_equal(req->address, "192.0.2.7");
	assert_true(req->secure);
	assert_string_equal(req->id, "00112233445566778899aabbccddeeff");
	assert_string_equal(request_header(req, "if-match"), "\"3\"");
	assert_string_equal(req->trace, "");
	request_free(req);
}

static void
how_long_it_waited_for_a_worker_is_known(void **state)
{
	static const char *const nonsense[] = { "STOA_SENT=", "STOA_SENT=soon", "STOA_SENT=1700000000",
		"STOA_SENT=1700000000.12", "STOA_SENT=1700000000.1x3", "STOA_SENT=-1.000",
		"STOA_SENT=99999999999999999999.000" };
	struct request *req = request_new();

	(void)state;
	req->started = (struct instant){ 1700000002 * SECOND + 500 * MILLISECOND };
	assert_null(TAKE(req, PLAIN, "STOA_SENT=1700000000.250"));
	assert_int_equal(req->waited, 2 * SECOND + 250 * MILLISECOND);
	assert_null(TAKE(req, PLAIN, "STOA_SENT=1700000009.000")); /* another host's clock */
	assert_int_equal(req->waited, 0);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		assert_null(TAKE(req, PLAIN, nonsense[i]));
		assert_int_equal(req->waited, 0);
	}
	request_free(req);
}

static void
without_nginx_it_has_an_id_of_its_own(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_null(TAKE(req, PLAIN, "STOA_REQUEST_ID=../../etc/passwd"));
	assert_int_equal(strlen(req->id), REQUEST_ID_SIZE - 1);
	assert_int_equal(strspn(req->id, "0123456789abcdef"), REQUEST_ID_SIZE - 1);
	request_free(req);
}

static void
head_is_a_get(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_null(TAKE(req, "REQUEST_METHOD=HEAD", "REQUEST_URI=/"));
	assert_int_equal(req->method, GET);
	assert_string_equal(req->method_name, "HEAD");
	request_free(req);
}

static void
headers_that_come_twice_are_refused(void **state)
{
	static const char *const names[] = { "HTTP_AUTHORIZATION=a", "HTTP_IDEMPOTENCY_KEY=a", "HTTP_CONTENT_TYPE=a" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct request *req = request_new();
		const struct problem *p = TAKE(req, PLAIN, names[i], names[i]);

		assert_non_null(p);
		assert_int_equal(problem_status(p->id), 400);
		request_free(req);
	}
}

static void
a_proxy_header_is_not_there(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_null(TAKE(req, PLAIN, "HTTP_PROXY=http://evil.example", "HTTP_TRANSFER_ENCODING=chunked"));
	assert_null(request_header(req, "proxy"));
	assert_null(request_header(req, "transfer-encoding"));
	request_free(req);
}

static void
a_short_body_is_refused(void **state)
{
	static const char *const lengths[] = { "CONTENT_LENGTH=5", "CONTENT_LENGTH=-1", "CONTENT_LENGTH=4x",
		"CONTENT_LENGTH=99999999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct request *req = request_new();

		req->body = (struct bytes){ (const uint8_t *)"abcd", 4 };
		assert_non_null(TAKE(req, PLAIN, lengths[i]));
		request_free(req);
	}
}

static void
a_trace_is_carried_on_as_a_child(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_null(TAKE(req, PLAIN, "HTTP_TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
	assert_memory_equal(req->trace, "00-0af7651916cd43dd8448eb211c80319c-", 36);
	assert_memory_not_equal(req->trace + 36, "b7ad6b7169203331", 16);
	assert_string_equal(req->trace + 52, "-01");
	request_free(req);
}

static void
a_trace_that_is_none_is_left(void **state)
{
	static const char *const traces[] = {
		"HTTP_TRACEPARENT=",
		"HTTP_TRACEPARENT=00-00000000000000000000000000000000-b7ad6b7169203331-01",
		"HTTP_TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
		"HTTP_TRACEPARENT=ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"HTTP_TRACEPARENT=00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
		"HTTP_TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
		"HTTP_TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		struct request *req = request_new();

		assert_null(TAKE(req, PLAIN, traces[i]));
		assert_string_equal(req->trace, "");
		request_free(req);
	}
}

static void
a_trick_in_the_target_is_refused_but_has_its_id(void **state)
{
	struct request *req = request_new();
	const struct problem *p =
	    TAKE(req, "REQUEST_METHOD=GET", "REQUEST_URI=/a%2fb", "STOA_REQUEST_ID=00112233445566778899aabbccddeeff");

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_BAD_REQUEST);
	assert_string_equal(req->id, "00112233445566778899aabbccddeeff");
	assert_string_equal(req->path, "");
	request_free(req);
}

static void
too_many_headers_are_refused(void **state)
{
	struct request *req = request_new();
	const char *parameters[INTAKE_HEADERS_MAX + 4] = { "REQUEST_METHOD=GET", "REQUEST_URI=/" };
	const struct problem *p;

	(void)state;
	for (size_t i = 2; i < INTAKE_HEADERS_MAX + 3; i++)
		parameters[i] = "HTTP_X=1";
	p = take(req, parameters);
	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_HEADERS_TOO_LARGE);
	request_free(req);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_taken_apart),
		cmocka_unit_test(how_long_it_waited_for_a_worker_is_known),
		cmocka_unit_test(without_nginx_it_has_an_id_of_its_own),
		cmocka_unit_test(head_is_a_get),
		cmocka_unit_test(headers_that_come_twice_are_refused),
		cmocka_unit_test(a_proxy_header_is_not_there),
		cmocka_unit_test(a_short_body_is_refused),
		cmocka_unit_test(a_trace_is_carried_on_as_a_child),
		cmocka_unit_test(a_trace_that_is_none_is_left),
		cmocka_unit_test(a_trick_in_the_target_is_refused_but_has_its_id),
		cmocka_unit_test(too_many_headers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
