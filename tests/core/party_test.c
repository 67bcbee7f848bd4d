/*
 * party_test.c -- who acts for whom, as schema party answers it.  Everything happens in a
 * transaction that is rolled back.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "handlers/areas.h"

#define ADA     "'019a0000-0000-7000-8000-0000000000a1'::uuid"
#define BOB     "'019a0000-0000-7000-8000-0000000000b1'::uuid"
#define ACCOUNT "'019a0000-0000-7000-8000-0000000000c1'::uuid"
#define COMPANY "'019a0000-0000-7000-8000-0000000000d1'::uuid"
#define SESSION "'019a0000-0000-7000-8000-0000000000e1'::uuid"

static PGconn *owner;

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

static void
is_refused(const char *sql)
{
	FILE *nowhere = fopen("/dev/null", "w");

	run("SAVEPOINT before");
	assert_null(database_ask(owner, sql, NULL, nowhere));
	run("ROLLBACK TO SAVEPOINT before");
	fclose(nowhere);
}

static int
begin(void **state)
{
	(void)state;
	run("BEGIN");
	run("SELECT party.party_add(ARRAY[" ADA ", " BOB "], 'user'), party.party_add(ARRAY[" ACCOUNT "], 'account'),"
	    " party.party_add(ARRAY[" COMPANY "], 'organization')");
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
a_party_acts_for_itself_and_one_step_further(void **state)
{
	(void)state;
	says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA "]", "t");
	run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent'),"
	    " party.member_add(ARRAY[" ACCOUNT "], " COMPANY ", 'customer')");
	says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA ", " ACCOUNT "]", "t");
	says("SELECT party.parties_of(" BOB ") = ARRAY[" BOB "]", "t");
	run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'lead')");
	says("SELECT role FROM party.member WHERE party = " ADA, "lead");
	run("SELECT party.member_remove(ARRAY[" ADA "], " ACCOUNT ")");
	says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA "]", "t");
}

static void
an_agent_of_a_vip_is_served_as_one(void **state)
{
	(void)state;
	run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent')");
	says("SELECT tier FROM party.standing(" ADA ")", "standard");
	run("SELECT party.tier_set(ARRAY[" ACCOUNT "], 'vip')");
	says("SELECT tier FROM party.standing(" ADA ")", "vip");
	says("SELECT tier FROM party.standing(" BOB ")", "standard");
}

static void
whatever_changes_rights_raises_the_version_of_those_it_concerns(void **state)
{
	(void)state;
	run("SELECT session.start(" SESSION ", " ADA ", NULL, NULL, now() + interval '1 h')");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "1");
	run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent')");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	run("SELECT party.tier_set(ARRAY[" ACCOUNT "], 'vip')");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	run("SELECT party.member_add(ARRAY[" BOB "], " ACCOUNT ", 'agent')");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	run("SELECT party.member_remove(ARRAY[" ADA "], " ACCOUNT ")");
	says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "4");
}

static void
what_is_no_party_is_refused(void **state)
{
	(void)state;
	is_refused("SELECT party.party_add(ARRAY[" ADA "], 'user')");
	is_refused("SELECT party.party_add(ARRAY[gen_random_uuid()], 'robot')");
	is_refused("SELECT party.tier_set(ARRAY[" ADA "], 'gold')");
	is_refused("SELECT party.member_add(ARRAY[" ADA "], " ADA ", 'agent')");
	is_refused("SELECT party.member_add(ARRAY[" ADA "], gen_random_uuid(), 'agent')");
	says("SELECT count(*) FROM party.standing(gen_random_uuid())", "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_party_acts_for_itself_and_one_step_further),
		TEST(an_agent_of_a_vip_is_served_as_one),
		TEST(whatever_changes_rights_raises_the_version_of_those_it_concerns),
		TEST(what_is_no_party_is_refused),
	};
	const char *path = getenv("STOA_TEST_CONFIG");
	const struct config *config;
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	config = config_read(arena_new(), &house, path, environ, stderr);
	if (config == NULL || !key_open(config) || (owner = database_open(config, NULL, "party_test", stderr)) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(owner);
	return failed;
}
