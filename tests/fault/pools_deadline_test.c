/* pools_deadline_test.c -- the soft deadline, the hard kill, and the slow log. */
#include "tests/fault/pools_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
at_the_deadline_the_answer_is_504(void **state)
{
	struct pools *pools = pools_start("request_terminate_timeout = 1s");
	struct fastcgi_answer answer = fastcgi_ask(pools->web, "GET", "/slow?n=5000", NULL, 0);

	(void)state;
	assert_int_equal(answer.status, 504);
	assert_non_null(strstr(answer.text, "application/problem+json"));
	assert_non_null(strstr(answer.body, "/problems/deadline"));
	assert_true(answer.seconds >= 0.9 && answer.seconds < 1.5);
	free(answer.text);
	pools_stop(pools);
}

static void
a_worker_that_hangs_is_killed_two_seconds_later(void **state)
{
	struct pools *pools = pools_start("request_terminate_timeout = 1s\npm = static\npm.max_children = 1");
	struct fastcgi_answer answer = fastcgi_ask(pools->web, "GET", "/hang", NULL, 0);

	(void)state;
	print_message("killed after %.2f s\n", answer.seconds);
	assert_int_equal(answer.status, 0);
	assert_true(answer.seconds >= 2.9 && answer.seconds < 3.5);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	assert_int_equal(pools_log_count(pools, "a worker past its deadline is killed"), 1);
	assert_true(pools_log_has(pools, "\"route\":\"/hang\""));
	pools_stop(pools);
}

/* One byte, and then nothing: it holds its worker no longer than a request may. */
static void
a_peer_that_says_one_byte_does_not_hold_a_worker(void **state)
{
	struct pools *pools = pools_start("request_terminate_timeout = 1s\npm = static\npm.max_children = 1");
	int peer = fastcgi_connect(pools->web);
	double began = seconds_now();

	(void)state;
	assert_int_equal(send(peer, "\1", 1, 0), 1);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	print_message("served after %.2f s\n", seconds_now() - began);
	assert_true(seconds_now() - began < 5.5);
	close(peer);
	pools_stop(pools);
}

static void
a_slow_request_is_in_the_slow_log(void **state)
{
	char options[300], line[4096] = "";
	struct pools *pools = pools_prepare("");
	FILE *slowlog;

	(void)state;
	snprintf(options, sizeof(options), "request_slowlog_timeout = 1s\nslowlog = %s/slow.log", pools->dir);
	pools_write_config(pools, options);
	pools_run(pools);
	assert_int_equal(pools_get(pools->web, "/slow?n=100"), 200);
	assert_int_equal(pools_get(pools->web, "/slow?n=1100"), 200);
	snprintf(options, sizeof(options), "%s/slow.log", pools->dir);
	assert_true(WAIT_FOR((slowlog = fopen(options, "re")) != NULL, 1));
	assert_non_null(fgets(line, sizeof(line), slowlog));
	assert_non_null(strstr(line, "\"logger\":\"slow\""));
	assert_non_null(strstr(line, "\"route\":\"/slow\""));
	assert_non_null(strstr(line, "\"name\":\"sql slow_statement\""));
	assert_null(fgets(line, sizeof(line), slowlog));
	fclose(slowlog);
	assert_int_equal(pools_status(pools, "slow requests:"), 1);
	/* Without a file of its own it goes to the log. */
	pools_write_config(pools, "request_slowlog_timeout = 1s");
	assert_true(pools_reload(pools));
	assert_true(WAIT_FOR(pools_log_has(pools, "\"ended\""), 3)); /* the old workers know the old settings */
	assert_int_equal(pools_get(pools->web, "/slow?n=1100"), 200);
	assert_true(WAIT_FOR(pools_log_has(pools, "\"spans\":\"sql slow_statement"), 1));
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_deadline_the_answer_is_504),
		cmocka_unit_test(a_worker_that_hangs_is_killed_two_seconds_later),
		cmocka_unit_test(a_peer_that_says_one_byte_does_not_hold_a_worker),
		cmocka_unit_test(a_slow_request_is_in_the_slow_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
