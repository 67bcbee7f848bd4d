/* pools_death_test.c -- masters and workers that die, and what everybody else notices of it. */
#include "tests/fault/pools_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
a_killed_master_leaves_no_orphans_and_no_lost_socket(void **state)
{
	struct pools *pools = pools_start("");
	int open = fastcgi_send(pools->web, "GET", "/slow?n=600", NULL, 0);
	struct fastcgi_answer answer;

	(void)state;
	rest(0.1);
	kill(pools_master(pools), SIGKILL);
	assert_true(WAIT_FOR(pools_processes(pools) == 1, 0.4)); /* who holds the request */
	assert_int_equal(truncate(pools->log, 0), 0);
	pools_run(pools);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	answer = fastcgi_receive(open);
	assert_int_equal(answer.status, 200);
	free(answer.text);
	pools_stop(pools);
}

static void
a_hanging_orphan_is_killed_by_the_next_master(void **state)
{
	struct pools *pools = pools_start("request_terminate_timeout = 1s\npm = static\npm.max_children = 1");
	int open = fastcgi_send(pools->web, "GET", "/hang", NULL, 0);

	(void)state;
	rest(0.1);
	kill(pools_master(pools), SIGKILL);
	assert_true(WAIT_FOR(pools_processes(pools) == 1, 1));
	assert_int_equal(truncate(pools->log, 0), 0);
	pools_run(pools);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	assert_true(WAIT_FOR(pools_log_has(pools, "an orphaned worker past its deadline is killed"), 5));
	close(open);
	pools_stop(pools);
}

static void
a_second_stoad_does_not_start(void **state)
{
	struct pools *pools = pools_start("");
	const char *program = test_house_path();
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		execl(program, program, "--config", pools->config, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_true(pools_log_has(pools, "another stoad runs here"));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	assert_int_equal(truncate(pools->log, 0), 0);
	pools_stop(pools);
}

/* Processes that ask for `target` until told to stop; each returns how many answers were not whole. */
static pid_t
storm(const char *socket, const char *target, double seconds)
{
	double until = seconds_now() + seconds;
	unsigned lost = 0;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	while (seconds_now() < until) {
		lost += pools_get(socket, target) == 0;
		rest(0.001);
	}
	_exit(lost > 255 ? 255 : (int)lost);
}

static int
lost_by(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void
a_crash_storm_on_one_route_leaves_the_others_alone(void **state)
{
	struct pools *pools = pools_start("pm.max_children = 6");
	double seconds = is_long() ? 20 : 2;
	pid_t crashing = storm(pools->web, "/crash", seconds), same = storm(pools->web, "/pid", seconds),
	      other = storm(pools->other, "/pid", seconds);
	int crashed = lost_by(crashing);

	(void)state;
	assert_int_equal(lost_by(same), 0);
	assert_int_equal(lost_by(other), 0);
	print_message("%d%s crashes\n", crashed, crashed == 255 ? " and more" : "");
	assert_true(crashed > 20);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	pools_stop(pools);
}

static long
served_by(const struct pools *pools, unsigned requests)
{
	struct fastcgi_answer answer;
	long first = 0, pid = 0;

	for (unsigned i = 0; i < requests; i++) {
		answer = fastcgi_ask(pools->web, "GET", "/pid", NULL, 0);
		assert_int_equal(answer.status, 200);
		pid = strtol(answer.body, NULL, 10);
		free(answer.text);
		if (first == 0)
			first = pid;
		if (pid != first)
			return (long)i;
	}
	return (long)requests;
}

static void
a_worker_is_replaced_after_max_requests_give_or_take(void **state)
{
	struct pools *pools = pools_start("pm = static\npm.max_children = 1\npm.max_requests = 100");
	long least = 1000, most = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		/* The last request of a worker found its successor, which has served one then. */
		long served = served_by(pools, 200) + (i > 0 ? 1 : 0);

		least = served < least ? served : least;
		most = served > most ? served : most;
	}
	print_message("between %ld and %ld requests each\n", least, most);
	assert_true(least >= 90 && most <= 110 && most > least);
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_master_leaves_no_orphans_and_no_lost_socket),
		cmocka_unit_test(a_hanging_orphan_is_killed_by_the_next_master),
		cmocka_unit_test(a_second_stoad_does_not_start),
		cmocka_unit_test(a_crash_storm_on_one_route_leaves_the_others_alone),
		cmocka_unit_test(a_worker_is_replaced_after_max_requests_give_or_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
