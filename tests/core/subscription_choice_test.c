/*
 * subscription_choice_test.c -- every region and device type leads to exactly one plan and one price, whatever
 * operators or anybody else do to the catalogue.  Everything happens in a transaction that is rolled back.  Skipped
 * unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include "tests/core/owner_kit.h"

/* A catalogue of the test's own: a rule of each kind about a region and a device type that nobody else uses. */
static int
begin(void **state)
{
	owner_begin(state);
	owner_run(
	    "INSERT INTO subscription.rule (id, region, device_type, plan)"
	    " VALUES (gen_random_uuid(), 'ZZ', 'toaster', 'premium'), (gen_random_uuid(), 'ZZ', NULL, 'standard'),"
	    " (gen_random_uuid(), NULL, 'toaster', 'basic')");
	owner_run("UPDATE subscription.rule SET plan = 'premium' WHERE region IS NULL AND device_type IS NULL");
	return 0;
}

#define CHOSEN(region, device) "SELECT plan || ' by ' || matched FROM subscription.choose(" region ", " device ")"

static void
the_most_exact_rule_counts(void **state)
{
	(void)state;
	owner_says(CHOSEN("'ZZ'", "'toaster'"), "premium by region_and_device_type");
	owner_says(CHOSEN("'ZZ'", "'kettle'"), "standard by region");
	owner_says(CHOSEN("'YY'", "'toaster'"), "basic by device_type");
	owner_says(CHOSEN("'YY'", "'kettle'"), "premium by default");
	owner_says(CHOSEN("NULL", "'toaster'"), "basic by device_type");
	owner_says(CHOSEN("'ZZ'", "NULL"), "standard by region");
	owner_says(CHOSEN("NULL", "NULL"), "premium by default");
}

static void
how_it_is_written_does_not_matter(void **state)
{
	(void)state;
	owner_says(CHOSEN("' zz '", "'TOASTER'"), "premium by region_and_device_type");
	owner_says(CHOSEN("''", "'   '"), "premium by default");
}

/* Whatever comes, one row: also quotes, other alphabets, and more than any column holds. */
static void
every_region_and_device_type_gets_one_plan_and_one_price(void **state)
{
	(void)state;
	owner_says(
	    "SELECT bool_and((SELECT count(*) FROM subscription.choose(r.v, d.v)) = 1"
	    " AND (SELECT count(*) FROM subscription.choose(r.v, d.v) c"
	    "      CROSS JOIN (VALUES (1), (3), (6)) AS t (months)"
	    "      CROSS JOIN LATERAL subscription.price_of(c.plan, t.months, r.v, d.v)) = 3)"
	    "  FROM (VALUES (NULL), (''), ('DE'), ('ZZ'), ('Ελλάδα'), ('%'), (''';--'), (repeat('x', 100000))) AS r (v)"
	    " CROSS JOIN (VALUES (NULL), (''), ('tv'), ('toaster'), ('電話'), ('_'), (repeat('y', 100000))) AS d (v)",
	    "t");
}

static void
a_price_is_found_by_the_same_order(void **state)
{
	(void)state;
	owner_run("INSERT INTO subscription.price (id, plan, months, region, device_type, amount, currency, exponent)"
		  " VALUES (gen_random_uuid(), 'basic', 1, 'ZZ', 'toaster', 1, 'KWD', 3),"
		  " (gen_random_uuid(), 'basic', 1, 'ZZ', NULL, 2, 'KWD', 3),"
		  " (gen_random_uuid(), 'basic', 1, NULL, 'toaster', 3, 'USD', 2)");
#define PRICE(region, device) \
	"SELECT subscription.decimal_text(amount, exponent) || currency || ' by ' || matched" \
	"  FROM subscription.price_of('basic', 1, " region ", " device ")"
	owner_says(PRICE("'ZZ'", "'toaster'"), "0.001KWD by region_and_device_type");
	owner_says(PRICE("'ZZ'", "'kettle'"), "0.002KWD by region");
	owner_says(PRICE("'YY'", "'toaster'"), "0.03USD by device_type");
	owner_says("SELECT matched FROM subscription.price_of('basic', 1, 'YY', 'kettle')", "default");
	owner_says("SELECT matched FROM subscription.price_of('basic', 3, 'ZZ', 'toaster')", "default");
}

static void
two_rules_or_prices_for_the_same_are_refused(void **state)
{
	(void)state;
	owner_is_refused("INSERT INTO subscription.rule (id, plan) VALUES (gen_random_uuid(), 'basic')", "rule_once");
	owner_is_refused(
	    "INSERT INTO subscription.rule (id, region, plan) VALUES (gen_random_uuid(), 'ZZ', 'basic')", NULL);
	owner_is_refused(
	    "INSERT INTO subscription.rule (id, region, plan) VALUES (gen_random_uuid(), 'zz', 'basic')", NULL);
	owner_is_refused("INSERT INTO subscription.price (id, plan, months, amount, currency, exponent)"
			 " VALUES (gen_random_uuid(), 'basic', 1, 5, 'USD', 2)",
	    NULL);
	owner_is_refused("INSERT INTO subscription.price (id, plan, months, region, amount, currency, exponent)"
			 " VALUES (gen_random_uuid(), 'basic', 2, 'ZZ', 5, 'USD', 2)",
	    NULL);
}

static void
a_price_has_the_decimals_of_a_currency_that_wallets_know(void **state)
{
	(void)state;
	owner_says(
	    "SELECT count(*) FROM subscription.price p WHERE p.exponent IS DISTINCT FROM wallet.exponent(p.currency)",
	    "0");
	owner_is_refused("UPDATE subscription.price SET exponent = 3 WHERE currency = 'USD'", NULL);
	owner_is_refused("UPDATE subscription.price SET currency = 'QQQ' WHERE currency = 'USD'", NULL);
}

static void
what_would_leave_somebody_without_a_plan_is_refused(void **state)
{
	(void)state;
	owner_is_refused("DELETE FROM subscription.rule WHERE region IS NULL AND device_type IS NULL", NULL);
	owner_is_refused(
	    "UPDATE subscription.rule SET region = 'XX' WHERE region IS NULL AND device_type IS NULL", NULL);
	owner_is_refused("UPDATE subscription.plan SET open = false WHERE code = 'premium'", NULL);
	owner_is_refused(
	    "DELETE FROM subscription.price WHERE plan = 'basic' AND region IS NULL AND device_type IS NULL", NULL);
	owner_is_refused(
	    "UPDATE subscription.price SET months = 3 WHERE plan = 'basic' AND region IS NULL AND months = 1", NULL);
	owner_is_refused("DELETE FROM subscription.plan WHERE code = 'basic'", NULL);
	owner_is_refused("TRUNCATE subscription.rule", NULL);
	owner_is_refused("TRUNCATE subscription.price", NULL);
	owner_run("INSERT INTO subscription.plan (code, name) VALUES ('bare', 'Bare')");
	owner_is_refused("UPDATE subscription.plan SET open = true WHERE code = 'bare'", NULL);
	owner_is_refused("UPDATE subscription.rule SET plan = 'bare' WHERE region = 'ZZ'", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_most_exact_rule_counts),
		TEST(how_it_is_written_does_not_matter),
		TEST(every_region_and_device_type_gets_one_plan_and_one_price),
		TEST(a_price_is_found_by_the_same_order),
		TEST(two_rules_or_prices_for_the_same_are_refused),
		TEST(a_price_has_the_decimals_of_a_currency_that_wallets_know),
		TEST(what_would_leave_somebody_without_a_plan_is_refused),
	};

	return owner_tests(tests);
}
