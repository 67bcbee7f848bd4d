/*
 * subscription_term_test.c -- terms follow the calendar from their anchor: every start day of a leap cycle, terms of 1,
 * 3 and 6 months and 24 renewals each agree with PostgreSQL's own arithmetic.  All of them by the function that counts;
 * as real subscriptions, renewed 24 times by the function that serves requests, the ends of months and each ninth day,
 * and with STOA_TEST_LONG all of them too.
 *
 * The oracle is `anchor + n * interval '1 month'`; what is judged counts years, months and days by itself and never
 * adds an interval (subscription.months_later), so a mistake would have to be made twice.  The session's time zone is
 * one with summer time, which must not matter.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/core/owner_kit.h"

#define ORACLE(anchor, n) "((" anchor " AT TIME ZONE 'UTC' + (" n ") * interval '1 month') AT TIME ZONE 'UTC')"
#define RENEWALS          24

static int
begin(void **state)
{
	owner_begin(state);
	owner_run("SET LOCAL TimeZone = 'America/New_York'");
	/* Plans made while the tables are empty would read them whole for each row of the thousands that follow. */
	owner_run("SET LOCAL enable_seqscan = off");
	return 0;
}

/* A start on days from 2000-01-01 to 2003-12-31, each at another time of its day, to the microsecond. */
static void
given_a_leap_cycle(void)
{
	const char *is_long = getenv("STOA_TEST_LONG");

	owner_run(arena_format(owner_arena,
	    "CREATE TEMPORARY TABLE begun ON COMMIT DROP AS"
	    " SELECT subscription.open_at(gen_random_uuid(), 'DE', 'tv', t.months,"
	    "        ('2000-01-01'::timestamp + d.day * interval '1 day' + d.day * 59.137921 * interval '1 s')"
	    "        AT TIME ZONE 'UTC') AS id, t.months"
	    "   FROM generate_series(0, 1460) AS d (day) CROSS JOIN (VALUES (1), (3), (6)) AS t (months)"
	    "  WHERE %s OR d.day %% 9 = 0 OR date_part('day', '2000-01-01'::date + d.day) > 28"
	    "     OR date_part('day', '2000-01-01'::date + d.day + 1) = 1",
	    is_long != NULL && *is_long != '\0' ? "true" : "false"));
	print_message("%s subscriptions\n", owner_ask("SELECT count(*) FROM begun"));
}

static void
each_day_of_a_leap_cycle_leads_where_the_calendar_says(void **state)
{
	(void)state;
	owner_says("SELECT count(*) || ' ' || count(*) FILTER (WHERE subscription.months_later(anchor, n * months) <>"
		   "       " ORACLE(
		       "anchor", "n * months") ")"
					       "  FROM generate_series('2000-01-01 23:59:59.999999'::timestamptz, "
					       "'2003-12-31 23:59:59.999999', '1 day')"
					       "       AS a (anchor) CROSS JOIN (VALUES (1), (3), (6)) AS t (months)"
					       "       CROSS JOIN generate_series(1, 24) AS g (n)",
	    "105192 0");
}

static void
renewed_terms_leave_no_gap_overlap_or_sliver(void **state)
{
	(void)state;
	given_a_leap_cycle();
	for (int i = 0; i < RENEWALS; i++)
		owner_run("SELECT count(*) FROM subscription.renew(ARRAY(SELECT id FROM begun))");
	owner_run("CREATE TEMPORARY TABLE term ON COMMIT DROP AS"
		  " SELECT s.id, s.anchor, t.months, t.starts_at, t.ends_at,"
		  "        row_number() OVER w - 1 AS place, lead(t.starts_at) OVER w AS next_at"
		  "   FROM begun b JOIN subscription.subscription s USING (id) JOIN subscription.term t ON "
		  "t.subscription = s.id"
		  " WINDOW w AS (PARTITION BY s.id ORDER BY t.starts_at)");
	owner_says("SELECT (SELECT count(*) FROM term) = (SELECT count(*) FROM begun) * 25", "t");
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
		owner_says(
		    arena_format(owner_arena,
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
	id = owner_ask("SELECT subscription.open_at(gen_random_uuid(), 'DE', 'tv', 3, '2020-01-31 12:00+00')");
#define ANOTHER(from, to) \
	arena_format(owner_arena, \
	    "INSERT INTO subscription.term (subscription, plan, months, starts_at, ends_at, amount, currency, " \
	    "exponent)" \
	    " VALUES ('%s', 'basic', 1, '" from "', '" to "', 1, 'EUR', 2)", \
	    id)
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
		TEST(each_day_of_a_leap_cycle_leads_where_the_calendar_says),
		TEST(renewed_terms_leave_no_gap_overlap_or_sliver),
		TEST(counting_from_the_previous_end_would_drift),
		TEST(the_calendar_holds_around_centuries),
		TEST(terms_of_one_subscription_never_overlap),
	};

	return owner_tests(tests);
}
