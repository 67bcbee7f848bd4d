/*
 * money_bench.c -- how fast money moves, as ratios within one run on one cluster: the poster against a transfer that
 * locks rows (row_locked.sql), one hot wallet against ten thousand, accepting over HTTP against a bare worker that
 * inserts a row; and from accepted to posted, pages of a long history, how long it takes to verify, bytes of a payment.
 *
 *	scripts/stoa bench money [long] [posting | accepting | history]
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "tests/api/money.h"
#include "tests/bench/money_bench.h"

#define WALLETS 10000
#define CLIENTS 32
#define NONE    "'00000000-0000-0000-0000-000000000000'::uuid"
#define PGBENCH "/usr/lib/postgresql/15/bin/pgbench"
#define SETTINGS \
	"\n[limits]\naddress = 60000000/1m\nread = 60000000/1m\nwrite = 60000000/1m\n\n" \
	"[pool.payment]\npm = static\npm.max_children = 16\nlisten.backlog = 4096\n\n" \
	"[pool.payment-wait]\npm = static\npm.max_children = 2\n"

bool is_long;
static pid_t bare;

static void
give_up(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

double
number(struct world *w, const char *sql)
{
	const char *text = given_sql(w, sql);

	return text == NULL ? 0 : strtod(text, NULL);
}

double
now_seconds(void)
{
	return (double)env_monotonic(&env_system) / 1e6;
}

static void
open_wallets(struct world *w)
{
	given_sql(w, "CREATE TABLE IF NOT EXISTS bench.wallet (number int PRIMARY KEY, id uuid NOT NULL)");
	given_sql(
	    w, arena_format(w->arena,
		   "INSERT INTO bench.wallet SELECT n, gen_random_uuid() FROM generate_series(0, %d) n", WALLETS));
	given_sql(w,
	    "SELECT ledger.account_open(array_agg(b.id), array_agg(gen_random_uuid()), array_agg('wallet'::text),"
	    " array_agg('USD'::text), array_agg(2::bigint)) FROM bench.wallet b");
	/* Rich enough for all that comes: what the poster would have written of one deposit each. */
	given_sql(w, "UPDATE ledger.balance b SET floor = -1000000000000 FROM bench.wallet a WHERE a.id = b.account");
	given_sql(w, "VACUUM ANALYZE ledger.balance");
}

/* Items into the queue, out of random wallets; `to` names the others. */
static double
post(struct world *w, int count, const char *to)
{
	const double before = number(w, "SELECT position FROM ledger.head");
	double began;

	given_sql(
	    w, arena_format(w->arena,
		   "INSERT INTO ledger.item (id, kind, debit, credit, amount, \"of\", expires_at)"
		   " SELECT queue.new_id(), 'payment', f.id, t.id, 1, " NONE ", 'infinity'"
		   " FROM (SELECT 1 + floor(random() * (%d - 1))::int AS f, %s AS t FROM generate_series(1, %d)) n"
		   " JOIN bench.wallet f ON f.number = n.f JOIN bench.wallet t ON t.number = n.t WHERE f.id <> t.id",
		   WALLETS, to, count));
	began = now_seconds();
	while (number(w, "SELECT count(*) FROM ledger.item") > 0)
		usleep(5000);
	return (number(w, "SELECT position FROM ledger.head") - before) / (now_seconds() - began);
}

/* Transactions per second of pgbench on one statement. */
static double
row_locked(struct world *w, const char *statement, int seconds)
{
	const char *script = arena_format(w->arena, "%s/pgbench.sql", w->platform->folder);
	FILE *file = fopen(script, "we"), *bench;
	double rate = 0;
	char line[256];

	if (file == NULL)
		give_up("no script");
	fprintf(file, "\\set f random(1, %d)\n\\set t random(1, %d)\n%s\n", WALLETS, WALLETS, statement);
	fclose(file);
	bench = popen(
	    arena_format(w->arena, PGBENCH " -n -h %s/run -U postgres -c %d -j 2 -T %d -M prepared -f %s stoa 2>&1",
		w->platform->folder, CLIENTS, seconds, script),
	    "r");
	while (bench != NULL && fgets(line, sizeof(line), bench) != NULL)
		if (strncmp(line, "tps = ", 6) == 0)
			rate = strtod(line + 6, NULL);
	if (bench == NULL || pclose(bench) != 0 || rate <= 0)
		give_up("pgbench measured nothing");
	return rate;
}

static double
bench_posting(struct world *w)
{
	const int count = is_long ? 400000 : 60000, seconds = is_long ? 20 : 4;
	double hot, spread, locked;

	post(w, 5000, "0");
	hot = post(w, count, "0");
	spread = post(w, count, arena_format(w->arena, "1 + floor(random() * (%d - 1))::int", WALLETS));
	locked = row_locked(w, "SELECT bench.transfer(:f, 0, 1);", seconds);
	note("posted into one hot wallet", hot, "/s");
	note("posted between 10,000 wallets", spread, "/s");
	note("row-locked transfers into one hot row, 32 clients", locked, "/s");
	says("hot wallet: poster against row-locked", hot / locked, "x", 15, true);
	says("poster: hot wallet against 10,000 wallets", 100 * hot / spread, "%", 100, true);
	says("deadlocks", number(w, "SELECT deadlocks FROM pg_stat_database WHERE datname = 'stoa'"), "", 0, false);
	return hot;
}

/* Every 10 ms as many as make that rate; an id holds the millisecond of its making. */
static void
bench_latency(struct world *w, double rate)
{
	const int rounds = is_long ? 2000 : 300, each = (int)(rate * 0.7 / 100);
	const double from = number(w, "SELECT coalesce(max(position), 0) FROM event.log");
	double next = now_seconds();

	for (int i = 0; i < rounds; i++, next += 0.01) {
		given_sql(
		    w, arena_format(w->arena,
			   "INSERT INTO ledger.item (id, kind, debit, credit, amount, \"of\", expires_at)"
			   " SELECT queue.new_id(), 'payment', f.id, t.id, 1, " NONE ", 'infinity'"
			   " FROM bench.wallet f, bench.wallet t WHERE f.number BETWEEN %d AND %d AND t.number = 0",
			   1 + i % 10, each + i % 10));
		if (next + 0.01 > now_seconds())
			usleep((useconds_t)((next + 0.01 - now_seconds()) * 1e6));
	}
	while (number(w, "SELECT count(*) FROM ledger.item") + number(w, "SELECT count(*) FROM event.outbox") > 0)
		usleep(5000);
	note("offered for latency", each * 100, "/s");
	says("accepted to posted and told, p99 at 70 %",
	    1000 * number(w, arena_format(w->arena,
				 "SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM sequenced_at)"
				 " - ('x' || substr(replace(subject::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)"
				 " FROM event.log WHERE position > %.0f",
				 from)),
	    "ms", 250, false);
}

static void
start_bare(struct world *w)
{
	struct platform *platform = w->platform;
	const char *program = arena_format(platform->arena, "%s/bare_worker", platform->folder);
	const char *socket = arena_format(platform->arena, "%s/run/bare.sock", platform->folder);
	const char *const command[] = { program, socket, "16", db_url(w->config, "stoa_payment", false), "--insert",
		NULL };
	FILE *doors = fopen(arena_format(platform->arena, "%s/nginx/doors.conf", platform->folder), "ae");

	given_sql(w, "CREATE TABLE bench.bare (id uuid PRIMARY KEY, debit uuid, credit uuid, amount numeric(38,0))");
	given_sql(w, "GRANT USAGE ON SCHEMA bench TO stoa_payment");
	given_sql(w, "GRANT INSERT, SELECT ON bench.bare TO stoa_payment");
	if (doors == NULL || system(arena_format(platform->arena, "cp %s %s && chmod a+rx %s",
				 build_program(platform->arena, "tests/bench/bare_worker"), program, program)) != 0)
		give_up("no bare worker");
	fprintf(doors, "location /bare/pay {\n\tinclude fastcgi.conf;\n\tfastcgi_pass unix:%s;\n}\n", socket);
	fclose(doors);
	bare = platform_run(platform, "bare", command);
	kill(platform->nginx, SIGHUP);
	sleep(1);
}

static double
wrk(struct world *w, const char *path, const char *arguments, int seconds)
{
	FILE *run =
	    popen(arena_format(w->arena,
		      "wrk -t1 -c%d -d%ds -s " TOP_SRCDIR "/tests/bench/pay.lua https://localhost:%d%s -- %s 2>&1",
		      CLIENTS, seconds, w->platform->https_port, path, arguments),
		"r");
	double rate = 0;
	char line[256];

	while (run != NULL && fgets(line, sizeof(line), run) != NULL) {
		if (strstr(line, "Requests/sec:") != NULL)
			rate = strtod(strchr(line, ':') + 1, NULL);
		if (strstr(line, "Non-2xx") != NULL)
			fprintf(stderr, "%s: %s", path, line);
	}
	if (run == NULL || pclose(run) != 0 || rate < 1)
		give_up("wrk counted nothing");
	return rate;
}

static const char *const kept_in[] = { "payment.payment", "ledger.transfer", "ledger.item", "core.idempotency" };
#define KEPT_IN (sizeof(kept_in) / sizeof(kept_in[0]))

/* Bytes of each, rows and indexes. */
static void
sizes(struct world *w, double *sizes_r)
{
	while (number(w, "SELECT count(*) FROM ledger.item") > 0)
		usleep(20000);
	for (size_t i = 0; i < KEPT_IN; i++) {
		given_sql(w, arena_format(w->arena, "VACUUM %s", kept_in[i]));
		sizes_r[i] = number(w, arena_format(w->arena, "SELECT pg_total_relation_size('%s')", kept_in[i]));
	}
}

static void
bench_accepting(struct world *w)
{
	const int seconds = is_long ? 20 : 4, rounds = is_long ? 5 : 2;
	double ours = 0, theirs = 0, payments, before[KEPT_IN], after[KEPT_IN], bytes = 0;
	const char *arguments;

	given_user(w, "ada");
	given_wallet(w, "from", "ada", "USD", 2, "100000000000");
	given_wallet(w, "to", "ada", "USD", 2, "0");
	arguments = arena_format(w->arena, "%s %s %s", kit_named(w, "ada")->token, id_of(w, "from"), id_of(w, "to"));
	start_bare(w);
	sizes(w, before);
	payments = number(w, "SELECT count(*) FROM payment.payment");
	/* Both sides at their stride: connections are open, and every statement has the plan that it keeps.
	 * Bytes are counted from before that: pages that are half empty by then would take in rows for nothing. */
	wrk(w, "/bare/pay", arguments, 2);
	wrk(w, "/v1/payments", arguments, 2);
	for (int i = 0; i < rounds; i++) {
		theirs += wrk(w, "/bare/pay", arguments, seconds) / rounds;
		ours += wrk(w, "/v1/payments", arguments, seconds) / rounds;
	}
	sizes(w, after);
	payments = number(w, "SELECT count(*) FROM payment.payment") - payments;
	note("bare libfcgi worker, one INSERT, pool of 16", theirs, "/s");
	note("payments accepted, pool of 16", ours, "/s");
	says("accepting against the bare worker", 100 * ours / theirs, "%", 60, true);
	for (size_t i = 0; i < KEPT_IN; i++) {
		note(arena_format(w->arena, "a payment in %s", kept_in[i]), (after[i] - before[i]) / payments, "bytes");
		bytes += after[i] - before[i];
	}
	says("a payment: rows, indexes, key", bytes / payments, "bytes", 800, false);
}

int
main(int argc, char **argv)
{
	const struct platform_wish wish = { .own_postgres = true,
		.durable = true,
		.pools = "ops, payment, payment-wait, wallet, ledger-leader, event-leader",
		.settings = SETTINGS };
	void *state = NULL;
	struct world *w;
	double rate;

	if (argc > 1 && (is_long = strcmp(argv[1], "long") == 0)) {
		argc--;
		argv++;
	}
	if (getenv("STOA_TEST_CONFIG") == NULL)
		give_up("STOA_TEST_CONFIG names no environment; run scripts/stoa bench");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (platform_open_with(&state, &wish) != 0)
		give_up("the platform did not start");
	w = state;
	given_sql(w, "SELECT 1");
	if (system(arena_format(w->arena,
		"psql -q -h %s/run -U postgres -d stoa -v ON_ERROR_STOP=1 -f " TOP_SRCDIR
		"/tests/bench/row_locked.sql >/dev/null",
		w->platform->folder)) != 0)
		give_up("row_locked.sql");
	open_wallets(w);
	printf("synchronous_commit = %s, fsync = %s; %s form\n", given_sql(w, "SHOW synchronous_commit"),
	    given_sql(w, "SHOW fsync"), is_long ? "long" : "short");
	if (argc < 2 || strcmp(argv[1], "posting") == 0) {
		rate = bench_posting(w);
		bench_latency(w, rate);
	}
	if (argc < 2 || strcmp(argv[1], "accepting") == 0)
		bench_accepting(w);
	if (argc < 2 || strcmp(argv[1], "history") == 0)
		bench_history(w);
	platform_end(&bare, SIGTERM);
	kit_close(&state);
	return all_is_well() ? 0 : 1;
}
