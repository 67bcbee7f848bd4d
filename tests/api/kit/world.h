/*
 * world.h -- what a test of the API stands in: a running platform, a client, and names for the people and things of the
 * test.  A test reads given, when, then:
 *
 *	given_user(w, "ada");
 *	as(w, "ada");
 *	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
 *	then_status(w, 201);
 *
 * Every name is the test's own (things are made with fresh ids), so nothing is cleaned up and tests may run beside each
 * other.  Two things are checked without being asked for: each answer against the OpenAPI document, and, at the end of
 * each test, that the platform's log has no ERROR line that was not announced by expect_error_line().
 *
 * A failure is reported at the line of the test that made the call.
 */
#ifndef STOA_TESTS_API_KIT_WORLD_H
#define STOA_TESTS_API_KIT_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <libpq-fe.h>

#include "core/base/request.h"
#include "core/base/value.h"

struct json_object;
struct config;

struct place {
	const char *file;
	int line;
};
#define HERE ((struct place){ __FILE__, __LINE__ })

void kit_fail(struct place place, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* What the platform said to the latest call. */
struct answer {
	unsigned status;
	const char *content_type; /* "" without one */
	const struct header *headers;
	size_t header_count;
	struct bytes body;        /* with a NUL behind it */
	struct json_object *json; /* NULL: not JSON */
	double seconds;
};

/* What a test calls "ada", or "ada-laptop". */
struct named {
	const char *name;
	struct uuid id;
	const char *token; /* of people */
	struct named *next;
};

struct world {
	struct arena *arena; /* of the test at hand */
	const struct config *config;
	const char *base;        /* "https://localhost:9443" */
	const char *certificate; /* that it is trusted by */
	CURL *curl;
	PGconn *admin; /* to its database; opened when a test needs it */
	struct named *names;
	const struct named *caller; /* NULL: nobody signed in */
	struct answer answer;
	struct json_object *reference; /* the OpenAPI document */
	const char *log;               /* path; "" when it has none */
	off_t log_size;                /* at the start of the test */
	const char *expected_error;
	struct platform *platform; /* of one's own, see platform.h; NULL: the environment's */
	bool unchecked;            /* answers are not compared with the reference (malformed on purpose) */
};

/*
 * int main(void) { return run_world(tests); }
 * Exits 77 (skipped) unless STOA_TEST_CONFIG names the stoa.conf of a running environment.
 */
#define run_world(tests)   kit_run(tests, sizeof(tests) / sizeof((tests)[0]), #tests, kit_open)
#define api_test(function) cmocka_unit_test_setup_teardown(function, kit_begin, kit_end)
int kit_run(const struct CMUnitTest *tests, size_t count, const char *name, CMFixtureFunction open);
int kit_open(void **state);
int kit_close(void **state);
int kit_begin(void **state);
int kit_end(void **state);
/* The world of a configuration, wherever that came from. */
struct world *world_new(const char *config_path);

/* given: people (see given.c) */
#define given_user(w, name)                 kit_given_user(w, name, HERE)
#define given_operator(w, name, permission) kit_given_operator(w, name, permission, HERE)
#define given_role(w, name, role)           kit_given_role(w, name, role, HERE) /* "admin" */
#define given_session(w, user, session)     kit_given_session(w, user, session, HERE)
/* A session that lives, and a token of it whose time is over. */
#define given_token_expired(w, user, name)  kit_given_token_expired(w, user, name, HERE)
/* A name for a thing that SQL has made. */
#define given_id(w, name, id)               kit_given_id(w, name, id, HERE)
#define given_session_ended(w, user)        kit_given_session_ended(w, user, HERE)
void kit_given_user(struct world *w, const char *name, struct place place);
void kit_given_operator(struct world *w, const char *name, const char *permission, struct place place);
void kit_given_role(struct world *w, const char *name, const char *role, struct place place);
void kit_given_session(struct world *w, const char *user, const char *session, struct place place);
void kit_given_token_expired(struct world *w, const char *user, const char *token, struct place place);
void kit_given_id(struct world *w, const char *name, const char *id, struct place place);
void kit_given_session_ended(struct world *w, const char *user, struct place place);

/* Who makes the calls from here on; NULL: nobody.  `as_token` sends that text, whatever it is. */
#define as(w, name)        kit_as(w, name, HERE)
#define as_token(w, token) kit_as_token(w, token)
void kit_as(struct world *w, const char *name, struct place place);
void kit_as_token(struct world *w, const char *token);

/* Names for things that answers told of. */
#define name_it(w, name) kit_name(w, name, HERE) /* the id of the latest answer */
#define id_of(w, name)   kit_id(w, name, HERE)
void kit_name(struct world *w, const char *name, struct place place);
const char *kit_id(struct world *w, const char *name, struct place place);
struct named *kit_named(struct world *w, const char *name);

/* SQL as the administrator, for what no route can arrange; the first column of the first row, or NULL. */
#define given_sql(w, text) kit_sql(w, text, HERE)
const char *kit_sql(struct world *w, const char *text, struct place place);

/*
 * when: a segment of the path that is a known name stands for its id ("/v1/notes/milk").  `json` may be NULL.
 * Headers are lines ("If-Match: \"1\"").
 */
#define call(w, method, path, json) kit_call(w, method, path, json, (const char *const[]){ NULL }, HERE)
#define call_with(w, method, path, json, ...) \
	kit_call(w, method, path, json, (const char *const[]){ __VA_ARGS__, NULL }, HERE)
void kit_call(struct world *w, enum method method, const char *path, const char *json, const char *const *headers,
    struct place place);

/* then */
#define then_status(w, status)        kit_then_status(w, status, HERE)
#define then_problem(w, status, slug) kit_then_problem(w, status, slug, HERE)
#define then_error(w, pointer)        kit_then_error(w, pointer, HERE) /* the problem's `errors` name it */
#define then_field(w, pointer, text)  kit_then_field(w, pointer, text, HERE)
#define then_no_field(w, pointer)     kit_then_no_field(w, pointer, HERE)
#define then_count(w, pointer, count) kit_then_count(w, pointer, count, HERE)
#define then_header(w, name, value)   kit_then_header(w, name, value, HERE)
#define then_has_header(w, name)      kit_then_has_header(w, name, HERE)
#define then_no_header(w, name)       kit_then_no_header(w, name, HERE)
#define then_within(w, seconds)       kit_then_within(w, seconds, HERE)
#define then_body_contains(w, text)   kit_then_body_contains(w, text, HERE)
void kit_then_status(struct world *w, unsigned status, struct place place);
void kit_then_problem(struct world *w, unsigned status, const char *slug, struct place place);
void kit_then_error(struct world *w, const char *pointer, struct place place);
void kit_then_field(struct world *w, const char *pointer, const char *text, struct place place);
void kit_then_no_field(struct world *w, const char *pointer, struct place place);
void kit_then_count(struct world *w, const char *pointer, size_t count, struct place place);
void kit_then_header(struct world *w, const char *name, const char *value, struct place place);
void kit_then_has_header(struct world *w, const char *name, struct place place);
void kit_then_no_header(struct world *w, const char *name, struct place place);
void kit_then_within(struct world *w, double seconds, struct place place);
void kit_then_body_contains(struct world *w, const char *text, struct place place);
/* NULL: not there. */
const char *answer_header(const struct answer *answer, const char *name);
/* The text of a value by RFC 6901 ("/data/0/id"); numbers and booleans as JSON writes them; NULL: not there. */
const char *answer_field(const struct answer *answer, const char *pointer);
/* A new answer out of what came over the wire, status line and headers included (raw.c); false: not HTTP. */
bool answer_parse(struct world *w, struct bytes wire);

/* Allows one kind of ERROR line in this test: those whose message contains `text`. */
#define expect_error_line(w, text) ((void)((w)->expected_error = (text)))

/* The answer at hand against the OpenAPI document; fails the test with what differs. */
void reference_check(struct world *w, enum method method, const char *path, struct place place);

#endif
