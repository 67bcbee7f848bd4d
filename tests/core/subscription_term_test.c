/*
 * subscription_term_test.c -- terms follow the calendar from their anchor: every start day of a leap cycle, terms of 1, 3 and
 * 6 months, 24 renewals each, made by the functions that serve requests, agree with PostgreSQL's own arithmetic.
 *
 * The oracle is `anchor + n * interval '1 month'`; what is judged counts years, months and days by itself and never
 * adds an interval (subscription.months_later), so a mistake would have to be made twice.  The session's time zone is one with
 * summer time, which must not matter.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/core/owner_kit.h"

#define ORACLE(anchor, n) "((" anchor " AT TIME ZONE 'UTC' + (" n ") * interval '1 month') AT TIME ZONE 'UTC')"
#define RENEWALS          24
#define SUBSCRIPTIONS     (1461 * 3)

static int
begin(void **state)
{
	owner_begin(state);
	owner_run("SET LOCAL TimeZone = 'America/New_York'");
	/* Plans made while the tables are empty would read them whole for each row of the thousands that follow. */
	owner_run("SET LOCAL enable_seqscan = off");
	return 0;
}

/* A start on each day from 2000-01-01 to 2003-12-31, each at another time of its day, to the microsecond. */
static void
given_a_leap_cycle(void)
{
	owner_run("CREATE TEMPORARY TABLE begun ON COMMIT DROP AS"
	          " SELECT subscription.open_at(gen_random_uuid(), 'EU', 'tv', t.months,"
	          "        ('2000-01-01'::timestamp + d.day * interval '1 day' + d.day * 59.137921 * interval '1 s')"
	          "        AT TIME ZONE 'UTC') AS id, t.months"
	          "   FROM generate_series(0, 1460) AS d (day) CROSS JOIN (VALUES (1), (3), (6)) AS t (months)");
}

static void
each_term_of_a_leap_cycle_ends_where_the_calendar_says(void **state)
{
	(void)state;
	given_a_leap_cycle();
	for (int i = 0; i < RENEWALS; i++)
		owner_run("SELECT count(*) FROM subscription.renew(ARRAY(SELECT id FROM begun))");
	owner_run("CREATE TEMPORARY TABLE term ON COMMIT DROP AS"
	          " SELECT s.id, s.anchor, t.months, t.starts_at, t.ends_at,"
	          "        row_number() OVER w - 1 AS place, lead(t.starts_at) OVER w AS next_at"
	          "   FROM begun b JOIN subscription.subscription s USING (id) JOIN subscription.term t ON t.subscription = s.id"
	          " WINDOW w AS (PARTITION BY s.id ORDER BY t.starts_at)");
	owner_says("SELECT count(*) || ' ' || count(DISTINCT id) FROM term",
	    arena_format(owner_arena, "%d %d", SUBSCRIPTIONS * (RENEWALS + 1), SUBSCRIPTIONS));
	/* No drift: each begins and ends where the anchor says. */
	owner_says("SELECT count(*) FROM term WHERE starts_at <> " ORACLE("anchor", "place * months"), "0");
	owner_says("SELECT count(*) FROM term WHERE ends_at <> " ORACLE("anchor", "(place + 1) * months"), "0");
	/* No gap, overlap or sliver: each begins where the one before ended, to the microsecond. */
	owner_says("SELECT count(*) FROM term WHERE next_at IS NOT NULL AND next_at <> ends_at", "0");
	owner_says("SELECT count(*) FROM term WHERE ends_at - starts_at < months * interval '28 days'", "0");
}

/* So that the days above are known to hold what a wrong way of counting stumbles over. */
static void
counting_from_the_previous_end_would_drift(void **state)
{
	(void)state;
	owner_says("WITH RECURSIVE chain AS ("
	           "  SELECT anchor, 0 AS n, anchor AS at"
	           "    FROM generate_series('2000-01-01'::timestamp, '2003-12-31', '1 day') AS a (anchor)"
	           "  UNION ALL SELECT anchor, n + 1, at + interval '1 month' FROM chain WHERE n < 24)"
	           " SELECT count(DISTINCT anchor) > 100 FROM chain WHERE at <> anchor + n * interval '1 month'",
	    "t");
}

/* 1900 and 2100 are no leap years, 2000 is one; before year 1 nobody signs up. */
static void
the_calendar_holds_around_centuries(void **state)
{
	static const char *const first[] = { "1896-01-01", "1996-01-01", "2096-01-01", "2396-01-01" };

	(void)state;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		owner_says(arena_format(owner_arena,
		               "SELECT count(*) FROM generate_series(0, 1826) AS d (day) CROSS JOIN"
		               " generate_series(0, 144, 3) AS m (months) CROSS JOIN LATERAL"
		               " (SELECT (timestamp '%s' + d.day * interval '1 day 7 s') AT TIME ZONE 'UTC') AS a (anchor)"
		               " WHERE subscription.months_later(anchor, months) <> " ORACLE("anchor", "months"),
		               first[i]),
		    "0");
}

static void
terms_of_one_subscription_never_overlap(void **state)
{
	const char *id;

	(void)state;
	id = owner_ask("SELECT subscription.open_at(gen_random_uuid(), 'EU', 'tv', 3, '2020-01-31 12:00+00')");
#define ANOTHER(from, to) \
	arena_format(owner_arena, \
	    "INSERT INTO subscription.term (subscription, plan, months, starts_at, ends_at, amount, currency, exponent)" \
	    " VALUES ('%s', 'basic', 1, '" from "', '" to "', 1, 'EUR', 2)", id)
	owner_is_refused(ANOTHER("2020-04-30 11:59:59.999999+00", "2020-05-30 12:00+00"), "term_overlaps_none");
	owner_is_refused(ANOTHER("2020-01-01 12:00+00", "2020-01-31 12:00:00.000001+00"), "term_overlaps_none");
	owner_is_refused(ANOTHER("2020-02-10 12:00+00", "2020-02-11 12:00+00"), "term_overlaps_none");
	owner_is_refused(ANOTHER("2021-02-10 12:00+00", "2021-02-10 12:00+00"), "term_has_length");
	owner_run(ANOTHER("2020-04-30 12:00+00", "2020-05-30 12:00+00"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_term_of_a_leap_cycle_ends_where_the_calendar_says),
		TEST(counting_from_the_previous_end_would_drift),
		TEST(the_calendar_holds_around_centuries),
		TEST(terms_of_one_subscription_never_overlap),
	};

	return owner_tests(tests);
}
