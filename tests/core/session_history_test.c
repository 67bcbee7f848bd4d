/*
 * session_history_test.c -- who signed in when, as schema session keeps it.  Everything happens in a transaction that
 * is rolled back, partitions too.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test environment.
 */
#include <stdio.h>

#include "tests/core/owner_kit.h"

#define ADA     "'019a0000-0000-7000-8000-0000000000a3'::uuid"
#define SESSION "'019a0000-0000-7000-8000-0000000000e3'::uuid"
#define LEAVES  "(SELECT count(*) FROM pg_partition_tree('session.login') WHERE isleaf AND level = 2)"
#define SIGN_IN(type, device) \
	"SELECT session.history_add(" ADA ", " SESSION ", '" type "', '" device "', '192.0.2.1', 'password', " \
	"'success')"

static int
begin(void **state)
{
	owner_begin(state);
	owner_run("SELECT party.party_add(ARRAY[" ADA "], 'user')");
	owner_run("SELECT session.start(" SESSION ", " ADA ", NULL, NULL, now() + interval '1 h')");
	return 0;
}

static void
drop_partition_of_this_month(const char *type)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
	    "DO $$ BEGIN EXECUTE format('DROP TABLE session.login_%s_%%s', to_char(now() AT TIME ZONE 'UTC', "
	    "'YYYY_MM'));"
	    " END $$",
	    type);
	owner_run(sql);
}

static void
a_login_is_kept_under_its_device_type_and_month(void **state)
{
	(void)state;
	owner_run(SIGN_IN("phone", "Telephone 1"));
	owner_run(SIGN_IN("fridge", "Cold"));
	owner_run("SELECT session.history_add(" ADA ", NULL, NULL, NULL, NULL, 'password', 'wrong-password')");
	owner_says("SELECT string_agg(device_type, ' ' ORDER BY device_type) FROM session.login WHERE party = " ADA,
	    "other other phone");
	owner_says(
	    "SELECT bool_and(tableoid::regclass::text = 'session.login_' || device_type || to_char(occurred_at AT TIME"
	    " ZONE 'UTC', '_YYYY_MM')) FROM session.login WHERE party = " ADA,
	    "t");
	owner_says("SELECT sum(logins) FROM session.login_count WHERE party = " ADA, "3");
}

static void
there_are_partitions_for_three_months_ahead(void **state)
{
	(void)state;
	owner_says("SELECT " LEAVES " >= 4 * cardinality(session.device_types())", "t");
	owner_says("SELECT session.partitions_make(3)", "0");
	owner_says("SELECT session.partitions_make(5)", "16");
}

static void
a_missing_partition_does_not_break_a_login(void **state)
{
	(void)state;
	drop_partition_of_this_month("phone");
	owner_run(SIGN_IN("phone", "Telephone 1"));
	owner_run(SIGN_IN("phone", "Telephone 1"));
	owner_run(SIGN_IN("desktop", "Desk"));
	owner_says("SELECT count(*) FROM session.login WHERE party = " ADA, "1");
	owner_says("SELECT count(*) FROM session.login_late WHERE party = " ADA, "2");
	owner_says("SELECT count(*) FROM queue.job WHERE kind = 'session.partitions' AND unique_key = 'late'", "1");
	owner_says("SELECT session.partitions_make(3)", "1");
	owner_says("SELECT session.late_move(1000)", "2");
	owner_says("SELECT session.late_move(1000)", "0");
	owner_says("SELECT count(*) FROM session.login WHERE party = " ADA, "3");
	owner_says("SELECT sum(logins) FROM session.login_count WHERE party = " ADA, "3");
}

static void
a_late_row_of_a_month_long_past_finds_its_place(void **state)
{
	(void)state;
	owner_run("INSERT INTO session.login_late (id, party, occurred_at, device_type, method, outcome)"
		  " VALUES (gen_random_uuid(), " ADA ", now() - interval '70 days', 'car', 'password', 'success')");
	owner_says("SELECT session.partitions_make(3) > 0", "t");
	owner_says("SELECT session.late_move(1000)", "1");
	owner_says("SELECT count(*) FROM session.login WHERE party = " ADA
		   " AND occurred_at < now() - interval '69 days'",
	    "1");
}

static void
only_a_further_device_is_news(void **state)
{
	(void)state;
	owner_says(SIGN_IN("phone", "Telephone 1"), "f");
	owner_says(SIGN_IN("phone", "Telephone 1"), "f");
	owner_says(SIGN_IN("phone", "Telephone 2"), "t");
	owner_says(SIGN_IN("tablet", "Telephone 1"), "t");
	owner_says(SIGN_IN("tablet", "Telephone 1"), "f");
	owner_says(
	    "SELECT session.history_add(" ADA ", NULL, 'car', 'Thief', NULL, 'password', 'wrong-password')", "f");
	owner_says("SELECT count(*) FROM event.outbox WHERE type = 'session.new_device' AND owner = " ADA, "2");
	owner_says("SELECT data->>'device' FROM event.outbox WHERE type = 'session.new_device' AND owner = " ADA
		   " ORDER BY number LIMIT 1",
	    "Telephone 2");
}

static void
a_session_tells_of_its_beginning_and_its_end(void **state)
{
	(void)state;
	owner_says("SELECT count(*) FROM event.outbox WHERE type = 'session.started' AND subject = " SESSION, "1");
	owner_run("SELECT session.end_party(ARRAY[" ADA "], 'blocked')");
	owner_run("SELECT session.end_party(ARRAY[" ADA "], 'blocked')");
	owner_says(
	    "SELECT string_agg(data->>'reason', ' ') FROM event.outbox WHERE type = 'session.ended' AND owner = " ADA,
	    "blocked");
}

static void
old_months_are_dropped_whole(void **state)
{
	(void)state;
	owner_run("INSERT INTO session.login_late (id, party, occurred_at, device_type, method, outcome)"
		  " VALUES (gen_random_uuid(), " ADA ", now() - interval '500 days', 'car', 'password', 'success')");
	owner_run("SELECT session.partitions_make(0), session.late_move(10)");
	owner_run("CREATE TEMP TABLE before ON COMMIT DROP AS SELECT " LEAVES " AS leaves");
	owner_says("SELECT session.login_remove(now() - interval '13 months', 1000)", "1000");
	owner_says("SELECT leaves - " LEAVES " FROM before", "1");
	owner_run(
	    "DO $$ BEGIN WHILE session.login_remove(now() - interval '13 months', 1000) = 1000 LOOP END LOOP; END $$");
	owner_says("SELECT session.login_remove(now() - interval '13 months', 1000)", "0");
	owner_says("SELECT count(*) FROM session.login WHERE occurred_at < now() - interval '14 months'", "0");
	owner_says("SELECT count(*) FROM session.login_count WHERE month < now() - interval '14 months'", "0");
	owner_says("SELECT " LEAVES " BETWEEN 13 * 8 AND 18 * 8", "t");
}

/* Which partitions a page of so many rows opens: those that it locks. */
static void
pages_open(const char *types, int most, const char *rows, const char *wanted)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM session.login_page(" ADA
	    ", '%s', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', %d)",
	    types, most);
	owner_run("SAVEPOINT before");
	owner_says(sql, rows);
	owner_says("SELECT string_agg(c.relname, ' ' ORDER BY c.relname DESC)"
		   "  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
		   " WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessShareLock' AND c.relkind = 'r'"
		   "   AND c.relnamespace = 'session'::regnamespace AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'",
	    wanted);
	owner_run("ROLLBACK TO before");
}

static void
a_page_opens_the_partitions_that_it_needs(void **state)
{
	(void)state;
	owner_run("INSERT INTO session.login_late (id, party, occurred_at, device_type, method, outcome)"
		  " SELECT gen_random_uuid(), " ADA
		  ", '2024-05-02'::timestamptz + m * interval '1 month' + n * interval '1 hour',"
		  " CASE WHEN m = 5 THEN 'phone' ELSE 'desktop' END, 'password', 'success'"
		  " FROM generate_series(0, 7) AS m, generate_series(1, 30) AS n");
	owner_run("SELECT session.partitions_make(0), session.late_move(1000)");
	owner_run("SAVEPOINT before");
	owner_says("SELECT count(*) FROM session.login WHERE party = " ADA, "240");
	owner_says("SELECT " LEAVES " > 100", "t");
	owner_run("ROLLBACK TO before");
	pages_open("{phone,desktop,tv}", 21, "21", "login_desktop_2024_12");
	pages_open("{phone,desktop,tv}", 51, "51", "login_desktop_2024_12 login_desktop_2024_11");
	pages_open("{phone}", 51, "30", "login_phone_2024_10");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_login_is_kept_under_its_device_type_and_month),
		TEST(there_are_partitions_for_three_months_ahead),
		TEST(a_missing_partition_does_not_break_a_login),
		TEST(a_late_row_of_a_month_long_past_finds_its_place),
		TEST(only_a_further_device_is_news),
		TEST(a_session_tells_of_its_beginning_and_its_end),
		TEST(old_months_are_dropped_whole),
		TEST(a_page_opens_the_partitions_that_it_needs),
	};

	return owner_tests(tests);
}
