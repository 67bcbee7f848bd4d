/*
 * exchange_test.c -- two hosts (two segments) and one Redis of our own, on a unix socket: together they honour a limit,
 * and a Redis that is gone, frozen or full costs them nothing but that.  Skipped where there is no redis-server.
 */
#include "tests/core/trust_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/limit/exchange.h"
#include "core/limit/limit.h"
#include "core/limit/segment.h"

static pid_t redis;
static char redis_socket[100], redis_url[160];

static int64_t
now(void)
{
	return env_now(&env_system).micros;
}

static int64_t
monotonic(void)
{
	return env_monotonic(&env_system);
}

static bool
redis_is_installed(void)
{
	return access("/usr/bin/redis-server", X_OK) == 0 || access("/usr/local/bin/redis-server", X_OK) == 0;
}

/* Whether Redis answers a line as it should, asked on a connection of its own. */
static bool
redis_says(const char *line, const char *wanted)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const size_t length = strlen(wanted);
	char answer[16] = "";
	bool well;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", redis_socket);
	well = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	       write(fd, line, strlen(line)) == (ssize_t)strlen(line) && read(fd, answer, sizeof(answer)) > 0 &&
	       memcmp(answer, wanted, length) == 0;
	close(fd);
	return well;
}

static void
redis_start(const char *memory)
{
	if ((redis = fork()) == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		dup2(nowhere, 1);
		dup2(nowhere, 2);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", redis_socket, "--save", "",
		    "--appendonly", "no", "--maxmemory", memory, "--maxmemory-policy", "noeviction", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !redis_says("PING\r\n", "+PONG"); i++)
		usleep(10000);
}

static void
redis_stop(void)
{
	int status;

	if (redis <= 0)
		return;
	kill(redis, SIGCONT);
	kill(redis, SIGKILL);
	waitpid(redis, &status, 0);
	unlink(redis_socket);
	redis = 0;
}

static int
begin(void **state)
{
	kit_begin(state);
	snprintf(redis_socket, sizeof(redis_socket), "%s/redis.sock", kit->directory);
	snprintf(redis_url, sizeof(redis_url), "unix:%s", redis_socket);
	kit->config.global.redis_url = redis_url;
	redis_start("0");
	return 0;
}

static int
end(void **state)
{
	redis_stop();
	return kit_end(state);
}

/* A host: processes of its own, with a segment of its own, that takes as often as it can for a while. */
struct host {
	_Atomic uint32_t allowed;
	_Atomic int64_t slowest; /* microseconds that one request waited for its limit */
};

static pid_t
host_start(struct host *host, struct limit_rate rate, uint64_t key, int milliseconds)
{
	pid_t child = fork();
	struct exchange *exchange;
	int64_t until, next = 0;

	if (child != 0)
		return child;
	exchange = exchange_new(redis_url);
	if (limit_segment_anonymous(now()) == NULL || exchange == NULL)
		_exit(1);
	until = monotonic() + milliseconds * MILLISECOND;
	while (monotonic() < until) {
		int64_t began = monotonic();

		if (limit_take(key, rate, now()).allowed)
			atomic_fetch_add(&host->allowed, 1);
		if (monotonic() - began > atomic_load(&host->slowest))
			atomic_store(&host->slowest, monotonic() - began);
		if (monotonic() >= next) {
			exchange_round(exchange, limit_segment(), now(), monotonic());
			next = monotonic() + EXCHANGE_PAUSE * MILLISECOND;
		}
		usleep(500);
	}
	_exit(0);
}

static struct host *
hosts_new(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at;
}

static void
wait_for(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static uint32_t
two_hosts_take(uint64_t key, int milliseconds)
{
	const struct limit_rate rate = { 600, 60 }; /* 10 a second, 600 at once */
	struct host *hosts = hosts_new();
	pid_t children[2];
	uint32_t together;

	for (int i = 0; i < 2; i++)
		children[i] = host_start(&hosts[i], rate, key, milliseconds);
	for (int i = 0; i < 2; i++)
		wait_for(children[i]);
	together = hosts[0].allowed + hosts[1].allowed;
	munmap(hosts, 4096);
	return together;
}

/* 600 at once and 30 in three seconds; each host may let through what fits in an exchange or two before it knows. */
static void
two_hosts_honour_a_limit_together(void **state)
{
	uint32_t together = 0, after = 0;

	(void)state;
	for (uint64_t key = 1000; key < 1005; key++) {
		together = two_hosts_take(key, 3000);
		/* Fresh segments, as if both had started again: what was too much is paid back first. */
		after = two_hosts_take(key, 1000);
		/* Where other work keeps Redis from answering in time each host limits by itself, and that is no test
		 * of it. */
		if (together >= 600 && together <= 1030 && after <= 100)
			return;
	}
	fail_msg("together %u of 630, and then %u", together, after);
}

static enum exchange_outcome
spend_and_exchange(struct exchange *exchange, int64_t *took_r)
{
	const struct limit_rate rate = { 100000, 60 };
	int64_t began;
	enum exchange_outcome outcome;

	limit_take(8, rate, now());
	began = monotonic();
	outcome = exchange_round(exchange, limit_segment(), now(), began);
	*took_r = monotonic() - began;
	return outcome;
}

static enum exchange_outcome
outcome_within(struct exchange *exchange, enum exchange_outcome wanted, int milliseconds)
{
	enum exchange_outcome outcome = EXCHANGE_IDLE;
	int64_t took;

	for (int i = 0; i < milliseconds / 50 && outcome != wanted; i++) {
		outcome = spend_and_exchange(exchange, &took);
		assert_true(took < 2 * SECOND);
		usleep(50000);
	}
	return outcome;
}

static bool
is_shared(struct exchange *exchange, struct limit_segment *segment)
{
	return exchange_round(exchange, segment, now(), monotonic()) == EXCHANGE_SHARED;
}

/* On a machine that is busy with other things Redis may miss its 50 ms, and a round's counts are lost, as they may be.
 */
static bool
one_host_tells_another(struct exchange *exchange, uint64_t key)
{
	const struct limit_rate rate = { 600, 60 };
	struct limit_segment *a = limit_segment_anonymous(now()), *b = NULL;
	bool well = outcome_within(exchange, EXCHANGE_SHARED, 3000) == EXCHANGE_SHARED;

	for (int i = 0; i < 550; i++)
		assert_true(limit_take(key, rate, now()).allowed);
	if ((well = well && is_shared(exchange, a))) {
		b = limit_segment_anonymous(now());
		assert_int_equal(limit_take(key, rate, now()).remaining, 599);
		if ((well = is_shared(exchange, b))) {
			assert_in_range(limit_take(key, rate, now()).remaining, 45, 100);
			assert_true(limit_is_shared(&kit->config));
		}
		munmap(b, sizeof(*b));
	}
	munmap(a, sizeof(*a));
	return well;
}

static void
a_host_learns_at_its_first_exchange_what_others_let_through(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	bool well = false;

	(void)state;
	for (uint64_t key = 7; key < 17 && !well; key++)
		well = one_host_tells_another(exchange, key);
	assert_true(well);
	exchange_free(exchange);
}

static void
a_redis_that_dies_is_done_without_and_found_again(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	int64_t took;

	(void)state;
	limit_segment_anonymous(now());
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
	redis_stop();
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_ALONE);
	assert_false(limit_is_shared(&kit->config));
	/* The breaker is open: Redis is not asked at all. */
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_IDLE);
	redis_start("0");
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
	assert_true(limit_is_shared(&kit->config));
	exchange_free(exchange);
}

static void
a_frozen_redis_costs_the_helper_50_ms_and_requests_nothing(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	const struct limit_rate rate = { 1000000, 600 };
	int64_t took, began;

	(void)state;
	limit_segment_anonymous(now());
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
	kill(redis, SIGSTOP);
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_ALONE);
	assert_in_range(took, 30 * MILLISECOND, 2 * SECOND);
	began = monotonic();
	for (int i = 0; i < 10000; i++)
		assert_true(limit_take(9, rate, now()).allowed);
	assert_true(monotonic() - began < SECOND);
	/* A new connection is accepted by the kernel and answered by nobody. */
	usleep(250000);
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_ALONE);
	assert_true(took < 2 * SECOND);
	kill(redis, SIGCONT);
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
	exchange_free(exchange);
}

/* Slower than the helper's patience: as good as none while it lasts, and no round waits for it. */
static void
a_slow_redis_is_done_without_until_it_is_fast_again(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	int64_t took;

	(void)state;
	limit_segment_anonymous(now());
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
	assert_true(redis_says("CLIENT PAUSE 700 ALL\r\n", "+OK"));
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_ALONE);
	assert_in_range(took, 30 * MILLISECOND, 2 * SECOND);
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_IDLE);
	assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 5000), EXCHANGE_SHARED);
	exchange_free(exchange);
}

static void
a_full_redis_is_as_good_as_none(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	int64_t took;

	(void)state;
	redis_stop();
	redis_start("100kb"); /* less than an empty one takes */
	limit_segment_anonymous(now());
	assert_int_equal(spend_and_exchange(exchange, &took), EXCHANGE_ALONE);
	/* Nor does it count as shared when there is nothing to share. */
	usleep(1250000);
	assert_int_equal(exchange_round(exchange, limit_segment(), now(), monotonic()), EXCHANGE_ALONE);
	exchange_free(exchange);
}

static uint64_t
next_key(uint64_t key)
{
	key ^= key << 13;
	key ^= key >> 7;
	return key ^ key << 17;
}

/* How many of a thousand keys a second host has heard of; 0 when Redis missed its time. */
static unsigned
thousand_keys_shared(struct exchange *exchange, uint64_t first)
{
	const struct limit_rate rate = { 100, 60 };
	struct limit_segment *a = limit_segment_anonymous(now()), *b;
	uint64_t key = first;
	unsigned learnt = 0;

	for (int i = 0; i < 1000 * 10; i++)
		limit_take(key = i % 10 == 0 ? next_key(key) : key, rate, now());
	if (!is_shared(exchange, a))
		return 0;
	b = limit_segment_anonymous(now());
	key = first;
	for (int i = 0; i < 1000; i++)
		limit_take(key = next_key(key), rate, now());
	if (!is_shared(exchange, b))
		return 0;
	key = first;
	for (int i = 0; i < 1000; i++)
		learnt += limit_take(key = next_key(key), rate, now()).remaining < 95 ? 1 : 0;
	munmap(a, sizeof(*a));
	munmap(b, sizeof(*b));
	return learnt;
}

static void
a_thousand_keys_go_in_one_round(void **state)
{
	struct exchange *exchange = exchange_new(redis_url);
	uint64_t first = 88172645463325252u;
	unsigned learnt = 0;

	(void)state;
	for (int i = 0; i < 10 && learnt == 0; i++, first++) {
		limit_segment_anonymous(now());
		assert_int_equal(outcome_within(exchange, EXCHANGE_SHARED, 3000), EXCHANGE_SHARED);
		learnt = thousand_keys_shared(exchange, first);
	}
	assert_in_range(learnt, 990, 1000);
	exchange_free(exchange);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_host_learns_at_its_first_exchange_what_others_let_through),
		TEST(a_thousand_keys_go_in_one_round),
		TEST(two_hosts_honour_a_limit_together),
		TEST(a_redis_that_dies_is_done_without_and_found_again),
		TEST(a_frozen_redis_costs_the_helper_50_ms_and_requests_nothing),
		TEST(a_slow_redis_is_done_without_until_it_is_fast_again),
		TEST(a_full_redis_is_as_good_as_none),
	};

	if (!redis_is_installed())
		return 77;
	signal(SIGPIPE, SIG_IGN); /* as the helper does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
