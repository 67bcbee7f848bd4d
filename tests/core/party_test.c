/*
 * party_test.c -- who acts for whom, as schema party answers it.  Everything happens in a
 * transaction that is rolled back.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include "tests/core/owner_kit.h"

#define ADA     "'019a0000-0000-7000-8000-0000000000a1'::uuid"
#define BOB     "'019a0000-0000-7000-8000-0000000000b1'::uuid"
#define ACCOUNT "'019a0000-0000-7000-8000-0000000000c1'::uuid"
#define COMPANY "'019a0000-0000-7000-8000-0000000000d1'::uuid"
#define SESSION "'019a0000-0000-7000-8000-0000000000e1'::uuid"

static int
begin(void **state)
{
	owner_begin(state);
	owner_run(
	    "SELECT party.party_add(ARRAY[" ADA ", " BOB "], 'user'), party.party_add(ARRAY[" ACCOUNT "], 'account'),"
	    " party.party_add(ARRAY[" COMPANY "], 'organization')");
	return 0;
}

static void
a_party_acts_for_itself_and_one_step_further(void **state)
{
	(void)state;
	owner_says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA "]", "t");
	owner_run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent'),"
		  " party.member_add(ARRAY[" ACCOUNT "], " COMPANY ", 'customer')");
	owner_says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA ", " ACCOUNT "]", "t");
	owner_says("SELECT party.parties_of(" BOB ") = ARRAY[" BOB "]", "t");
	owner_run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'lead')");
	owner_says("SELECT role FROM party.member WHERE party = " ADA, "lead");
	owner_run("SELECT party.member_remove(ARRAY[" ADA "], " ACCOUNT ")");
	owner_says("SELECT party.parties_of(" ADA ") = ARRAY[" ADA "]", "t");
}

static void
an_agent_of_a_vip_is_served_as_one(void **state)
{
	(void)state;
	owner_run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent')");
	owner_says("SELECT tier FROM party.standing(" ADA ")", "standard");
	owner_run("SELECT party.tier_set(ARRAY[" ACCOUNT "], 'vip')");
	owner_says("SELECT tier FROM party.standing(" ADA ")", "vip");
	owner_says("SELECT tier FROM party.standing(" BOB ")", "standard");
}

static void
whatever_changes_rights_raises_the_version_of_those_it_concerns(void **state)
{
	(void)state;
	owner_run("SELECT session.start(" SESSION ", " ADA ", NULL, NULL, now() + interval '1 h')");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "1");
	owner_run("SELECT party.member_add(ARRAY[" ADA "], " ACCOUNT ", 'agent')");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "2");
	owner_run("SELECT party.tier_set(ARRAY[" ACCOUNT "], 'vip')");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	owner_run("SELECT party.member_add(ARRAY[" BOB "], " ACCOUNT ", 'agent')");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "3");
	owner_run("SELECT party.member_remove(ARRAY[" ADA "], " ACCOUNT ")");
	owner_says("SELECT authz_ver FROM session.standing WHERE id = " SESSION, "4");
}

static void
what_is_no_party_is_refused(void **state)
{
	(void)state;
	owner_is_refused("SELECT party.party_add(ARRAY[" ADA "], 'user')", NULL);
	owner_is_refused("SELECT party.party_add(ARRAY[gen_random_uuid()], 'robot')", NULL);
	owner_is_refused("SELECT party.tier_set(ARRAY[" ADA "], 'gold')", NULL);
	owner_is_refused("SELECT party.member_add(ARRAY[" ADA "], " ADA ", 'agent')", NULL);
	owner_is_refused("SELECT party.member_add(ARRAY[" ADA "], gen_random_uuid(), 'agent')", NULL);
	owner_says("SELECT count(*) FROM party.standing(gen_random_uuid())", "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_party_acts_for_itself_and_one_step_further),
		TEST(an_agent_of_a_vip_is_served_as_one),
		TEST(whatever_changes_rights_raises_the_version_of_those_it_concerns),
		TEST(what_is_no_party_is_refused),
	};

	return owner_tests(tests);
}
