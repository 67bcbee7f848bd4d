/*
 * payment_test.c -- money while everything dies: shortages, twins, workers, posters and PostgreSQL killed at random, a
 * poster that is frozen and wakes up.  What was acknowledged exists exactly once, and every balance follows from the
 * transfers.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/api/money.h"
#include "tests/fault/fault.h"
#include "tests/fault/payers.h"

#define CLIENTS 16
#define WALLETS 6

/* `terms`: the currency, and what else stands in the body. */
static struct order
order_with(struct world *w, const char *from, const char *to, const char *amount, const char *terms)
{
	return (struct order){
		.key = uuid_text(w->arena, uuid_new(&env_system)),
		.body = arena_format(w->arena,
		    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"%s\",\"currency\":%s}", id_of(w, from),
		    id_of(w, to), amount, terms),
	};
}

static struct order
order_of(struct world *w, const char *from, const char *to, const char *amount)
{
	return order_with(w, from, to, amount, "\"USD\"");
}

static void
given_two_wallets(struct world *w, const char *units)
{
	given_user(w, "ada");
	given_user(w, "bob");
	given_wallet(w, "from", "ada", "USD", 2, units);
	given_wallet(w, "to", "bob", "USD", 2, "0");
	as(w, "ada");
}

static int64_t
number(struct world *w, const char *sql)
{
	const char *text = given_sql(w, sql);

	return text == NULL ? -1 : strtoll(text, NULL, 10);
}

static void
until_queue_is_empty(struct world *w)
{
	const int64_t until = env_monotonic(&env_system) + 15 * SECOND;

	while (number(w, "SELECT count(*) FROM ledger.item") > 0) {
		if (env_monotonic(&env_system) > until)
			fail_msg("the posting queue does not become empty");
		usleep(20000);
	}
}

static void
then_the_ledger_is_right(struct world *w)
{
	struct platform *platform = w->platform;
	const char *const command[] = { platform->program, "--config", platform->config, "--ledger", "verify", NULL };

	until_queue_is_empty(w);
	assert_int_equal(platform_do(platform, "verify", command), 0);
	assert_int_equal(number(w, "SELECT sum(posted) FROM ledger.balance"), 0);
	assert_int_equal(number(w, "SELECT count(*) FROM ledger.aside"), 0);
}

/* Each order was acknowledged, and each has one payment that was decided. */
static void
then_each_exists_once(struct world *w, const struct order *orders, size_t count)
{
	char id[UUID_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		const char *at = orders[i].answer == NULL ? NULL : strstr(orders[i].answer, "\"id\":\"");

		if (orders[i].status != 202 || at == NULL)
			fail_msg("an order ended with %u: %s", orders[i].status, orders[i].answer);
		snprintf(id, sizeof(id), "%.36s", at + 6);
		given_sql(w, arena_format(w->arena, "INSERT INTO acknowledged VALUES ('%s')", id));
	}
	assert_int_equal(number(w, "SELECT count(DISTINCT id) FROM acknowledged"), (int64_t)count);
	assert_int_equal(
	    number(w, "SELECT count(*) FROM acknowledged a JOIN payment.payment p ON p.id = a.id"), (int64_t)count);
	assert_int_equal(number(w, "SELECT count(*) FROM ledger.result_of(ARRAY(SELECT id FROM acknowledged))"
				   " WHERE state IN ('posted', 'refused')"),
	    (int64_t)count);
}

static void
begin_to_count(struct world *w)
{
	given_sql(w, "DROP TABLE IF EXISTS acknowledged");
	given_sql(w, "CREATE TABLE acknowledged (id uuid NOT NULL)");
}

static int64_t
payments_from(struct world *w, const char *wallet)
{
	return number(w,
	    arena_format(w->arena, "SELECT count(*) FROM payment.payment WHERE from_wallet = '%s'", id_of(w, wallet)));
}

static void
of_many_debits_exactly_those_succeed_that_fit(void **state)
{
	struct world *w = *state;
	const size_t count = (size_t)figure(200, 1000), fit = count / 2;
	struct order *orders = ARENA_ARRAY(w->arena, count, struct order);
	struct payers *payers;

	given_two_wallets(w, arena_format(w->arena, "%zu", fit));
	for (size_t i = 0; i < count; i++)
		orders[i] = order_of(w, "from", "to", "0.01");
	payers = payers_start(w, orders, count, 100);
	assert_true(payers_run(payers, 60));
	payers_stop(payers);
	begin_to_count(w);
	until_queue_is_empty(w);
	then_each_exists_once(w, orders, count);
	assert_int_equal(number(w, arena_format(w->arena,
				       "SELECT count(*) FROM ledger.transfer WHERE debit = '%s' AND kind = 'payment'",
				       id_of(w, "from"))),
	    (int64_t)fit);
	then_balance(w, "from", "0 0 0");
	then_balance(w, "to", arena_format(w->arena, "%zu 0 0", fit));
	then_the_ledger_is_right(w);
}

static void
of_twins_one_has_an_effect_and_all_have_the_same_answer(void **state)
{
	struct world *w = *state;
	const size_t keys = (size_t)figure(100, 10000), twins = (size_t)figure(10, 20), count = keys * twins;
	struct order *orders = ARENA_ARRAY(w->arena, count, struct order);
	struct payers *payers;

	given_two_wallets(w, "100000000");
	for (size_t i = 0; i < keys; i++) {
		orders[i * twins] =
		    order_of(w, "from", "to", arena_format(w->arena, "%zu.%02zu", i / 100 + 1, i % 100));
		for (size_t k = 1; k < twins; k++)
			orders[i * twins + k] = orders[i * twins];
	}
	payers = payers_start(w, orders, count, (unsigned)(3 * twins));
	assert_true(payers_run(payers, 600));
	payers_stop(payers);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(orders[i].status, 202);
		assert_string_equal(orders[i].answer, orders[i / twins * twins].answer);
	}
	assert_int_equal(payments_from(w, "from"), (int64_t)keys);
	then_the_ledger_is_right(w);
	assert_int_equal(number(w, arena_format(w->arena, "SELECT count(*) FROM ledger.transfer WHERE debit = '%s'",
				       id_of(w, "from"))),
	    (int64_t)keys);
}

/* The last two are in euros: between them and the others it is converted, through the house. */
static const char *
terms_between(unsigned from, unsigned to)
{
	const bool from_euros = from >= WALLETS - 2, to_euros = to >= WALLETS - 2;

	if (from_euros == to_euros)
		return to_euros ? "\"EUR\"" : "\"USD\"";
	return to_euros ? "\"EUR\",\"convert\":true" : "\"USD\",\"convert\":true";
}

/* Orders between all wallets, some of which do not fit. */
static struct order *
many_orders(struct world *w, size_t count)
{
	struct order *orders = ARENA_ARRAY(w->arena, count, struct order);
	char from[16], to[16];

	given_user(w, "ada");
	for (unsigned i = 0; i < WALLETS; i++)
		given_wallet(w, arena_format(w->arena, "w%u", i), "ada", i >= WALLETS - 2 ? "EUR" : "USD", 2,
		    i % 2 == 0 ? "50000" : "700");
	given_sql(w, "INSERT INTO wallet.rate (currency, numerator, denominator, holds_from, as_of, source)"
		     " VALUES ('EUR', 11, 10, now(), 'infinity', 'test')");
	as(w, "ada");
	for (size_t i = 0; i < count; i++) {
		const unsigned a = env_random_below(&env_system, WALLETS);
		const unsigned b = (a + 1 + env_random_below(&env_system, WALLETS - 1)) % WALLETS;

		snprintf(from, sizeof(from), "w%u", a);
		snprintf(to, sizeof(to), "w%u", b);
		orders[i] = order_with(w, from, to,
		    arena_format(
			w->arena, "%u.%02u", env_random_below(&env_system, 9), 1 + env_random_below(&env_system, 99)),
		    terms_between(a, b));
	}
	return orders;
}

/* A worker, a poster, or one of PostgreSQL's processes, which takes all of its sessions with it. */
static void
kill_something(struct world *w, unsigned turn)
{
	if (turn % 5 == 4)
		platform_signal_one_child(w->platform->postgres, env_random_below(&env_system, 12), SIGKILL);
	else
		platform_signal_one_child(w->platform->stoad, env_random_below(&env_system, 12), SIGKILL);
}

/* The test's own was killed with all the others, and may not know it yet. */
static void
forget_connection(struct world *w)
{
	PQfinish(w->admin);
	w->admin = NULL;
}

static void
whatever_is_killed_what_was_acknowledged_exists_once(void **state)
{
	struct world *w = *state;
	const size_t count = (size_t)figure(20000, 400000);
	const double seconds = figure(8, 60);
	struct order *orders = many_orders(w, count);
	struct payers *payers = payers_start(w, orders, count, CLIENTS);
	const int64_t until = env_monotonic(&env_system) + (int64_t)(seconds * 1e6);
	size_t asked, again = 0;

	expect_error_line(w, "");
	for (unsigned turn = 0; env_monotonic(&env_system) < until; turn++) {
		payers_run(payers, 0.35);
		kill_something(w, turn);
	}
	asked = payers_no_more(payers);
	assert_true(payers_run(payers, 20));
	for (size_t i = 0; i < asked; i++)
		again += orders[i].tries > 1;
	print_message("%zu payments acknowledged, %zu of them after being asked again\n", asked, again);
	payers_stop(payers);
	assert_true(asked > 100 && again > 0);
	forget_connection(w);
	begin_to_count(w);
	until_queue_is_empty(w);
	then_each_exists_once(w, orders, asked);
	assert_true(number(w, "SELECT count(*) FROM ledger.transfer WHERE kind = 'spread'") > 0);
	then_the_ledger_is_right(w);
}

static pid_t
poster_pid(struct world *w)
{
	return (pid_t)number(w, "SELECT split_part(holder, ' ', 2) FROM core.leader WHERE name = 'ledger.poster'");
}

static double
seconds_to_a_decision(struct world *w)
{
	const int64_t began = env_monotonic(&env_system);

	call_with(w, POST, "/v1/payments", order_of(w, "from", "to", "0.01").body, "Prefer: wait=9");
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	return (double)(env_monotonic(&env_system) - began) / 1e6;
}

static void
the_stand_by_takes_over_from_a_poster_that_dies(void **state)
{
	struct world *w = *state;
	double took;

	expect_error_line(w, "");
	given_two_wallets(w, "10000");
	seconds_to_a_decision(w);
	kill(poster_pid(w), SIGKILL);
	took = seconds_to_a_decision(w);
	print_message("decided %.2f s after the poster was killed\n", took);
	assert_true(took < 3);
	then_the_ledger_is_right(w);
}

static void
a_poster_that_was_frozen_cannot_write_when_it_wakes(void **state)
{
	struct world *w = *state;
	const size_t count = (size_t)figure(400, 4000);
	struct order *orders;
	struct payers *payers;
	pid_t frozen;
	double took;

	expect_error_line(w, "");
	given_two_wallets(w, "10000");
	orders = ARENA_ARRAY(w->arena, count, struct order);
	for (size_t i = 0; i < count; i++)
		orders[i] = order_of(w, "from", "to", "0.01");
	payers = payers_start(w, orders, count, CLIENTS);
	payers_run(payers, 0.2);
	frozen = poster_pid(w);
	kill(frozen, SIGSTOP);
	took = seconds_to_a_decision(w);
	kill(frozen, SIGCONT);
	print_message("decided %.2f s after the poster was frozen\n", took);
	assert_true(took < 3);
	assert_int_not_equal(poster_pid(w), frozen);
	assert_true(payers_run(payers, 60));
	payers_stop(payers);
	begin_to_count(w);
	until_queue_is_empty(w);
	then_each_exists_once(w, orders, count);
	then_the_ledger_is_right(w);
}

/* What somebody may do who may do everything, triggers or not; how it is undone; what verify says of it. */
static const struct {
	const char *damage, *repair, *says;
} damages[] = {
	{ "UPDATE ledger.transfer SET debit_after = debit_after + 1 WHERE position = 2",
	    "UPDATE ledger.transfer SET debit_after = debit_after - 1 WHERE position = 2", "position 2: debit_after" },
	{ "UPDATE ledger.transfer SET credit_after = credit_after - 1 WHERE position = 2",
	    "UPDATE ledger.transfer SET credit_after = credit_after + 1 WHERE position = 2",
	    "position 2: credit_after" },
	{ "UPDATE ledger.transfer SET amount = amount + 1 WHERE position = 3",
	    "UPDATE ledger.transfer SET amount = amount - 1 WHERE position = 3", "position 3: " },
	{ "UPDATE ledger.transfer SET at = at - interval '1 day' WHERE position = 2",
	    "UPDATE ledger.transfer SET at = at + interval '1 day' WHERE position = 2", "position 2: its time" },
	{ "UPDATE ledger.transfer SET position = -position WHERE position = 2",
	    "UPDATE ledger.transfer SET position = -position WHERE position = -2", "is missing" },
	{ "UPDATE ledger.balance SET posted = posted + 1 WHERE account = 'FROM'",
	    "UPDATE ledger.balance SET posted = posted - 1 WHERE account = 'FROM'", "account FROM: posted" },
	{ "UPDATE ledger.balance SET held = held + 1 WHERE account = 'FROM'",
	    "UPDATE ledger.balance SET held = held - 1 WHERE account = 'FROM'", "account FROM: held" },
	{ "UPDATE ledger.hold SET amount = amount + 1 WHERE debit = 'FROM'",
	    "UPDATE ledger.hold SET amount = amount - 1 WHERE debit = 'FROM'", "and the open holds come to" },
	{ "UPDATE ledger.balance SET floor = posted WHERE account = 'FROM'",
	    "UPDATE ledger.balance SET floor = 0 WHERE account = 'FROM'", "account FROM: " },
	{ "UPDATE ledger.head SET position = position + 1", "UPDATE ledger.head SET position = position - 1",
	    "head: " },
	{ "INSERT INTO ledger.refunded SELECT item, amount + 1 FROM ledger.transfer WHERE kind = 'payment' LIMIT 1",
	    "DELETE FROM ledger.refunded", "refunded is" },
};

/* FROM becomes the wallet's id. */
static const char *
filled(struct world *w, const char *text)
{
	const char *at = strstr(text, "FROM'");

	if (at == NULL && strncmp(text, "account FROM", 12) == 0)
		at = text + 8;
	if (at == NULL)
		return text;
	return arena_format(w->arena, "%.*s%s%s", (int)(at - text), text, id_of(w, "from"), at + 4);
}

static void
change_as_owner(struct world *w, const char *sql)
{
	given_sql(w, "ALTER TABLE ledger.transfer DISABLE TRIGGER transfer_stays");
	given_sql(w, filled(w, sql));
	given_sql(w, "ALTER TABLE ledger.transfer ENABLE TRIGGER transfer_stays");
}

/* The program's exit status, and what it printed. */
static int
verify(struct world *w, const char *log, const char **says_r)
{
	struct platform *platform = w->platform;
	const char *const command[] = { platform->program, "--config", platform->config, "--ledger", "verify", NULL };
	const int status = platform_do(platform, log, command);
	char text[1024];
	FILE *file = fopen(arena_format(w->arena, "%s/log/%s.out", platform->folder, log), "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	*says_r = arena_text(w->arena, text);
	return status;
}

static void
whatever_is_changed_is_found_and_named(void **state)
{
	struct world *w = *state;

	given_two_wallets(w, "100");
	seconds_to_a_decision(w);
	seconds_to_a_decision(w);
	call_with(w, POST, "/v1/payments", order_with(w, "from", "to", "0.10", "\"USD\",\"hold\":true").body,
	    "Prefer: wait=9");
	then_field(w, "/status", "held");
	then_the_ledger_is_right(w);
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const char *says;

		change_as_owner(w, damages[i].damage);
		if (verify(w, arena_format(w->arena, "damage-%zu", i), &says) != 1 ||
		    strstr(says, filled(w, damages[i].says)) == NULL)
			fail_msg("%s: verify says \"%s\"", damages[i].damage, says);
		change_as_owner(w, damages[i].repair);
	}
	then_the_ledger_is_right(w);
}

static const struct CMUnitTest payment_tests[] = {
	api_test(of_many_debits_exactly_those_succeed_that_fit),
	api_test(of_twins_one_has_an_effect_and_all_have_the_same_answer),
	api_test(the_stand_by_takes_over_from_a_poster_that_dies),
	api_test(a_poster_that_was_frozen_cannot_write_when_it_wakes),
	api_test(whatever_is_changed_is_found_and_named),
	api_test(whatever_is_killed_what_was_acknowledged_exists_once),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .own_postgres = true,
		       .pools = "ops, payment, payment-wait, ledger-leader, event-leader",
		       .settings = "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nwrite = 6000000/1m\n\n"
				   "[pool.payment]\npm = static\npm.max_children = 6\n\n"
				   "[pool.payment-wait]\npm = static\npm.max_children = 2\n",
		   });
}

int
main(void)
{
	return kit_run(payment_tests, sizeof(payment_tests) / sizeof(payment_tests[0]), "payment_tests", open_platform);
}
