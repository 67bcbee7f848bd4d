/*
 * sealer_test.c -- the sealer is killed and frozen under load: another takes over, the chain stays whole, every row is
 * in it once, and no request notices.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define CLIENTS  8
#define TAKEOVER 10 /* seconds; a lease is two */
/* Seconds in which nobody is answered: whoever waited for the sealer would wait for the lease, and all would. */
#define SILENCE 1.5

static long
number(struct world *w, const char *text)
{
	const char *value = given_sql(w, text);

	return value == NULL ? 0 : strtol(value, NULL, 10);
}

/* Who leads says so with its host, its process and a word of chance. */
static pid_t
sealer(struct world *w)
{
	return (pid_t)number(w, "SELECT split_part(holder, ' ', 2) FROM core.leader WHERE name = 'audit.sealer'");
}

static double silence; /* the longest so far */

static void
listen_to(struct load *load, double seconds)
{
	double since;

	load_run(load, seconds);
	since = (double)(env_monotonic(&env_system) - load_last_well(load)) / 1e6;
	silence = since > silence ? since : silence;
}

static double
wait_for_successor(struct world *w, struct load *load, pid_t before)
{
	const long seals = number(w, "SELECT max(number) FROM audit.seal");
	const int64_t began = env_monotonic(&env_system);

	while (sealer(w) == before || number(w, "SELECT max(number) FROM audit.seal") <= seals) {
		if (env_monotonic(&env_system) - began > TAKEOVER * SECOND)
			fail_msg("nobody seals after %d s", TAKEOVER);
		listen_to(load, 0.05);
	}
	return (double)(env_monotonic(&env_system) - began) / 1e6;
}

/* Killed, or frozen until another leads and then let go on, as if nothing had been. */
static double
strike(struct world *w, struct load *load, bool freeze)
{
	const pid_t victim = sealer(w);
	double took;

	assert_true(victim > 1);
	kill(victim, freeze ? SIGSTOP : SIGKILL);
	took = wait_for_successor(w, load, victim);
	if (freeze)
		kill(victim, SIGCONT);
	load_run(load, 0.3);
	return took;
}

static void
wait_until_sealed(struct world *w)
{
	const int64_t until = env_monotonic(&env_system) + 5 * SECOND;

	while (number(w, "SELECT count(*) FROM audit.inbox") > 0)
		if (env_monotonic(&env_system) > until)
			fail_msg("what was written is not sealed");
}

static void
then_the_chain_is_whole(struct world *w)
{
	const char *const command[] = { w->platform->program, "--config", w->platform->config, "--audit", "verify",
		NULL };

	assert_int_equal(platform_do(w->platform, "verify", command), 0);
	assert_int_equal(number(w, "SELECT max(position) - count(*) FROM audit.entry"), 0);
}

static void
a_sealer_that_dies_or_freezes_leaves_the_chain_whole(void **state)
{
	static const struct load_request requests[] = { { "/v1/notes", "{\"text\":\"a\"}", 0 } };
	const int strikes = (int)figure(3, 20);
	struct world *w = *state;
	struct load_report report;
	struct load *load;
	double longest = 0;

	expect_error_line(w, "worker");
	given_user(w, "ada");
	as(w, "ada");
	load = load_start(w, requests, 1, CLIENTS);
	load_run(load, 1);
	for (int i = 0; i < strikes; i++) {
		double took = strike(w, load, i % 2 == 1);

		longest = took > longest ? took : longest;
	}
	report = load_stop(load);
	print_message(
	    "%d strikes, sealed again after %.2f s at most; %u requests, slowest %.3f s, longest silence %.3f s\n",
	    strikes, longest, report.well, report.slowest, silence);
	then_nothing_wrong(report);
	assert_int_equal(report.refused, 0);
	assert_true(silence < SILENCE);
	wait_until_sealed(w);
	then_the_chain_is_whole(w);
	assert_int_equal(
	    number(w, arena_format(w->arena, "SELECT count(*) FROM sample.note WHERE owner = '%s'", id_of(w, "ada"))),
	    number(w, arena_format(w->arena,
			  "SELECT count(DISTINCT request) FROM audit.entry WHERE party = '%s' AND status = 201",
			  id_of(w, "ada"))));
}

static const struct CMUnitTest sealer_tests[] = {
	api_test(a_sealer_that_dies_or_freezes_leaves_the_chain_whole),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .own_postgres = true,
		       .pools = "ops, sample, limits, audit-leader",
		       .settings = "\n[limits]\naddress = 6000000/1m\nwrite = 6000000/1m\n\n[pool.audit-leader]\n"
				   "pm.max_children = 2\n",
		   });
}

int
main(void)
{
	return kit_run(sealer_tests, sizeof(sealer_tests) / sizeof(sealer_tests[0]), "sealer_tests", open_platform);
}
