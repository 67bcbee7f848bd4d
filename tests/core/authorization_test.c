/*
 * authorization_test.c -- roles as schema authorization answers for them.  Everything happens in a transaction that is
 * rolled back.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include <stdio.h>

#include "core/db/database.h"
#include "tests/core/owner_kit.h"

#define ADA     "'019a0000-0000-7000-8000-0000000000a2'::uuid"
#define BOB     "'019a0000-0000-7000-8000-0000000000b2'::uuid"
#define ACCOUNT "'019a0000-0000-7000-8000-0000000000c2'::uuid"
#define OTHER   "'019a0000-0000-7000-8000-0000000000d2'::uuid"
#define SESSION "'019a0000-0000-7000-8000-0000000000e2'::uuid"
#define ROOM    "\"authorization\"."

static int
begin(void **state)
{
	owner_begin(state);
	owner_run("SELECT party.party_add(ARRAY[" ADA ", " BOB "], 'user'),"
		  " party.party_add(ARRAY[" ACCOUNT ", " OTHER "], 'account')");
	owner_run("SELECT session.start(" SESSION ", " ADA ", NULL, NULL, now() + interval '1 h')");
	return 0;
}

static void
a_role_gives_what_it_holds(void **state)
{
	(void)state;
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{}");
	owner_run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read', 'pool.read'])");
	owner_run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read', 'user.read'])");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " ADA "], 't-reader', NULL)");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', NULL)");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{pool.read,user.read,wallet.read}");
	owner_says("SELECT permissions FROM party.standing(" BOB ")", "{}");
	owner_run("SELECT " ROOM "unassign(ARRAY[" ADA "], 't-keeper', NULL)");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{user.read,wallet.read}");
}

static void
a_role_within_an_account_is_not_held_everywhere(void **state)
{
	(void)state;
	owner_run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read'])");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', " ACCOUNT ")");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{}");
	owner_says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{wallet.read}");
	owner_says("SELECT " ROOM "permissions_within(" ADA ", " OTHER ")", "{}");
	owner_run("SELECT " ROOM "unassign(ARRAY[" ADA "], 't-reader', NULL)");
	owner_says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{wallet.read}");
	owner_run("SELECT " ROOM "leave(ARRAY[" ACCOUNT "])");
	owner_says("SELECT " ROOM "permissions_within(" ADA ", " ACCOUNT ")", "{}");
}

static void
an_admin_may_everything_but_erase(void **state)
{
	(void)state;
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{!admin.erase,*}");
	owner_says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'whatever.comes')", "t");
	owner_says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'admin.erase')", "f");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 'super_user', NULL)");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{*}");
	owner_says("SELECT " ROOM "allows(" ROOM "permissions_of(" ADA "), 'admin.erase')", "t");
	owner_says("SELECT " ROOM "allows(" ROOM "permissions_of(" BOB "), 'admin.erase')", "f");
}

static void
who_asks_is_told_by_which_role(void **state)
{
	(void)state;
	owner_run("SELECT " ROOM "role_permit('t-reader', ARRAY['wallet.read'])");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-reader', " ACCOUNT ")");
	owner_says("SELECT string_agg(role, ' ') FROM " ROOM "judge(" ADA ", 'wallet.read', " ACCOUNT ")", "t-reader");
	owner_says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'wallet.read', NULL)", "0");
	owner_says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'wallet.write', " ACCOUNT ")", "0");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	owner_says(
	    "SELECT string_agg(role, ' ') FROM " ROOM "judge(" ADA ", 'wallet.read', " ACCOUNT ")", "admin t-reader");
	owner_says("SELECT count(*) FROM " ROOM "judge(" ADA ", 'admin.erase', NULL)", "0");
}

static void
whatever_changes_rights_raises_the_version_of_those_it_concerns(void **state)
{
	(void)state;
	owner_run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read'])");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "1");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 't-keeper', NULL)");
	owner_run("SELECT " ROOM "assign(ARRAY[" BOB "], 't-keeper', NULL)");
	owner_run("SELECT " ROOM "unassign(ARRAY[" BOB "], 't-keeper', NULL)");
	owner_run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.read'])");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	owner_run("SELECT " ROOM "role_permit('t-keeper', ARRAY['user.write'])");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	owner_run("SELECT " ROOM "leave(ARRAY[" ADA "])");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "4");
}

static void
the_last_super_user_stays_one(void **state)
{
	(void)state;
	owner_run(
	    "DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	owner_is_told("SELECT " ROOM "unassign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)", "ST409");
	owner_run("SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	owner_is_told("SELECT " ROOM "unassign(ARRAY[" ADA "], 'super_user', NULL)", "ST409");
	owner_is_told("SELECT " ROOM "leave(ARRAY[" ADA "])", "ST409");
	owner_run("SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	owner_run("SELECT " ROOM "leave(ARRAY[" BOB "])");
	owner_says("SELECT permissions FROM party.standing(" ADA ")", "{*}");
}

#define USERS(first, second) \
	"INSERT INTO auth.user (id, email, email_canonical) SELECT u, u || '@example.com', u || '@example.com'" \
	"  FROM unnest(ARRAY[" first ", " second "]) AS u"
#define BLOCK(user) "SELECT count(*) FROM auth.block(ARRAY[" user "], 'operator', 'A test.')"

/* Whoever is blocked could not mend anything. */
static void
the_last_super_user_is_not_blocked_and_the_blocked_do_not_count(void **state)
{
	(void)state;
	owner_run(USERS(ADA, BOB));
	owner_run(
	    "DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	owner_is_told("SELECT auth.block(ARRAY[" ADA ", " BOB "], 'operator', 'A test.')", "ST409");
	owner_says(BLOCK(BOB), "1");
	owner_is_told(BLOCK(ADA), "ST409");
	owner_is_told("SELECT " ROOM "unassign(ARRAY[" ADA "], 'super_user', NULL)", "ST409");
	owner_is_told("SELECT auth.user_remove(" ADA ")", "ST409");
	owner_says("SELECT auth.user_remove(" BOB ")", "t");
	owner_is_told(BLOCK(ADA), "ST409");
}

static void
a_service_is_no_super_user_who_could_sign_in(void **state)
{
	(void)state;
	owner_run(USERS(ADA, BOB));
	owner_run("INSERT INTO auth.service (id, name, created_by) VALUES (" OTHER ", 'a test', " ADA ")");
	owner_run(
	    "DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " OTHER "], 'super_user', NULL)");
	owner_is_told(BLOCK(ADA), "ST409");
	owner_run("SELECT " ROOM "assign(ARRAY[" BOB "], 'super_user', NULL)");
	owner_says(BLOCK(ADA), "1");
}

static void
what_is_no_role_is_refused(void **state)
{
	(void)state;
	owner_is_told("SELECT " ROOM "assign(ARRAY[" ADA "], 'nobody', NULL)", "ST422");
	owner_is_told("SELECT " ROOM "assign(ARRAY[" ADA "], 'public_user', NULL)", "ST422");
	owner_is_told("SELECT " ROOM "assign(ARRAY[" ADA "], 'super_user', " ACCOUNT ")", "ST422");
	owner_is_told("SELECT " ROOM "role_permit('admin', ARRAY['a.b'])", "ST409");
	owner_is_told("SELECT " ROOM "role_permit('t-x', ARRAY['everything'])", "23514");
	owner_is_told("SELECT " ROOM "role_permit('t-x', ARRAY['*'])", "23514");
	owner_is_told("SELECT " ROOM "role_permit('No Name', ARRAY['a.b'])", "23514");
}

/* A session that is being started while its party's rights change must not begin with the old ones. */
static void
a_session_being_started_waits_for_the_change(void **state)
{
	PGresult *result;

	(void)state;
	owner_run("COMMIT");
	owner_run("BEGIN");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA "], 'admin', NULL)");
	result = database_script(owner_second(),
	    "SET lock_timeout = '200ms'; SELECT session.start(gen_random_uuid(), " ADA ", NULL, NULL, now() + '1 h')");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	result = database_script(
	    owner_second(), "SELECT session.start(gen_random_uuid(), " BOB ", NULL, NULL, now() + interval '1 h')");
	assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
	PQclear(result);
	owner_run("ROLLBACK");
	owner_run("DELETE FROM session.session WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM party.party WHERE id IN (" ADA ", " BOB ", " ACCOUNT ", " OTHER ")");
	owner_run("BEGIN");
}

/* The last two, each taking the other's role at the same moment. */
static void
the_last_two_super_users_cannot_both_go(void **state)
{
	PGresult *result;

	(void)state;
	owner_run(
	    "DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	owner_run("COMMIT");
	owner_run("BEGIN");
	owner_run("SELECT " ROOM "unassign(ARRAY[" ADA "], 'super_user', NULL)");
	result = database_script(
	    owner_second(), "SET lock_timeout = '200ms'; SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	owner_run("COMMIT");
	result = database_script(owner_second(), "SELECT " ROOM "unassign(ARRAY[" BOB "], 'super_user', NULL)");
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "ST409");
	PQclear(result);
	owner_run("DELETE FROM " ROOM "assignment WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM session.session WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM party.party WHERE id IN (" ADA ", " BOB ", " ACCOUNT ", " OTHER ")");
	owner_run("BEGIN");
}

/* And each blocking the other. */
static void
the_last_two_super_users_cannot_both_be_blocked(void **state)
{
	PGresult *result;

	(void)state;
	owner_run(USERS(ADA, BOB));
	owner_run(
	    "DELETE FROM " ROOM "assignment WHERE role = (SELECT id FROM " ROOM "role WHERE name = 'super_user')");
	owner_run("SELECT " ROOM "assign(ARRAY[" ADA ", " BOB "], 'super_user', NULL)");
	owner_run("COMMIT");
	owner_run("BEGIN");
	owner_run(BLOCK(ADA));
	result = database_script(owner_second(), "SET lock_timeout = '200ms'; " BLOCK(BOB));
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55P03");
	PQclear(result);
	owner_run("COMMIT");
	result = database_script(owner_second(), BLOCK(BOB));
	assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "ST409");
	PQclear(result);
	owner_run("DELETE FROM " ROOM "assignment WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM auth.block WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM auth.user WHERE id IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM session.session WHERE party IN (" ADA ", " BOB ")");
	owner_run("DELETE FROM party.party WHERE id IN (" ADA ", " BOB ", " ACCOUNT ", " OTHER ")");
	owner_run("BEGIN");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

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
		TEST(the_last_super_user_is_not_blocked_and_the_blocked_do_not_count),
		TEST(a_service_is_no_super_user_who_could_sign_in),
		TEST(the_last_two_super_users_cannot_both_be_blocked),
		TEST(what_is_no_role_is_refused),
		TEST(the_last_two_super_users_cannot_both_go),
		TEST(a_session_being_started_waits_for_the_change),
	};

	return owner_tests(tests);
}
