/*
 * account_search_test.c -- searches find exactly what a plain comparison of all names finds, whichever way they go:
 * words that many names have, that few have, that only old ones have, that none has; all kinds of account and some;
 * from the newest and from the middle.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include "tests/core/owner_kit.h"

/* Over forty days and seven ages: every other name has "acme", one in a hundred "rare <hundreds>", and each a number;
 * the older half has "old" instead. */
static int
begin(void **state)
{
	owner_begin(state);
	owner_run("INSERT INTO account.account (id, name, tier, status, created_at, suspended_at)"
		  " SELECT gen_random_uuid(), CASE WHEN n > 3000 THEN 'Old & Sons ' WHEN n % 2 = 0 THEN 'ACME '"
		  " ELSE 'Straße ' END || CASE WHEN n % 100 = 7 THEN 'rare ' || n / 100 ELSE '_%\\' END || ' no' || n,"
		  " CASE WHEN n % 50 = 7 THEN 'vip' ELSE 'standard' END,"
		  " CASE WHEN n % 7 = 0 THEN 'suspended' ELSE 'active' END, now() - n * interval '10 min',"
		  " CASE WHEN n % 7 = 0 THEN now() END"
		  " FROM generate_series(1, 6000) n");
	return 0;
}

#define WORDS \
	"('acme'), ('ACME r'), ('old'), ('d & '), ('rare'), ('rare 1'), ('rare 59'), ('no1'), ('no5999'), " \
	"('stra\u00dfe')," \
	" ('aße'), ('_%\\'), ('%\\ '), ('\\ n'), ('no such name'), ('   ')"

/* What is found of one word, beside what a comparison of all names finds; the number of ways that differ. */
#define DIFFERENCES(tiers, statuses, before, most) \
	"SELECT count(*) FROM (VALUES " WORDS ") AS w (words) WHERE" \
	" ARRAY(SELECT f.id FROM account.account_search(w.words, " tiers ", " statuses ", " before ", '" LAST \
	"', " most ") f)" \
	" IS DISTINCT FROM ARRAY(SELECT a.id FROM account.account a" \
	" WHERE strpos(a.search COLLATE \"C\", account.search_of(w.words)) > 0 AND a.tier = ANY(" tiers ")" \
	" AND a.status = ANY(" statuses ") AND (a.created_at, a.id) < (" before ", '" LAST "')" \
	" ORDER BY a.created_at DESC, a.id DESC LIMIT " most ")"
#define LAST       "ffffffff-ffff-ffff-ffff-ffffffffffff"
#define ALL_TIERS  "ARRAY['standard', 'vip']"
#define ALL_STATES "ARRAY['active', 'suspended', 'closed']"

static void
a_search_finds_what_a_comparison_of_all_names_finds(void **state)
{
	(void)state;
	owner_says(DIFFERENCES(ALL_TIERS, ALL_STATES, "timestamptz 'infinity'", "21"), "0");
	owner_says(DIFFERENCES(ALL_TIERS, ALL_STATES, "timestamptz 'infinity'", "101"), "0");
	owner_says(DIFFERENCES(ALL_TIERS, ALL_STATES, "timestamptz 'infinity'", "2"), "0");
}

static void
so_does_one_of_some_kinds_of_account(void **state)
{
	(void)state;
	owner_says(DIFFERENCES("ARRAY['vip']", ALL_STATES, "timestamptz 'infinity'", "21"), "0");
	owner_says(DIFFERENCES(ALL_TIERS, "ARRAY['suspended']", "timestamptz 'infinity'", "21"), "0");
	owner_says(DIFFERENCES("ARRAY['vip']", "ARRAY['closed']", "timestamptz 'infinity'", "21"), "0");
}

static void
so_does_a_page_further_on(void **state)
{
	(void)state;
	owner_says(DIFFERENCES(ALL_TIERS, ALL_STATES, "now() - interval '17 days'", "21"), "0");
	owner_says(DIFFERENCES("ARRAY['standard']", "ARRAY['active']", "now() - interval '41 days'", "101"), "0");
}

static void
the_words_of_the_test_go_each_way(void **state)
{
	(void)state;
	owner_says("SELECT count(*) FROM account.account_search('acme', " ALL_TIERS ", " ALL_STATES
		   ", 'infinity', '" LAST "', 51)",
	    "51");
	owner_says("SELECT count(*) FROM account.account_search('rare', " ALL_TIERS ", " ALL_STATES
		   ", 'infinity', '" LAST "', 101) WHERE name LIKE '%rare%'",
	    "60");
	owner_says("SELECT count(*) FROM account.account_search('old', " ALL_TIERS ", " ALL_STATES
		   ", 'infinity', '" LAST "', 101) WHERE name LIKE 'Old & Sons%'",
	    "101");
}

static void
two_characters_are_not_looked_up(void **state)
{
	(void)state;
	owner_is_told(
	    "SELECT * FROM account.account_search('ab', '{vip}', '{active}', 'infinity', '" LAST "', 2)", "ST422");
	owner_is_told("SELECT * FROM account.account_search(U&'ae\\0301', '{vip}', '{active}', 'infinity', '" LAST
		      "', 2)",
	    "ST422");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_search_finds_what_a_comparison_of_all_names_finds),
		TEST(so_does_one_of_some_kinds_of_account),
		TEST(so_does_a_page_further_on),
		TEST(the_words_of_the_test_go_each_way),
		TEST(two_characters_are_not_looked_up),
	};

	return owner_tests(tests);
}
