/*
 * client_pair_test.c -- no client without a subscription, no subscription without a client: whoever tries half a pair
 * by hand fails at COMMIT.  As the owner of everything, which may do more than any area.  Skipped unless
 * STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include <stdio.h>

#include "core/base/env.h"
#include "tests/core/owner_kit.h"

static const char *
given_client(void)
{
	const char *id = uuid_text(owner_arena, uuid_new(&env_system));

	owner_run(arena_format(owner_arena, "SELECT client.join('%s', 'DE', 'tv')", id));
	return id;
}

static void
a_client_comes_with_a_month_of_the_plan_that_the_rules_pick(void **state)
{
	const char *id = given_client();

	(void)state;
	assert_string_equal(owner_ask(arena_format(owner_arena,
				"SELECT s.plan || ' ' || s.months || ' ' || s.state FROM client.client c "
				"JOIN subscription.subscription s ON s.client = c.id WHERE c.id = '%s'",
				id)),
	    "premium 1 active");
	assert_string_equal(
	    owner_ask(arena_format(owner_arena, "SELECT count(*) FROM client.leave(ARRAY['%s'::uuid])", id)), "1");
	assert_string_equal(
	    owner_ask(arena_format(owner_arena, "SELECT count(*) FROM client.leave(ARRAY['%s'::uuid])", id)), "0");
}

static void
a_client_alone_fails_at_commit(void **state)
{
	(void)state;
	owner_run("BEGIN");
	owner_run("INSERT INTO client.client (id) VALUES (gen_random_uuid())");
	assert_string_equal(owner_commit_breaks(), "client_has_subscription");
}

static void
a_subscription_alone_fails_at_commit(void **state)
{
	(void)state;
	owner_run("BEGIN");
	owner_run("SELECT subscription.open_for(gen_random_uuid(), NULL, NULL)");
	assert_string_equal(owner_commit_breaks(), "subscription_has_client");
}

static void
removing_half_a_pair_fails_at_commit(void **state)
{
	const char *id = given_client();

	(void)state;
	owner_run("BEGIN");
	owner_run(arena_format(owner_arena, "DELETE FROM client.client WHERE id = '%s'", id));
	assert_string_equal(owner_commit_breaks(), "subscription_has_client");
	owner_run("BEGIN");
	owner_run(arena_format(owner_arena, "DELETE FROM subscription.subscription WHERE client = '%s'", id));
	assert_string_equal(owner_commit_breaks(), "client_has_subscription");
	owner_run("BEGIN");
	owner_run(arena_format(
	    owner_arena, "UPDATE subscription.subscription SET client = gen_random_uuid() WHERE client = '%s'", id));
	assert_string_not_equal(owner_commit_breaks(), "");
	owner_run("BEGIN");
	owner_run(arena_format(owner_arena, "SELECT client.leave(ARRAY['%s'::uuid])", id));
	assert_string_equal(owner_commit_breaks(), "");
}

static void
a_client_has_one_subscription_not_two(void **state)
{
	const char *id = given_client();

	(void)state;
	owner_run("BEGIN");
	owner_is_refused(arena_format(owner_arena, "SELECT subscription.open_for('%s', NULL, NULL)", id),
	    "subscription_client_once");
	owner_is_refused(arena_format(owner_arena, "SELECT client.join('%s', NULL, NULL)", id), "client_pkey");
	owner_run(arena_format(owner_arena, "SELECT client.leave(ARRAY['%s'::uuid])", id));
	assert_string_equal(owner_commit_breaks(), "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_comes_with_a_month_of_the_plan_that_the_rules_pick),
		cmocka_unit_test(a_client_alone_fails_at_commit),
		cmocka_unit_test(a_subscription_alone_fails_at_commit),
		cmocka_unit_test(removing_half_a_pair_fails_at_commit),
		cmocka_unit_test(a_client_has_one_subscription_not_two),
	};

	return owner_tests(tests);
}
