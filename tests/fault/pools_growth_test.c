/* pools_growth_test.c -- pools grow by what waits in the kernel's queue, and shrink by FPM's rules. */
#include "tests/fault/pools_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANY 40

/* Grown by the first test; while the others run, its workers have nothing to do. */
static struct pools *grown;

static void
ask_many(const struct pools *pools, int fds[], int count, const char *target)
{
	for (int i = 0; i < count; i++) {
		fds[i] = fastcgi_send(pools->web, "GET", target, NULL, 0);
		assert_true(fds[i] >= 0);
	}
}

static int
answered_well(const int fds[], int count)
{
	int well = 0;

	for (int i = 0; i < count; i++) {
		struct fastcgi_answer answer = fastcgi_receive(fds[i]);

		well += answer.complete && answer.status == 200;
		free(answer.text);
	}
	return well;
}

/* As the master's scoreboard tells, read by the other pool, whose workers are free. */
static long
status_by_other(const struct pools *pools, const char *field)
{
	struct fastcgi_answer answer = fastcgi_ask(pools->other, "GET", "/of-web", NULL, 0);
	const char *line = strstr(answer.body, field);
	long number = line != NULL ? strtol(line + strlen(field) + 1, NULL, 10) : -1;

	free(answer.text);
	return number;
}

static void
two_workers_become_sixteen_within_200_ms(void **state)
{
	struct pools *pools = pools_start("pm.max_children = 16\npm.start_servers = 2\npm.min_spare_servers = 1\n"
					  "pm.max_spare_servers = 2");
	double began, took;
	int fds[16];

	(void)state;
	grown = pools;
	assert_int_equal(status_by_other(pools, "total processes:"), 2);
	began = seconds_now();
	ask_many(pools, fds, 16, "/slow?n=1000");
	assert_true(WAIT_FOR(status_by_other(pools, "active processes:") == 16, 1));
	took = seconds_now() - began;
	print_message("2 to 16 workers in %.0f ms\n", took * 1000);
	assert_int_equal(answered_well(fds, 16), 16);
	assert_true(took < 0.2);
	assert_int_equal(status_by_other(pools, "total processes:"), 16);
}

static void
sixteen_become_fewer_one_a_second_after_three_of_patience(void **state)
{
	long before;

	(void)state;
	assert_true(WAIT_FOR(status_by_other(grown, "total processes:") < 16, 5));
	before = status_by_other(grown, "total processes:");
	assert_true(WAIT_FOR(status_by_other(grown, "total processes:") == before - 1, 2));
	pools_stop(grown);
}

static void
the_listen_queue_is_the_kernels(void **state)
{
	struct pools *pools = pools_start("pm = static\npm.max_children = 2");
	int fds[MANY];

	(void)state;
	ask_many(pools, fds, 8, "/slow?n=300");
	assert_true(WAIT_FOR(status_by_other(pools, "active processes:") == 2, 1));
	assert_int_equal(status_by_other(pools, "\nlisten queue:"), 6);
	assert_int_equal(answered_well(fds, 8), 8);
	assert_int_equal(status_by_other(pools, "\nlisten queue:"), 0);
	pools_stop(pools);
}

static void
a_pool_at_its_limit_counts_it_and_serves_everybody(void **state)
{
	struct pools *pools = pools_start("pm.max_children = 3\npm.start_servers = 1\npm.min_spare_servers = 1\n"
					  "pm.max_spare_servers = 1");
	int fds[MANY];

	(void)state;
	ask_many(pools, fds, MANY, "/slow?n=50");
	assert_int_equal(answered_well(fds, MANY), MANY);
	assert_true(status_by_other(pools, "max children reached:") >= 1);
	assert_int_equal(status_by_other(pools, "max active processes:"), 3);
	assert_true(status_by_other(pools, "max listen queue:") > 0);
	pools_stop(pools);
}

static void
an_ondemand_pool_has_no_worker_until_somebody_comes(void **state)
{
	struct pools *pools = pools_start("pm = ondemand\npm.max_children = 8\npm.process_idle_timeout = 1s");
	int fds[8];

	(void)state;
	assert_true(WAIT_FOR(status_by_other(pools, "total processes:") == 0, 5));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	ask_many(pools, fds, 8, "/slow?n=300");
	assert_true(WAIT_FOR(status_by_other(pools, "active processes:") == 8, 0.25));
	assert_int_equal(answered_well(fds, 8), 8);
	assert_true(WAIT_FOR(status_by_other(pools, "total processes:") == 0, 4));
	pools_stop(pools);
}

static void
a_client_that_has_gone_costs_nothing(void **state)
{
	struct pools *pools = pools_start("pm = static\npm.max_children = 1");
	int busy, gone[5];
	double began;

	(void)state;
	busy = fastcgi_send(pools->web, "GET", "/slow?n=300", NULL, 0);
	rest(0.05);
	for (int i = 0; i < 5; i++)
		gone[i] = fastcgi_send(pools->web, "GET", "/slow?n=2000", NULL, 0);
	for (int i = 0; i < 5; i++)
		close(gone[i]);
	began = seconds_now();
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	assert_true(seconds_now() - began < 1.0);
	assert_int_equal(answered_well(&busy, 1), 1);
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_workers_become_sixteen_within_200_ms),
		cmocka_unit_test(the_listen_queue_is_the_kernels),
		cmocka_unit_test(a_pool_at_its_limit_counts_it_and_serves_everybody),
		cmocka_unit_test(an_ondemand_pool_has_no_worker_until_somebody_comes),
		cmocka_unit_test(a_client_that_has_gone_costs_nothing),
		cmocka_unit_test(sixteen_become_fewer_one_a_second_after_three_of_patience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
