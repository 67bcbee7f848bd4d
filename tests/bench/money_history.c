/*
 * money_history.c -- a ledger that has grown: ten million transfers, half of them into one wallet.  They are put there
 * at once, but as the poster would have written them one by one, so that `ledger verify` has to find nothing wrong.
 */
#include <stdlib.h>

#include "core/base/arena.h"
#include "tests/api/money.h"
#include "tests/bench/money_bench.h"

#define PAYERS        10000 /* of each of the two wallets */
#define PAGES         200
#define SECOND_WALLET "'019a0000-0000-7000-8000-00000000b002'"

static void
open_accounts(struct world *w)
{
	given_user(w, "grace");
	as(w, "grace");
	call(w, POST, "/v1/wallets", "{\"currency\":\"USD\"}");
	then_status(w, 201);
	name_it(w, "long");
	given_sql(w, arena_format(w->arena,
			 "CREATE TABLE bench.payer AS SELECT h AS half, n AS number, gen_random_uuid() AS id,"
			 " CASE h WHEN 1 THEN '%s'::uuid ELSE " SECOND_WALLET "::uuid END AS paid"
			 " FROM generate_series(0, 1) h, generate_series(0, %d) n",
			 id_of(w, "long"), PAYERS - 1));
	given_sql(w,
	    "SELECT ledger.account_open(array_agg(a.id), array_agg(gen_random_uuid()), array_agg('wallet'::text),"
	    " array_agg('USD'::text), array_agg(2::bigint))"
	    " FROM (SELECT id FROM bench.payer UNION ALL SELECT " SECOND_WALLET "::uuid) a");
	given_sql(w, "ANALYZE bench.payer");
}

/* The `k`th of each half is paid by the payer number k - 1 of a round.  Indexes are quicker made of all rows at once.
 */
static void
fill(struct world *w, int count)
{
	given_sql(w, "CREATE TABLE bench.index AS SELECT indexname, indexdef FROM pg_indexes"
		     " WHERE schemaname = 'ledger' AND tablename = 'transfer' AND indexname <> 'transfer_pkey'");
	given_sql(w, "DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM bench.index LOOP"
		     " EXECUTE format('DROP INDEX ledger.%I', i.indexname); END LOOP; END $$");
	given_sql(
	    w, arena_format(w->arena,
		   "INSERT INTO ledger.transfer (position, at, debit, credit, item, kind, leg, amount,"
		   " debit_after, credit_after)"
		   " SELECT s.base + s.n, s.at + s.n * interval '1 microsecond', p.id, p.paid, gen_random_uuid(),"
		   " 'payment', 0, 1, -((s.k - 1) / %d + 1), s.k"
		   " FROM (SELECT h.position AS base, greatest(h.at, now()) AS at, n, (n + 1) / 2 AS k, n %% 2 AS half"
		   " FROM ledger.head h, generate_series(1, %d) n) s"
		   " JOIN bench.payer p ON p.half = s.half AND p.number = (s.k - 1) %% %d",
		   PAYERS, count, PAYERS));
	given_sql(w, "SET maintenance_work_mem = '1GB'");
	given_sql(w, "DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM bench.index LOOP"
		     " EXECUTE i.indexdef; END LOOP; END $$");
}

/* What the transfers come to. */
static void
settle(struct world *w, int count)
{
	given_sql(w, arena_format(w->arena,
			 "UPDATE ledger.balance b SET posted = -((%d / 2 - p.number + %d) / %d), floor = -1000000000000"
			 " FROM bench.payer p WHERE p.id = b.account",
			 count, PAYERS - 1, PAYERS));
	given_sql(w, arena_format(w->arena,
			 "UPDATE ledger.balance SET posted = %d / 2 WHERE account IN ('%s', " SECOND_WALLET ")", count,
			 id_of(w, "long")));
	given_sql(w, "UPDATE ledger.head h SET position = t.position, at = t.at"
		     " FROM (SELECT position, at FROM ledger.transfer ORDER BY position DESC LIMIT 1) t");
	given_sql(w, "VACUUM ANALYZE ledger.transfer");
	given_sql(w, "VACUUM ANALYZE ledger.balance");
	given_sql(w, "CHECKPOINT");
}

/* The instant behind that many entries of the history; the first page is asked for in the same way. */
static const char *
instant_behind(struct world *w, int count)
{
	return given_sql(
	    w, arena_format(w->arena,
		   "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM ledger.transfer"
		   " WHERE position = (SELECT position FROM ledger.head) - 2 * %d",
		   count));
}

/* Of a page behind that many entries, in milliseconds. */
static void
page_times(struct world *w, int behind, double *median_r, double *p99_r)
{
	const char *path = arena_format(w->arena, "/v1/wallets/long/history?until=%s", instant_behind(w, behind));
	double times[PAGES];

	call(w, GET, path, NULL);
	then_count(w, "/data", 20);
	path = arena_format(w->arena, "%s&cursor=%s", path, answer_field(&w->answer, "/next_cursor"));
	for (int i = 0; i < PAGES; i++) {
		call(w, GET, path, NULL);
		then_status(w, 200);
		times[i] = 1000 * w->answer.seconds;
	}
	then_count(w, "/data", 20);
	sort_values(times, PAGES);
	*median_r = times[PAGES / 2];
	*p99_r = times[PAGES * 99 / 100];
}

static void
bench_verify(struct world *w)
{
	const char *const command[] = { w->platform->program, "--config", w->platform->config, "--ledger", "verify",
		NULL };
	const double began = now_seconds();
	const int status = platform_do(w->platform, "verify", command);
	const double took = now_seconds() - began;

	note("transfers to verify", number(w, "SELECT position FROM ledger.head"), "");
	says("verified: rows that are wrong", status, "", 0, false);
	says("verified in", took, "s", 60, false);
}

void
bench_history(struct world *w)
{
	static const char *const names[] = { "first", "middle", "last" };
	const int count = is_long ? 10000000 : 600000;
	const int behind[] = { 0, count / 4, count / 2 - 40 };
	double medians[3], p99[3], slowest = 0, most = 0, least = 1e9, began = now_seconds();

	open_accounts(w);
	fill(w, count);
	settle(w, count);
	note("put there in", now_seconds() - began, "s");
	w->unchecked = true;
	for (int i = 0; i < 3; i++) {
		page_times(w, behind[i], &medians[i], &p99[i]);
		note(arena_format(w->arena, "history: the %s page, median", names[i]), medians[i], "ms");
		most = medians[i] > most ? medians[i] : most;
		least = medians[i] < least ? medians[i] : least;
		slowest = p99[i] > slowest ? p99[i] : slowest;
	}
	note("history: transfers of the wallet", count / 2, "");
	says("history: slowest page against quickest, medians", most / least, "x", 2, false);
	says("history: p99 of any page", slowest, "ms", 10, false);
	bench_verify(w);
}
