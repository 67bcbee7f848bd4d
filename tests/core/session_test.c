/*
 * session_test.c -- keys, sessions and rights against a real PostgreSQL: the functions that schemas core, party and
 * session publish, and how many flushes a request costs.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test
 * environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/db.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "core/trust/token.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "handlers/areas.h"

static const struct config *config;
static struct request req;
static struct route route = { .method = GET, .path = "/v1/things", .who = USER, .limit = LIMIT_READ };
static struct header headers[1];
static PGconn *owner;
static char party[UUID_TEXT_SIZE], account[UUID_TEXT_SIZE], session[UUID_TEXT_SIZE];

static void
run(const char *sql, const char *a, const char *b)
{
	PGresult *result = database_ask(owner, sql, (const char *const[]){ a, b, NULL }, stderr);

	assert_non_null(result);
	PQclear(result);
}

static void
id(char text[static UUID_TEXT_SIZE])
{
	uuid_print(uuid_new(&env_system), text);
}

static void
request_begin(void)
{
	arena_reset(req.arena);
	req.principal = NULL;
	req.began = env_monotonic(&env_system);
	req.deadline = req.began + 5 * SECOND;
}

static int
begin(void **state)
{
	(void)state;
	req = (struct request){ .arena = arena_new(),
		.env = &env_system,
		.config = config,
		.method = GET,
		.method_name = "GET",
		.route = &route,
		.headers = headers,
		.db = db_new(config, "stoa_ops") };
	request_begin();
	id(party);
	id(account);
	id(session);
	run("SELECT party.party_add(ARRAY[$1::uuid], 'user'), party.party_add(ARRAY[$2::uuid], 'account')", party,
	    account);
	run("SELECT session.start($1::uuid, $2::uuid, 'test', '192.0.2.1', now() + '1 hour')", session, party);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	run("DELETE FROM session.session WHERE id = $1::uuid AND $2::text IS NOT NULL", session, "");
	run("DELETE FROM party.party WHERE id IN ($1::uuid, $2::uuid)", party, account);
	db_free(req.db);
	arena_free(req.arena);
	return 0;
}

static const char *
token(void)
{
	struct token given = { .issued = env_now(&env_system), .authz_ver = 1 };
	const char *text;

	given.expires.micros = given.issued.micros + 600 * SECOND;
	assert_true(uuid_parse(party, &given.subject) && uuid_parse(session, &given.session));
	assert_null(token_sign(&req, &given, &text));
	return arena_format(arena_new(), "Bearer %s", text);
}

/* As dispatch does it; *flushes_r of them, the handler's own included. */
static const struct problem *
get(const char *authorization, uint64_t *flushes_r)
{
	uint64_t before = db_flushes(req.db);
	const struct problem *p;

	request_begin();
	headers[0] = (struct header){ "authorization", authorization };
	req.header_count = 1;
	p = principal_recognise(&req);
	for (int i = 0; p == NULL && i < 3; i++) {
		if ((p = principal_load(&req)) != NULL || (p = principal_admit(&req)) != NULL)
			break;
		principal_check_later(&req);
		p = db_flush(&req);
		if (p == NULL || p->id != PROBLEM_AGAIN)
			break;
		p = NULL;
	}
	*flushes_r = db_flushes(req.db) - before;
	return p;
}

static void
a_warm_request_is_one_flush(void **state)
{
	const char *authorization = token();
	uint64_t flushes;

	(void)state;
	assert_null(get(authorization, &flushes));
	assert_true(flushes <= 2);
	for (int i = 0; i < 10; i++) {
		assert_null(get(authorization, &flushes));
		assert_int_equal(flushes, 1);
	}
	assert_string_equal(req.principal->kind, "user");
	assert_int_equal(req.parties.count, 1);
}

static void
a_change_of_rights_counts_for_the_very_next_request(void **state)
{
	const char *authorization = token();
	uint64_t flushes;

	(void)state;
	assert_null(get(authorization, &flushes));
	run("SELECT \"authorization\".assign(ARRAY[$1::uuid], 'admin', NULL) WHERE $2::text IS NOT NULL", party, "");
	assert_null(get(authorization, &flushes));
	assert_int_equal(flushes, 3); /* the row that says so, the rights, and again */
	assert_true(principal_may(req.principal, "user.read"));
	assert_false(principal_may(req.principal, "admin.erase"));
	run("SELECT party.member_add(ARRAY[$1::uuid], $2::uuid, 'agent')", party, account);
	assert_null(get(authorization, &flushes));
	assert_int_equal(req.parties.count, 2);
	assert_string_equal(req.principal->tier, "standard");
	run("SELECT party.tier_set(ARRAY[$1::uuid], 'vip') WHERE $2::text IS NOT NULL", account, "");
	assert_null(get(authorization, &flushes));
	assert_string_equal(req.principal->tier, "vip");
	run("SELECT party.member_remove(ARRAY[$1::uuid], $2::uuid),"
	    " \"authorization\".unassign(ARRAY[$1::uuid], 'admin', NULL)",
	    party, account);
	assert_null(get(authorization, &flushes));
	assert_int_equal(req.parties.count, 1);
	assert_false(principal_may(req.principal, "user.read"));
	assert_string_equal(req.principal->tier, "standard");
}

static void
an_ended_session_is_over_for_the_very_next_request(void **state)
{
	const char *authorization = token();
	const struct problem *p;
	uint64_t flushes;

	(void)state;
	assert_null(get(authorization, &flushes));
	run("SELECT session.end_party(ARRAY[$1::uuid], 'blocked') WHERE $2::text IS NOT NULL", party, "");
	p = get(authorization, &flushes);
	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_UNAUTHENTICATED);
	assert_int_equal(flushes, 1);
	p = get(authorization, &flushes);
	assert_int_equal(p->id, PROBLEM_UNAUTHENTICATED);
}

static void
an_expired_session_is_over(void **state)
{
	const char *authorization = token();
	uint64_t flushes;

	(void)state;
	assert_null(get(authorization, &flushes));
	run("UPDATE session.session SET created_at = now() - interval '2 h', expires_at = now() - interval '1 s'"
	    " WHERE id = $1::uuid AND $2::text IS NOT NULL",
	    session, "");
	assert_int_equal(get(authorization, &flushes)->id, PROBLEM_UNAUTHENTICATED);
}

static void
an_area_may_look_and_not_touch(void **state)
{
	static const char *const forbidden[] = { "SELECT session.bump(ARRAY[]::uuid[])",
		"SELECT * FROM session.session", "SELECT \"authorization\".assign(ARRAY[]::uuid[], 'admin', NULL)",
		"SELECT * FROM \"authorization\".assignment",
		"SELECT session.start(gen_random_uuid(), gen_random_uuid(), NULL, NULL, now() + interval '1 h')",
		"SELECT private_part FROM core.key" };
	FILE *nowhere = fopen("/dev/null", "w");
	PGconn *area = database_open(config, "stoa_ops", "session_test", stderr);

	(void)state;
	assert_non_null(area);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (database_ask(area, forbidden[i], NULL, nowhere) != NULL)
			fail_msg("an area may do this: %s", forbidden[i]);
	PGresult *none = database_ask(area, "SELECT * FROM session.standing WHERE id = gen_random_uuid()", NULL, stderr);

	assert_non_null(none);
	PQclear(none);
	PQfinish(area);
	fclose(nowhere);
}

/* Workers that find no key at the same moment make one between them. */
static void
all_workers_sign_with_one_key(void **state)
{
	char kids[8][77];
	int ends[8][2], status;

	(void)state;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(pipe(ends[i]), 0);
		if (fork() == 0) {
			req.db = db_new(config, "stoa_ops");
			/* "Bearer " and the header's first 70 characters, which the kid fills to its end. */
			_exit(write(ends[i][1], token(), 77) == 77 ? 0 : 1);
		}
		close(ends[i][1]);
	}
	for (int i = 0; i < 8; i++) {
		assert_int_equal(read(ends[i][0], kids[i], 77), 77);
		close(ends[i][0]);
		wait(&status);
		assert_int_equal(status, 0);
		assert_memory_equal(kids[i], kids[0], 77);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_workers_sign_with_one_key),
		TEST(a_warm_request_is_one_flush),
		TEST(a_change_of_rights_counts_for_the_very_next_request),
		TEST(an_ended_session_is_over_for_the_very_next_request),
		TEST(an_expired_session_is_over),
		TEST(an_area_may_look_and_not_touch),
	};
	const char *path = getenv("STOA_TEST_CONFIG");
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	config = config_read(arena_new(), &house, path, environ, stderr);
	if (config == NULL || !key_open(config) ||
	    (owner = database_open(config, NULL, "session_test", stderr)) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(owner);
	return failed;
}
