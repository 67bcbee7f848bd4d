/*
 * input_test.c -- what nobody should send.  Each is refused with a problem that says what was wrong: never a 500, never
 * HTML, never a worker's death, and never understood in two ways by nginx and by us.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/raw.h"
#include "tests/api/kit/world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define JSON_TYPE    "Content-Type: application/json\r\n"

/* Refused by us or by nginx, in our words. */
static void
then_refused(struct world *w, const char *what)
{
	if (w->answer.status < 400 || w->answer.status >= 500)
		fail_msg("%s: answered %u", what, w->answer.status);
	if (strstr(w->answer.content_type, "application/problem+json") == NULL)
		fail_msg("%s: answered as %s", what, w->answer.content_type);
	if (answer_field(&w->answer, "/type") == NULL)
		fail_msg("%s: no type in %s", what, (const char *)w->answer.body.data);
}

static void
given_caller(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
}

/* A POST by hand; `lines` end with \r\n each. */
static void
post_raw(struct world *w, const char *path, const char *lines, const char *body, size_t length)
{
	struct buffer text;

	buffer_init(&text, w->arena);
	buffer_format(&text, "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", path);
	if (w->caller != NULL)
		buffer_format(&text, "Authorization: Bearer %s\r\n", w->caller->token);
	buffer_format(&text, "%s\r\n", lines);
	buffer_add(&text, body, length);
	send_raw_bytes(w, text.data, text.length);
}

static void
tricks_with_the_path_are_refused(void **state)
{
	static const char *const targets[] = {
		"/v1/notes%2f0190b5a0-0000-7000-8000-000000000000", /* an encoded slash is not a slash */
		"/v1/notes/%00",
		"/v1/notes/a%0d%0aX-Injected:%20yes", /* must not become a header */
		"/v1/notes/a%0aX-Injected:%20yes",
		"/v1/notes/%c0%af",       /* overlong '/' */
		"/v1/notes/%c0%ae%c0%ae", /* overlong '..' */
		"/v1/notes/%ed%a0%80",    /* a surrogate */
		"/v1/notes/%f5%80%80%80",
		"/v1/notes/%ff",
		"/v1/notes/%",
		"/v1/notes/%4",
		"/v1/notes/%zz",
		"/v1//notes",
		"//v1/notes",
		"/v1/notes/",
		"/v1/./notes",
		"/v1/notes/../notes",
		"/v1/notes/%2e%2e/notes",
		"/v1/notes/..%2fnotes",
		"/v1/notes\\..\\",
		"/v1/notes/%5c..%5c",
		"/v1/notes/%7f",
		"/V1/NOTES",
		"/../../etc/passwd",
		"/v1/notes/..;/health",
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(targets); i++) {
		get_raw(w, targets[i], "");
		then_refused(w, targets[i]);
		then_no_header(w, "x-injected");
	}
}

static void
percent_signs_are_decoded_once(void **state)
{
	struct world *w = *state;

	/* %252e is the text "%2e", which is no area's name, and not a dot. */
	get_raw(w, "/health/%252e%252e", "");
	then_refused(w, "/health/%252e%252e");
	get_raw(w, "/health/%6f%70%73", "");
	then_status(w, 200);
	then_field(w, "/area", "ops");
}

static void
headers_that_came_twice_are_refused(void **state)
{
	struct world *w = *state;
	char *authorization;

	given_caller(w);
	authorization =
	    arena_format(w->arena, "Authorization: Bearer %s\r\nAuthorization: Bearer x\r\n", w->caller->token);
	get_raw(w, "/v1/notes", authorization);
	then_refused(w, "two Authorizations");
	post_raw(w, "/v1/notes", JSON_TYPE "Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 12\r\n",
	    "{\"text\":\"a\"}", 12);
	then_refused(w, "two Idempotency-Keys");
	post_raw(
	    w, "/v1/notes", JSON_TYPE "Content-Type: text/plain\r\nContent-Length: 12\r\n", "{\"text\":\"a\"}", 12);
	then_refused(w, "two Content-Types");
	post_raw(w, "/v1/notes", JSON_TYPE "Content-Length: 12\r\nContent-Length: 5\r\n", "{\"text\":\"a\"}", 12);
	then_refused(w, "two Content-Lengths");
	post_raw(w, "/v1/notes", JSON_TYPE "Content-Length: 12\r\nTransfer-Encoding: chunked\r\n",
	    "0\r\n\r\nGET /health HTTP/1.1\r\n\r\n", 26);
	then_refused(w, "both lengths: a smuggled request");
}

static void
a_body_in_chunks_arrives_whole(void **state)
{
	struct world *w = *state;
	static const char body[] = "5\r\n{\"tex\r\n7\r\nt\":\"a\"}\r\n0\r\n\r\n";

	given_caller(w);
	post_raw(w, "/v1/notes", JSON_TYPE "Transfer-Encoding: chunked\r\n", body, sizeof(body) - 1);
	then_status(w, 201);
}

static void
json_that_is_none_is_refused(void **state)
{
	static const char *const bodies[] = {
		"{",
		"",
		" ",
		"{\"text\":\"a\",}",
		"{\"text\":\"a\" \"b\":1}",
		"{'text':'a'}",
		"{text:\"a\"}",
		"{\"text\":\"a\"}x",
		"{\"text\":\"a\"}{}",
		"{\"text\":NaN}",
		"{\"text\":Infinity}",
		"{\"text\":01}",
		"{\"text\":1.}",
		"{\"text\":+1}",
		"{\"text\":\"\t\"}",      /* a raw control character */
		"{\"text\":\"\\u0000\"}", /* PostgreSQL cannot keep it */
		"{\"text\":\"\\ud800\"}", /* half a surrogate pair */
		"{\"text\":\"\\x41\"}",
		"{\"text\":\"\xff\"}",
		"{\"text\":\"\xc0\xaf\"}",
		"{\"text\":\"\xed\xa0\x80\"}",
		"\xef\xbb\xbf{\"text\":\"a\"}",    /* a byte order mark */
		"{\"text\":\"a\",\"text\":\"b\"}", /* whose note would it be? */
		"{\"text\":\"a\",\"\\u0074ext\":\"b\"}",
		"/* a */{\"text\":\"a\"}",
		"nul",
		"tru",
		"\"text",
		"[1,]",
	};
	struct world *w = *state;

	given_caller(w);
	w->unchecked = true;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		call(w, POST, "/v1/notes", bodies[i]);
		if (w->answer.status != 400)
			fail_msg("%s: answered %u %s", bodies[i], w->answer.status, (const char *)w->answer.body.data);
		then_refused(w, bodies[i]);
	}
}

static void
json_that_is_too_deep_is_refused(void **state)
{
	struct world *w = *state;
	char *deep = arena_alloc(w->arena, 60001);

	given_caller(w);
	memset(deep, '[', 60000);
	call(w, POST, "/v1/notes", deep);
	then_problem(w, 400, "bad-json");
}

static void
json_of_another_shape_names_the_field(void **state)
{
	static const struct {
		const char *body, *pointer;
	} bodies[] = {
		{ "{}", "/text" },
		{ "{\"text\":null}", "/text" },
		{ "{\"text\":1}", "/text" },
		{ "{\"text\":true}", "/text" },
		{ "{\"text\":[]}", "/text" },
		{ "{\"text\":{}}", "/text" },
		{ "{\"text\":\"\"}", "/text" },
		{ "{\"text\":\"a\",\"unknown\":1}", "/unknown" },
		{ "{\"text\":\"a\",\"a/b~c\":1}", "/a~1b~0c" },
		{ "{\"Text\":\"a\"}", "/Text" },
	};
	struct world *w = *state;

	given_caller(w);
	for (size_t i = 0; i < COUNT(bodies); i++) {
		call(w, POST, "/v1/notes", bodies[i].body);
		then_problem(w, 422, "invalid");
		then_error(w, bodies[i].pointer);
	}
	for (const char *const *other = (const char *const[]){ "[]", "null", "1", "\"text\"", "true", NULL };
	     *other != NULL; other++) {
		call(w, POST, "/v1/notes", *other);
		then_problem(w, 422, "invalid");
	}
}

static void
lengths_count_characters(void **state)
{
	struct world *w = *state;
	struct buffer text;

	given_caller(w);
	buffer_init(&text, w->arena);
	buffer_text(&text, "{\"text\":\"");
	for (int i = 0; i < 2000; i++)
		buffer_text(&text, "\xf0\x9f\x8d\x8e");
	buffer_text(&text, "\"}");
	call(w, POST, "/v1/notes", text.data);
	then_status(w, 201);
	text.length -= 2;
	buffer_text(&text, "x\"}");
	call(w, POST, "/v1/notes", text.data);
	then_problem(w, 422, "invalid");
	then_error(w, "/text");
}

static void
a_body_that_is_too_large_is_refused(void **state)
{
	struct world *w = *state;
	char *large = arena_alloc(w->arena, 200001);

	given_caller(w);
	memset(large, 'a', 200000);
	call(w, POST, "/v1/notes", arena_format(w->arena, "{\"text\":\"%s\"}", large));
	then_problem(w, 413, "too-large");
	post_raw(w, "/v1/notes", JSON_TYPE "Content-Length: 99999999999\r\n", "", 0);
	then_refused(w, "a length that is never sent");
}

static void
another_media_type_is_refused(void **state)
{
	static const char *const types[] = { "text/plain", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/xml", "application/jsonp", "json", "" };
	struct world *w = *state;

	given_caller(w);
	for (size_t i = 0; i < COUNT(types); i++) {
		const char *lines = arena_format(w->arena, "Content-Type: %s\r\nContent-Length: 12\r\n", types[i]);

		post_raw(w, "/v1/notes", lines, "{\"text\":\"a\"}", 12);
		then_problem(w, 415, "unsupported-media-type");
	}
	post_raw(w, "/v1/notes", "Content-Type: application/json; charset=utf-8\r\nContent-Length: 12\r\n",
	    "{\"text\":\"a\"}", 12);
	then_status(w, 201);
}

static void
another_method_is_told_which_there_are(void **state)
{
	struct world *w = *state;

	given_caller(w);
	call(w, DELETE, "/v1/notes", NULL);
	then_problem(w, 405, "method-not-allowed");
	then_has_header(w, "allow");
	assert_non_null(strstr(answer_header(&w->answer, "allow"), "POST"));
	send_raw(w, "TRACE /v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	then_refused(w, "TRACE");
	send_raw(w, "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	then_refused(w, "CONNECT");
	send_raw(w, "BREW /v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	then_refused(w, "BREW");
	send_raw(w, "get /v1/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	then_refused(w, "get");
}

static void
what_is_not_http_is_refused(void **state)
{
	static const char *const requests[] = {
		"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", /* no Host */
		"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
		"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
		"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"nonsense\r\n\r\n",
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(requests); i++) {
		send_raw(w, requests[i]);
		if (w->answer.status != 0) /* nginx may close without a word */
			then_refused(w, requests[i]);
	}
}

static void
headers_that_are_too_large_are_refused(void **state)
{
	struct world *w = *state;
	char *large = arena_alloc(w->arena, 40001);

	memset(large, 'a', 40000);
	get_raw(w, "/health", arena_format(w->arena, "X-Large: %s\r\n", large));
	then_refused(w, "a header of 40 kB");
	get_raw(w, arena_format(w->arena, "/health?%s", large), "");
	then_refused(w, "a target of 40 kB");
	large[6000] = '\0';
	get_raw(w, arena_format(w->arena, "/health?%s", large), "");
	then_refused(w, "a target of 6 kB");
	get_raw(w, "/v1/notes", arena_format(w->arena, "Authorization: Bearer %s\r\n", large));
	then_problem(w, 401, "unauthenticated");
}

static void
unknown_query_parameters_are_named(void **state)
{
	struct world *w = *state;

	given_caller(w);
	call(w, GET, "/v1/notes?colour=blue", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?colour");
	call(w, GET, "/v1/notes?limit=1&limit=2", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/sample/big?bytes=ten", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?bytes");
	call(w, GET, "/v1/sample/big", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/notes?limit=%zz", NULL);
	then_refused(w, "a broken escape in the query");
	call(w, GET, "/v1/notes?limit=%00", NULL);
	then_refused(w, "a NUL in the query");
}

static void
a_proxy_header_does_not_become_a_proxy(void **state)
{
	struct world *w = *state;

	/* httpoxy: were it passed on, every library that reads HTTP_PROXY would send its calls there. */
	call_with(w, GET, "/v1/sample/header?name=proxy", NULL, "Proxy: http://203.0.113.1:3128");
	then_status(w, 200);
	then_field(w, "/count", "0");
	call_with(w, GET, "/v1/sample/header?name=x-other", NULL, "X-Other: four");
	then_field(w, "/count", "4");
}

static void
a_forged_address_is_not_believed(void **state)
{
	struct world *w = *state;

	/* /metrics is for this machine; another address in the header must neither open nor close it. */
	get_raw(
	    w, "/metrics", "X-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\n");
	then_status(w, 200);
}

/* What nginx would have passed, for a pool that is asked without it. */
#define PARAMETERS(method, length) \
	{ \
		"REQUEST_METHOD", method, "REQUEST_URI", "/v1/sample/count", "CONTENT_TYPE", "application/json", \
		    "CONTENT_LENGTH", length, "REMOTE_ADDR", "127.0.0.1", "HTTPS", "on", "STOA_REQUEST_ID", \
		    "0123456789abcdef0123456789abcdef", "HTTP_HOST", "localhost", NULL \
	}

static void
a_body_shorter_than_announced_is_refused(void **state)
{
	static const char *const parameters[] = PARAMETERS("POST", "40");
	static const char body[] = "{\"text\":\"abc\"}";
	struct world *w = *state;

	fastcgi_call(w, (&(struct fastcgi_ask){ pool_socket(w, "sample"), parameters, body, sizeof(body) - 1 }));
	then_problem(w, 400, "bad-request");
}

static void
a_body_as_announced_is_taken(void **state)
{
	static const char *const parameters[] = PARAMETERS("POST", "14");
	static const char body[] = "{\"text\":\"abc\"}";
	struct world *w = *state;

	fastcgi_call(w, (&(struct fastcgi_ask){ pool_socket(w, "sample"), parameters, body, sizeof(body) - 1 }));
	then_status(w, 200);
	then_field(w, "/count", "3");
}

static void
lengths_that_are_none_are_refused(void **state)
{
	static const char *const lengths[] = { "-1", "abc", "1e3", "18446744073709551616", "0x10", " 5" };
	static const char body[] = "{\"text\":\"abc\"}";
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		const char *const parameters[] = PARAMETERS("POST", lengths[i]);

		fastcgi_call(
		    w, (&(struct fastcgi_ask){ pool_socket(w, "sample"), parameters, body, sizeof(body) - 1 }));
		then_refused(w, lengths[i]);
	}
}

/* Whoever reaches the socket may kill a worker; the pool must not notice for long. */
static void
broken_records_harm_nobody_else(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} records[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 18 },
		{ "\1\4\0\1\0\4\0\0\377\377\377\377", 12 }, /* PARAMS before BEGIN */
		{ "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\4\0\0\377\377\377\377",
		    28 }, /* a length past its record */
		{ "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\5\0\0\200\0\0\0\1", 29 },
		{ "\1\1\0\1\0\10\0\0\0\7\0\0\0\0\0\0", 16 }, /* a role that nobody has */
		{ "\377\377\377\377\377\377\377\377", 8 },
		{ "\1", 1 },
	};
	struct world *w = *state;

	expect_error_line(w, "");
	for (size_t i = 0; i < COUNT(records); i++) {
		fastcgi_send_bytes(w, pool_socket(w, "sample"), records[i].bytes, records[i].length);
		call(w, GET, "/v1/sample/still", NULL);
		then_status(w, 200);
		then_within(w, 2.5);
	}
}

static void
plain_http_is_sent_to_https(void **state)
{
	struct world *w = *state;
	const char *base = w->base;

	w->unchecked = true;
	w->base = arena_format(w->arena, "http://localhost:%d", w->platform->http_port);
	call(w, GET, "/health?a=b", NULL);
	w->base = base;
	then_status(w, 308);
	then_header(w, "location", arena_format(w->arena, "%s/health?a=b", base));
}

static const struct CMUnitTest input_tests[] = {
	api_test(tricks_with_the_path_are_refused),
	api_test(percent_signs_are_decoded_once),
	api_test(headers_that_came_twice_are_refused),
	api_test(a_body_in_chunks_arrives_whole),
	api_test(json_that_is_none_is_refused),
	api_test(json_that_is_too_deep_is_refused),
	api_test(json_of_another_shape_names_the_field),
	api_test(lengths_count_characters),
	api_test(a_body_that_is_too_large_is_refused),
	api_test(another_media_type_is_refused),
	api_test(another_method_is_told_which_there_are),
	api_test(what_is_not_http_is_refused),
	api_test(headers_that_are_too_large_are_refused),
	api_test(unknown_query_parameters_are_named),
	api_test(a_proxy_header_does_not_become_a_proxy),
	api_test(a_forged_address_is_not_believed),
	api_test(a_body_shorter_than_announced_is_refused),
	api_test(a_body_as_announced_is_taken),
	api_test(lengths_that_are_none_are_refused),
	api_test(broken_records_harm_nobody_else),
	api_test(plain_http_is_sent_to_https),
};

int
main(void)
{
	return kit_run(input_tests, COUNT(input_tests), "input_tests", platform_open);
}
