/*
 * authorization_test.c -- roles as schema authorization answers for them.  Everything happens in a transaction that is
 * rolled back.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "handlers/areas.h"

#define ADA     "'019a0000-0000-7000-8000-0000000000a2'::uuid"
#define BOB     "'019a0000-0000-7000-8000-0000000000b2'::uuid"
#define ACCOUNT "'019a0000-0000-7000-8000-0000000000c2'::uuid"
#define OTHER   "'019a0000-0000-7000-8000-0000000000d2'::uuid"
#define SESSION "'019a0000-0000-7000-8000-0000000000e2'::uuid"
#define ROOM    "\"authorization\"."

static PGconn *owner, *second;

/* The first value of the answer. */
static void
says(const char *sql, const char *wanted)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);

	assert_non_null(result);
	assert_int_equal(PQntuples(result), 1);
	assert_string_equal(PQgetvalue(result, 0, 0), wanted);
	PQclear(result);
}

static void
run(const char *sql)
{
	PGresult *result = database_ask(owner, sql, NULL, stderr);

	assert_non_null(result);
	PQclear(result);
}

/* With the SQLSTATE by which a request is told why. */
static void
is_refused(const char *sql, const char *state)
{
	PGresult *result;

	run("SAVEPOINT before");
	result = database_script(owner, sql);
	assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), state);
	PQclear(result);
	run("ROLLBACK TO SAVEPOINT before");
}

static int
begin(void **state)
{
	(void)state;
	run("BEGIN");
	run("SELECT party.party_add(ARRAY[" ADA ", " BOB "], 'user'),"
	    " party.party_add(ARRAY[" ACCOUNT ", " OTHER "], 'account')");
	run("SELECT session.start(" SESSION ", " ADA ", NULL, NULL, now() + interval '1 h')");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	run("ROLLBACK");
	return 0;
}

static void
a_role_gives_what_it_holds(void **state)
{
	(void)state;
	says("SELECT permissions FROM party.standing(" ADA ")", "{}");
	run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read', 'pool.read'])");
	run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read', 'user.read'])");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	run("SELECT " ROOM "assign(ARRAY[" ADA ", " ADA "], 't-reader', NULL)");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', NULL)");
	says("SELECT permissions FROM party.standing(" ADA ")", "{pool.read,user.read,wallet.read}");
	says("SELECT permissions FROM party.standing(" BOB ")", "{}");
	run("SELECT " ROOM "unassign(ARRAY[" ADA "], 't-keeper', NULL)");
	says("SELECT permissions FROM party.standing(" ADA ")", "{user.read,wallet.read}");
}

static void
a_role_within_an_account_is_not_held_everywhere(void **state)
{
	(void)state;
	run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read'])");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', " ACCOUNT ")");
	says("SELECT permissions FROM party.standing(" ADA ")", "{}");
	says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{wallet.read}");
	says("SELECT " ROOM "permissions_within(" ADA ", " OTHER ")", "{}");
	run("SELECT " ROOM "unassign(ARRAY[" ADA "], 't-reader', NULL)");
	says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{wallet.read}");
	run("SELECT " ROOM "leave(ARRAY[" ACCOUNT "])");
	says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{}");
}

static void
an_admin_may_everything_but_erase(void **state)
{
	(void)state;
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	says("SELECT permissions FROM party.standing(" ADA ")", "{!admin.erase,*}");
	says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'whatever.comes')", "t");
	says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'admin.erase')", "f");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 'super_user', NULL)");
	says("SELECT permissions FROM party.standing(" ADA ")", "{*}");
	says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'admin.erase')", "t");
	says("SELECT " ROOM "allows(" ROOM "permissions_of(" BOB "), 'admin.erase')", "f");
}

static void
who_asks_is_told_by_which_role(void **state)
{
	(void)state;
	run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read'])");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', " ACCOUNT ")");
	says("SELECT string_agg(role, ' ') FROM " ROOM "judge(" ADA ", 'wallet.read', " ACCOUNT ")", "t-reader");
	says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'wallet.read', NULL)", "0");
	says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'wallet.write', " ACCOUNT ")", "0");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	says("SELECT string_agg(role, ' ') FROM " ROOM "judge(" ADA ", 'wallet.read', " ACCOUNT ")", "admin t-reader");
	says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'admin.erase', NULL)", "0");
}

static void
whatever_changes_rights_raises_the_version_of_those_it_concerns(void **state)
{
	(void)state;
	run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read'])");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "1");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	run("SELECT " ROOM "assign(ARRAY[" BOB "], 't-keeper', NULL)");
	run("SELECT " ROOM "unassign(ARRAY[" BOB "], 't-keeper', NULL)");
	run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read'])");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.write'])");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	run("SELECT " ROOM "leave(ARRAY[" ADA "])");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "4");
}

static void
the_last_super_user_stays_one(void **state)
{
	(void)state;
	run("DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	is_refused("SELECT " ROOM "unassign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)", "ST409");
	run("SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	is_refused("SELECT " ROOM "unassign(ARRAY[" ADA "], 'super_user', NULL)", "ST409");
	is_refused("SELECT " ROOM "leave(ARRAY[" ADA "])", "ST409");
	run("SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	run("SELECT " ROOM "leave(ARRAY[" BOB "])");
	says("SELECT permissions FROM party.standing(" ADA ")", "{*}");
}

static void
what_is_no_role_is_refused(void **state)
{
	(void)state;
	is_refused("SELECT " ROOM "assign(ARRAY[" ADA "], 'nobody', NULL)", "ST422");
	is_refused("SELECT " ROOM "assign(ARRAY[" ADA "], 'public_user', NULL)", "ST422");
	is_refused("SELECT " ROOM "assign(ARRAY[" ADA "], 'super_user', " ACCOUNT ")", "ST422");
	is_refused("SELECT " ROOM "role_permit('admin', ARRAY['a.b'])", "ST409");
	is_refused("SELECT " ROOM "role_permit('t-x', ARRAY['everything'])", "23514");
	is_refused("SELECT " ROOM "role_permit('t-x', ARRAY['*'])", "23514");
	is_refused("SELECT " ROOM "role_permit('No Name', ARRAY['a.b'])", "23514");
}

/* A session that is being started while its party's rights change must not begin with the old ones. */
static void
a_session_being_started_waits_for_the_change(void **state)
{
	PGresult *result;

	(void)state;
	run("COMMIT");
	run("BEGIN");
	run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	result = database_script(second,
	    "SET lock_timeout = '200ms'; SELECT session.start(gen_random_uuid(), " ADA ", NULL, NULL, now() + '1 h')");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	result = database_script(
	    second, "SELECT session.start(gen_random_uuid(), " BOB ", NULL, NULL, now() + interval '1 h')");
	assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
	PQclear(result);
	run("ROLLBACK");
	run("DELETE FROM session.session WHERE party IN (" ADA ", " BOB ")");
	run("DELETE FROM party.party WHERE id IN (" ADA ", " BOB ", " ACCOUNT ", " OTHER ")");
	run("BEGIN");
}

/* The last two, each taking the other's role at the same moment. */
static void
the_last_two_super_users_cannot_both_go(void **state)
{
	PGresult *result;

	(void)state;
	run("DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	run("COMMIT");
	run("BEGIN");
	run("SELECT " ROOM "unassign(ARRAY[" ADA "], 'super_user', NULL)");
	result = database_script(
	    second, "SET lock_timeout = '200ms'; SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	run("COMMIT");
	result = database_script(second, "SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "ST409");
	PQclear(result);
	run("DELETE FROM " ROOM "assignment WHERE party IN (" ADA ", " BOB ")");
	run("DELETE FROM session.session WHERE party IN (" ADA ", " BOB ")");
	run("DELETE FROM party.party WHERE id IN (" ADA ", " BOB ", " ACCOUNT ", " OTHER ")");
	run("BEGIN");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_role_gives_what_it_holds),
		TEST(a_role_within_an_account_is_not_held_everywhere),
		TEST(an_admin_may_everything_but_erase),
		TEST(who_asks_is_told_by_which_role),
		TEST(whatever_changes_rights_raises_the_version_of_those_it_concerns),
		TEST(the_last_super_user_stays_one),
		TEST(what_is_no_role_is_refused),
		TEST(the_last_two_super_users_cannot_both_go),
		TEST(a_session_being_started_waits_for_the_change),
	};
	const char *path = getenv("STOA_TEST_CONFIG");
	const struct config *config;
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	config = config_read(arena_new(), &house, path, environ, stderr);
	if (config == NULL || !key_open(config))
		return 1;
	owner = database_open(config, NULL, "authorization_test", stderr);
	second = database_open(config, NULL, "authorization_test", stderr);
	if (owner == NULL || second == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(owner);
	PQfinish(second);
	return failed;
}
