/*
 * ledger_test.c -- what schema ledger keeps true by itself, and what its published functions answer.  Everything
 * happens in a transaction that is rolled back.  Skipped unless STOA_TEST_CONFIG names the stoa.conf of a test
 * environment.
 */
#include "tests/core/owner_kit.h"

#define ADA   "'019a0000-0000-7000-8000-0000000000a1'::uuid"
#define BOB   "'019a0000-0000-7000-8000-0000000000b1'::uuid"
#define FROM  "'019a0000-0000-7000-8000-0000000000f1'::uuid"
#define TO    "'019a0000-0000-7000-8000-0000000000f2'::uuid"
#define WORLD "'019a0000-0000-7000-8000-0000000000f3'::uuid"
#define ITEM  "'019a0000-0000-7000-8000-0000000000e1'::uuid"
#define NONE  "'00000000-0000-0000-0000-000000000000'::uuid"

/* Three transfers as the poster would write them, at noon of three days: 100 in, 30 over, 20 back to the world. */
static int
begin(void **state)
{
	owner_begin(state);
	owner_run("SELECT ledger.account_open(ARRAY[" FROM ", " TO ", " WORLD "], ARRAY[" ADA ", " BOB ", " NONE "],"
		  " ARRAY['wallet', 'wallet', 'outside'], ARRAY['USD', 'USD', 'USD'], ARRAY[2, 2, 2])");
	owner_run("UPDATE ledger.head SET position = 0");
	owner_run("ALTER TABLE ledger.transfer DISABLE TRIGGER transfer_stays");
	owner_run("DELETE FROM ledger.transfer");
	owner_run("ALTER TABLE ledger.transfer ENABLE TRIGGER transfer_stays");
	owner_run(
	    "INSERT INTO ledger.transfer (position, at, debit, credit, item, kind, leg, amount, debit_after, "
	    "credit_after)"
	    " VALUES (1, '2026-01-01 12:00Z', " WORLD ", " FROM ", gen_random_uuid(), 'deposit', 0, 100, -100, 100),"
	    " (2, '2026-01-02 12:00Z', " FROM ", " TO ", " ITEM ", 'payment', 0, 30, 70, 30),"
	    " (3, '2026-01-03 12:00Z', " TO ", " WORLD ", gen_random_uuid(), 'withdrawal', 0, 20, 10, -80)");
	owner_run("UPDATE ledger.head SET position = 3");
	return 0;
}

static void
a_transfer_is_never_changed_and_never_removed(void **state)
{
	(void)state;
	owner_is_refused("UPDATE ledger.transfer SET amount = 1 WHERE position = 1", NULL);
	owner_is_refused("DELETE FROM ledger.transfer WHERE position = 1", NULL);
	owner_is_refused("TRUNCATE ledger.transfer", NULL);
	owner_says("SELECT count(*) FROM ledger.transfer", "3");
}

static void
the_poster_may_append_transfers_and_nothing_more(void **state)
{
	(void)state;
	owner_says(
	    "SELECT string_agg(privilege_type, ' ' ORDER BY privilege_type) FROM information_schema.table_privileges"
	    " WHERE table_schema = 'ledger' AND table_name = 'transfer' AND grantee = 'stoa_ledger'",
	    "INSERT SELECT");
	owner_says("SELECT count(*) FROM information_schema.table_privileges WHERE table_schema = 'ledger'"
		   " AND grantee NOT IN ('stoa_ledger', 'stoa_owner')",
	    "0");
}

static void
an_account_is_opened_once(void **state)
{
	(void)state;
	owner_says("SELECT ledger.account_open(ARRAY[" FROM "], ARRAY[" BOB
		   "], ARRAY['wallet'], ARRAY['EUR'], ARRAY[2])",
	    "0");
	owner_says(
	    "SELECT currency || ' ' || state || ' ' || available FROM ledger.balance(ARRAY[" FROM "])", "USD open 0");
	owner_says("SELECT coalesce(floor::text, 'none') FROM ledger.balance(ARRAY[" WORLD "])", "none");
	owner_is_refused("SELECT ledger.account_open(ARRAY[gen_random_uuid()], ARRAY[" NONE
			 "], ARRAY['wallet'], ARRAY['EUR'], ARRAY[2])",
	    NULL);
	owner_is_refused("SELECT ledger.account_open(ARRAY[gen_random_uuid()], ARRAY[" ADA
			 "], ARRAY['wallet'], ARRAY['EUR'], ARRAY[19])",
	    NULL);
}

static void
a_balance_is_told_as_of_any_instant(void **state)
{
	(void)state;
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" FROM "], '2025-12-31Z')", "0");
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" FROM "], '2026-01-01 11:59:59Z')", "0");
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" FROM "], '2026-01-01 12:00Z')", "100");
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" FROM "], '2026-02-01Z')", "70");
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" TO "], '2026-01-02 23:00Z')", "30");
	owner_says("SELECT posted FROM ledger.balance_at(ARRAY[" TO "], 'infinity')", "10");
}

static void
a_balance_of_the_past_knows_what_was_held_then(void **state)
{
	(void)state;
	owner_run("INSERT INTO ledger.hold (item, debit, credit, amount, state, held_at, expires_at, ended_at) VALUES"
		  " (gen_random_uuid(), " FROM ", " TO ", 7, 'voided', '2026-01-02Z', '2026-02-01Z', '2026-01-05Z'),"
		  " (gen_random_uuid(), " FROM ", " TO ", 5, 'held', '2026-01-04Z', '2026-02-01Z', 'infinity')");
	owner_says("SELECT held FROM ledger.balance_at(ARRAY[" FROM "], '2026-01-01Z')", "0");
	owner_says("SELECT held FROM ledger.balance_at(ARRAY[" FROM "], '2026-01-03Z')", "7");
	owner_says("SELECT held FROM ledger.balance_at(ARRAY[" FROM "], '2026-01-04 12:00Z')", "12");
	owner_says("SELECT incoming FROM ledger.balance_at(ARRAY[" TO "], '2026-01-06Z')", "5");
}

#define HISTORY(kinds, from, until, before, most) \
	"SELECT string_agg(kind || CASE WHEN is_debit THEN ' -' ELSE ' +' END || amount || ' ' || balance_after, ', " \
	"')" \
	" FROM ledger.history(" FROM ", " kinds ", " from ", " until ", " before ", " most ")"

static void
a_history_is_walked_backwards_by_time_and_kind(void **state)
{
	(void)state;
	owner_says(HISTORY("'{}'", "'-infinity'", "'infinity'", "9223372036854775807", "10"),
	    "payment -30 70, deposit +100 100");
	owner_says(HISTORY("'{}'", "'-infinity'", "'infinity'", "9223372036854775807", "1"), "payment -30 70");
	owner_says(HISTORY("'{}'", "'-infinity'", "'infinity'", "2", "10"), "deposit +100 100");
	owner_says(
	    HISTORY("'{deposit}'", "'-infinity'", "'infinity'", "9223372036854775807", "10"), "deposit +100 100");
	owner_says(HISTORY("'{payment,deposit}'", "'-infinity'", "'infinity'", "9223372036854775807", "10"),
	    "payment -30 70, deposit +100 100");
	owner_says(HISTORY("'{}'", "'2026-01-02 12:00Z'", "'infinity'", "9223372036854775807", "10"), "payment -30 70");
	owner_says(
	    HISTORY("'{}'", "'-infinity'", "'2026-01-02 12:00Z'", "9223372036854775807", "10"), "deposit +100 100");
	owner_says(HISTORY("'{withdrawal}'", "'-infinity'", "'infinity'", "9223372036854775807",
		       "10") " HAVING count(*) > 0"
			     " UNION ALL SELECT 'nothing' LIMIT 1",
	    "nothing");
}

static void
an_item_that_is_not_decided_has_no_result(void **state)
{
	(void)state;
	owner_run(
	    "SELECT ledger.item_add(ARRAY['019a0000-0000-7000-8000-0000000000e2'::uuid], ARRAY['payment'], ARRAY[" FROM
	    "],"
	    " ARRAY[" TO "], ARRAY[1]::numeric[], ARRAY[" NONE "], ARRAY['infinity'::timestamptz])");
	owner_says("SELECT count(*) FROM ledger.result_of(ARRAY['019a0000-0000-7000-8000-0000000000e2'::uuid])", "0");
	owner_says("SELECT count(*) FROM ledger.waiting_of(ARRAY[" TO "])", "1");
	owner_says(
	    "SELECT state || ' ' || amount || ' ' || position FROM ledger.result_of(ARRAY[" ITEM "])", "posted 30 2");
}

static void
an_item_moves_more_than_nothing(void **state)
{
	(void)state;
	owner_is_refused("SELECT ledger.item_add(ARRAY[gen_random_uuid()], ARRAY['payment'], ARRAY[" FROM "],"
			 " ARRAY[" TO "], ARRAY[0]::numeric[], ARRAY[" NONE "], ARRAY['infinity'::timestamptz])",
	    NULL);
	owner_is_refused("SELECT ledger.item_add(ARRAY[gen_random_uuid()], ARRAY['payment'], ARRAY[" FROM "],"
			 " ARRAY[" TO "], ARRAY[-1]::numeric[], ARRAY[" NONE "], ARRAY['infinity'::timestamptz])",
	    NULL);
	owner_is_refused("SELECT ledger.item_add(ARRAY[gen_random_uuid()], ARRAY['present'], ARRAY[" FROM "],"
			 " ARRAY[" TO "], ARRAY[1]::numeric[], ARRAY[" NONE "], ARRAY['infinity'::timestamptz])",
	    NULL);
}

static void
linked_transfers_wait_for_whom_they_are_to_reach(void **state)
{
	(void)state;
	owner_run("SELECT ledger.item_add_linked(" ITEM ", 'payment', ARRAY['payment', 'payment'], ARRAY[" FROM
		  ", " WORLD "],"
		  " ARRAY[" WORLD ", " TO "], ARRAY[1, 2]::numeric[], " NONE ")");
	owner_says("SELECT count(*) FROM ledger.waiting_of(ARRAY[" FROM "])", "1");
	owner_says("SELECT count(*) FROM ledger.waiting_of(ARRAY[" TO "])", "1");
	owner_says("SELECT count(*) FROM ledger.waiting_of(ARRAY[" NONE "])", "0");
}

/*
 * Two accounts get all that a thousand others pay; FROM has paid once, before all of them.  By then each question has
 * been asked about a hot one often enough to have one plan for all.
 */
static void
given_hot_accounts(void)
{
	owner_run("INSERT INTO ledger.transfer (position, at, debit, credit, item, kind, leg, amount, debit_after, "
		  "credit_after)"
		  " SELECT 3 + n, '2026-02-01Z', ('019a0000-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0'))::uuid,"
		  " CASE n % 2 WHEN 0 THEN " TO " ELSE " WORLD " END, gen_random_uuid(), 'payment', 0, 1, 0, n"
		  " FROM generate_series(1, 20000) n");
	owner_run("UPDATE ledger.head SET position = 20003, at = '2026-02-01Z'");
	owner_run(
	    "INSERT INTO payment.payment (id, from_wallet, to_wallet, created_at, exponent, hold, amount, currency)"
	    " SELECT t.item, t.debit, t.credit, t.at, 2, false, 1, 'USD' FROM ledger.transfer t WHERE t.position > 3");
	owner_run("ANALYZE ledger.transfer");
	owner_run("ANALYZE payment.payment");
	owner_run("CREATE FUNCTION pg_temp.pages(question text, account uuid) RETURNS int LANGUAGE plpgsql AS $$"
		  " DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || question INTO plan"
		  " USING account; RETURN (plan->0->'Plan'->>'Shared Hit Blocks')::int; END $$");
	owner_run("CREATE FUNCTION pg_temp.pages_of_quiet(question text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
		  " FOR i IN 1..7 LOOP PERFORM pg_temp.pages(question, " TO "); END LOOP;"
		  " RETURN pg_temp.pages(question, " FROM "); END $$");
}

#define IS_QUICK(question) owner_says("SELECT pg_temp.pages_of_quiet($$ SELECT * FROM " question " $$) < 100", "t")

static void
a_quiet_account_is_read_by_its_own_index_beside_hot_ones(void **state)
{
	(void)state;
	given_hot_accounts();
	IS_QUICK("ledger.history($1, '{}', '-infinity', 'infinity', 9223372036854775807, 21)");
	IS_QUICK("ledger.history($1, '{payment}', '-infinity', 'infinity', 9223372036854775807, 21)");
	IS_QUICK("ledger.history($1, '{deposit}', '-infinity', 'infinity', 9223372036854775807, 21)");
	IS_QUICK("ledger.balance_at(ARRAY[$1], '2026-03-01Z')");
	IS_QUICK("payment.candidates(ARRAY[$1], false, 'ffffffff-ffff-ffff-ffff-ffffffffffff', " NONE ", 21)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, owner_rollback)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_transfer_is_never_changed_and_never_removed),
		TEST(the_poster_may_append_transfers_and_nothing_more),
		TEST(an_account_is_opened_once),
		TEST(a_balance_is_told_as_of_any_instant),
		TEST(a_balance_of_the_past_knows_what_was_held_then),
		TEST(a_history_is_walked_backwards_by_time_and_kind),
		TEST(an_item_that_is_not_decided_has_no_result),
		TEST(an_item_moves_more_than_nothing),
		TEST(linked_transfers_wait_for_whom_they_are_to_reach),
		TEST(a_quiet_account_is_read_by_its_own_index_beside_hot_ones),
	};

	return owner_tests(tests);
}
