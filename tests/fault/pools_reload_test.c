/*
 * pools_reload_test.c -- a reload loses nothing and holds up nobody, and one that fails changes nothing.
 *
 * Quick: 20 reloads; with STOA_TEST_LONG=1: 200.  Meanwhile clients send 300 kB bodies, fetch 3 MB replies and ask for
 * little things, and a request of five seconds is always running.
 */
#include "tests/fault/pools_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY_SIZE 300000
#define REPLY_SIZE 3000000
#define CLIENTS 4

/* Shared with the clients, which are processes. */
struct tally {
	_Atomic int stop;
	_Atomic unsigned echoes, bigs, smalls, slows, lost;
	_Atomic long slowest; /* microseconds, of the little ones */
};

static void
count(struct tally *tally, _Atomic unsigned *well, bool is_well, const char *what, const struct fastcgi_answer *answer)
{
	if (is_well) {
		++*well;
		return;
	}
	++tally->lost;
	fprintf(stderr, "lost: %s: status %d, %zu bytes, after %.3f s\n", what, answer->status, answer->body_length,
	    answer->seconds);
}

static void
ask_echo(const char *socket, struct tally *tally)
{
	static char body[BODY_SIZE + 16];
	struct fastcgi_answer answer;
	int length = snprintf(body, sizeof(body), "{\"text\":\"%0*d\"}", BODY_SIZE, getpid());

	answer = fastcgi_ask(socket, "POST", "/echo", body, (size_t)length);
	count(tally, &tally->echoes,
	    answer.complete && answer.status == 200 && answer.body_length == BODY_SIZE &&
		memcmp(answer.body, body + 9, BODY_SIZE) == 0,
	    "a body of 300 kB", &answer);
	free(answer.text);
}

static bool
is_big(const struct fastcgi_answer *answer)
{
	bool same = answer->complete && answer->status == 200 && answer->body_length == REPLY_SIZE;

	for (size_t i = 0; same && i < REPLY_SIZE; i++)
		same = answer->body[i] == (char)('a' + i % 23);
	return same;
}

static void
ask_big(const char *socket, struct tally *tally)
{
	struct fastcgi_answer answer = fastcgi_ask(socket, "GET", "/big", NULL, 0);

	count(tally, &tally->bigs, is_big(&answer), "a reply of 3 MB", &answer);
	free(answer.text);
}

static void
ask_small(const char *socket, struct tally *tally)
{
	struct fastcgi_answer answer = fastcgi_ask(socket, "GET", "/pid", NULL, 0);
	long micros = (long)(answer.seconds * 1e6), known = tally->slowest;

	count(tally, &tally->smalls, answer.complete && answer.status == 200, "a little thing", &answer);
	while (known < micros && !__atomic_compare_exchange_n((long *)&tally->slowest, &known, micros, false,
				     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		continue;
	free(answer.text);
}

static void
ask_slow(const char *socket, struct tally *tally)
{
	struct fastcgi_answer answer = fastcgi_ask(socket, "GET", "/slow?n=5000", NULL, 0);

	count(tally, &tally->slows, answer.complete && answer.status == 200, "five seconds", &answer);
	free(answer.text);
}

static pid_t
client(const char *socket, struct tally *tally, bool slow)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	while (!tally->stop) {
		if (slow) {
			ask_slow(socket, tally);
			continue;
		}
		ask_echo(socket, tally);
		ask_small(socket, tally);
		ask_big(socket, tally);
		ask_small(socket, tally);
		rest(0.002);
	}
	_exit(0);
}

static void
reloads_lose_nothing(void **state)
{
	struct pools *pools = pools_start("pm.max_children = 12\nrequest_terminate_timeout = 10s");
	struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned wanted = is_long() ? 200 : 20, reloads = 0;
	pid_t clients[CLIENTS + 1];

	(void)state;
	memset(tally, 0, sizeof(*tally));
	for (size_t i = 0; i <= CLIENTS; i++)
		clients[i] = client(pools->web, tally, i == CLIENTS);
	for (unsigned i = 0; i < wanted; i++) {
		rest(0.05);
		reloads += pools_reload(pools);
	}
	tally->stop = 1;
	for (size_t i = 0; i <= CLIENTS; i++)
		waitpid(clients[i], NULL, 0);
	print_message("%u reloads: %u bodies, %u large replies, %u little ones (slowest %.3f s), %u of five seconds; lost %u\n",
	    reloads, tally->echoes, tally->bigs, tally->smalls, (double)tally->slowest / 1e6, tally->slows, tally->lost);
	assert_int_equal(reloads, wanted);
	assert_int_equal(tally->lost, 0);
	assert_true(tally->echoes > 20 && tally->bigs > 20 && tally->slows > 0);
	assert_true(tally->slowest < 1000000);
	pools_stop(pools);
}

static void
a_generation_with_a_wrong_setting_is_dropped(void **state)
{
	struct pools *pools = pools_start("");
	pid_t before = pools_master(pools);

	(void)state;
	pools_write_config(pools, "pm.max_children = many");
	kill(before, SIGHUP);
	assert_true(WAIT_FOR(pools_log_has(pools, "the next generation did not start"), 3));
	assert_true(pools_log_has(pools, "pm.max_children"));
	assert_int_equal(pools_master(pools), before);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	pools_write_config(pools, "");
	assert_true(pools_reload(pools));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	pools_stop(pools);
}

static void
a_generation_that_cannot_listen_is_dropped(void **state)
{
	struct pools *pools = pools_start("");
	pid_t before = pools_master(pools);

	(void)state;
	pools_write_config(pools, "listen = /nowhere/web.sock");
	kill(before, SIGHUP);
	assert_true(WAIT_FOR(pools_log_has(pools, "the next generation did not start"), 3));
	assert_int_equal(pools_master(pools), before);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	/* It said itself what was wrong, with an ERROR that is expected here. */
	assert_true(pools_log_has(pools, "a pool cannot listen"));
	assert_int_equal(truncate(pools->log, 0), 0);
	pools_stop(pools);
}

static void
signals_that_come_together_are_one_reload(void **state)
{
	struct pools *pools = pools_start("");
	pid_t before = pools_master(pools);

	(void)state;
	for (int i = 0; i < 10; i++)
		kill(before, i % 2 == 0 ? SIGHUP : SIGUSR2);
	assert_true(WAIT_FOR(pools_master(pools) != before, 3));
	rest(0.3);
	assert_in_range(pools_log_count(pools, "has taken over"), 1, 3);
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	pools_stop(pools);
}

static void
a_binary_put_in_its_place_is_the_next_one(void **state)
{
	struct pools *pools = pools_prepare("");
	char program[160], command[1200];

	(void)state;
	snprintf(program, sizeof(program), "%s/test_house", pools->dir);
	snprintf(command, sizeof(command), "cp %s %s", test_house_path(), program);
	assert_int_equal(system(command), 0);
	if ((pools->started = fork()) == 0) {
		execl(program, program, "--config", pools->config, (char *)NULL);
		_exit(127);
	}
	assert_true(WAIT_FOR(pools_log_has(pools, "\"ready\""), 5));
	/* As a package does it: another file under the same name.  First one that is no program at all. */
	snprintf(command, sizeof(command), "echo nonsense > %s.new && chmod 755 %s.new && mv %s.new %s", program, program, program,
	    program);
	assert_int_equal(system(command), 0);
	assert_false(pools_reload(pools));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	snprintf(command, sizeof(command), "cp %s %s.new && mv %s.new %s", test_house_path(), program, program, program);
	assert_int_equal(system(command), 0);
	assert_true(pools_reload(pools));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reloads_lose_nothing),
		cmocka_unit_test(a_generation_with_a_wrong_setting_is_dropped),
		cmocka_unit_test(a_generation_that_cannot_listen_is_dropped),
		cmocka_unit_test(signals_that_come_together_are_one_reload),
		cmocka_unit_test(a_binary_put_in_its_place_is_the_next_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
