/*
 * subscription_choice_test.c -- every region and device type leads to exactly one plan and one price, whatever operators
 * or anybody else do to the catalogue.  Everything happens in a transaction that is rolled back.  Skipped unless
 * STOA_TEST_CONFIG names the stoa.conf of a test environment.
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

static PGconn *owner;

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

/* A catalogue of the test's own: a rule of each kind about a region and a device type that nobody else uses. */
static int
begin(void **state)
{
	(void)state;
	run("BEGIN");
	run("INSERT INTO subscription.rule (id, region, device_type, plan)"
	    " VALUES (gen_random_uuid(), 'ZZ', 'toaster', 'premium'), (gen_random_uuid(), 'ZZ', NULL, 'standard'),"
	    " (gen_random_uuid(), NULL, 'toaster', 'basic')");
	run("UPDATE subscription.rule SET plan = 'premium' WHERE region IS NULL AND device_type IS NULL");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	run("ROLLBACK");
	return 0;
}

#define CHOSEN(region, device) "SELECT plan || ' by ' || matched FROM subscription.choose(" region ", " device ")"

static void
the_most_exact_rule_counts(void **state)
{
	(void)state;
	says(CHOSEN("'ZZ'", "'toaster'"), "premium by region_and_device_type");
	says(CHOSEN("'ZZ'", "'kettle'"), "standard by region");
	says(CHOSEN("'YY'", "'toaster'"), "basic by device_type");
	says(CHOSEN("'YY'", "'kettle'"), "premium by default");
	says(CHOSEN("NULL", "'toaster'"), "basic by device_type");
	says(CHOSEN("'ZZ'", "NULL"), "standard by region");
	says(CHOSEN("NULL", "NULL"), "premium by default");
}

static void
how_it_is_written_does_not_matter(void **state)
{
	(void)state;
	says(CHOSEN("' zz '", "'TOASTER'"), "premium by region_and_device_type");
	says(CHOSEN("''", "'   '"), "premium by default");
}

/* Whatever comes, one row: also quotes, other alphabets, and more than any column holds. */
static void
every_region_and_device_type_gets_one_plan_and_one_price(void **state)
{
	(void)state;
	says("SELECT bool_and((SELECT count(*) FROM subscription.choose(r.v, d.v)) = 1"
	     " AND (SELECT count(*) FROM subscription.choose(r.v, d.v) c"
	     "      CROSS JOIN (VALUES (1), (3), (6)) AS t (months)"
	     "      CROSS JOIN LATERAL subscription.price_of(c.plan, t.months, r.v, d.v)) = 3)"
	     "  FROM (VALUES (NULL), (''), ('EU'), ('ZZ'), ('Ελλάδα'), ('%'), (''';--'), (repeat('x', 100000))) AS r (v)"
	     " CROSS JOIN (VALUES (NULL), (''), ('tv'), ('toaster'), ('電話'), ('_'), (repeat('y', 100000))) AS d (v)",
	    "t");
}

static void
a_price_is_found_by_the_same_order(void **state)
{
	(void)state;
	run("INSERT INTO subscription.price (id, plan, months, region, device_type, amount, currency, exponent)"
	    " VALUES (gen_random_uuid(), 'basic', 1, 'ZZ', 'toaster', 1, 'KWD', 3),"
	    " (gen_random_uuid(), 'basic', 1, 'ZZ', NULL, 2, 'KWD', 3),"
	    " (gen_random_uuid(), 'basic', 1, NULL, 'toaster', 3, 'USD', 2)");
#define PRICE(region, device) \
	"SELECT subscription.decimal_text(amount, exponent) || currency || ' by ' || matched" \
	"  FROM subscription.price_of('basic', 1, " region ", " device ")"
	says(PRICE("'ZZ'", "'toaster'"), "0.001KWD by region_and_device_type");
	says(PRICE("'ZZ'", "'kettle'"), "0.002KWD by region");
	says(PRICE("'YY'", "'toaster'"), "0.03USD by device_type");
	says("SELECT matched FROM subscription.price_of('basic', 1, 'YY', 'kettle')", "default");
	says("SELECT matched FROM subscription.price_of('basic', 3, 'ZZ', 'toaster')", "default");
}

static void
two_rules_or_prices_for_the_same_are_refused(void **state)
{
	(void)state;
	is_refused("INSERT INTO subscription.rule (id, plan) VALUES (gen_random_uuid(), 'basic')");
	is_refused("INSERT INTO subscription.rule (id, region, plan) VALUES (gen_random_uuid(), 'ZZ', 'basic')");
	is_refused("INSERT INTO subscription.rule (id, region, plan) VALUES (gen_random_uuid(), 'zz', 'basic')");
	is_refused("INSERT INTO subscription.price (id, plan, months, amount, currency, exponent)"
	           " VALUES (gen_random_uuid(), 'basic', 1, 5, 'USD', 2)");
	is_refused("INSERT INTO subscription.price (id, plan, months, region, amount, currency, exponent)"
	           " VALUES (gen_random_uuid(), 'basic', 2, 'ZZ', 5, 'USD', 2)");
}

static void
what_would_leave_somebody_without_a_plan_is_refused(void **state)
{
	(void)state;
	is_refused("DELETE FROM subscription.rule WHERE region IS NULL AND device_type IS NULL");
	is_refused("UPDATE subscription.rule SET region = 'XX' WHERE region IS NULL AND device_type IS NULL");
	is_refused("UPDATE subscription.plan SET open = false WHERE code = 'premium'");
	is_refused("DELETE FROM subscription.price WHERE plan = 'basic' AND region IS NULL AND device_type IS NULL");
	is_refused("UPDATE subscription.price SET months = 3 WHERE plan = 'basic' AND region IS NULL AND months = 1");
	is_refused("DELETE FROM subscription.plan WHERE code = 'basic'");
	is_refused("TRUNCATE subscription.rule");
	is_refused("TRUNCATE subscription.price");
	run("INSERT INTO subscription.plan (code, name) VALUES ('bare', 'Bare')");
	is_refused("UPDATE subscription.plan SET open = true WHERE code = 'bare'");
	is_refused("UPDATE subscription.rule SET plan = 'bare' WHERE region = 'ZZ'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_most_exact_rule_counts),
		TEST(how_it_is_written_does_not_matter),
		TEST(every_region_and_device_type_gets_one_plan_and_one_price),
		TEST(a_price_is_found_by_the_same_order),
		TEST(two_rules_or_prices_for_the_same_are_refused),
		TEST(what_would_leave_somebody_without_a_plan_is_refused),
	};
	const char *path = getenv("STOA_TEST_CONFIG");
	const struct config *config;
	int failed;

	if (path == NULL || path[0] == '\0')
		return 77;
	config = config_read(arena_new(), &house, path, environ, stderr);
	if (config == NULL || !key_open(config) ||
	    (owner = database_open(config, NULL, "subscription_choice_test", stderr)) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	PQfinish(owner);
	return failed;
}
