/* limit_test.c -- GCRA's arithmetic under a clock that we hold, the headers, and counting by many processes at once. */
#include "tests/core/trust_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/limit/address.h"
#include "core/limit/limit.h"
#include "core/limit/redis_url.h"
#include "core/limit/segment.h"
#include "core/trust/principal.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct route route;
static struct reply reply;

static int
begin(void **state)
{
	kit_begin(state);
	kit->config.limits = (struct config_limits){ .read = { 1200, 60 },
		.write = { 300, 60 },
		.heavy = { 30, 60 },
		.sign_in = { 3, 60 },
		.address = { 3000, 60 },
		.vip_factor = 5 };
	assert_non_null(limit_segment_anonymous(kit->now));
	route = (struct route){ .method = GET, .path = "/v1/things", .who = USER, .limit = LIMIT_READ };
	kit->req.route = &route;
	kit->req.address = "192.0.2.1";
	reply_init(&reply, &kit->req);
	return 0;
}

static int
end(void **state)
{
	munmap(limit_segment(), sizeof(struct limit_segment));
	return kit_end(state);
}

static unsigned
taken(uint64_t key, struct limit_rate rate, unsigned tries)
{
	unsigned count = 0;

	for (unsigned i = 0; i < tries; i++)
		count += limit_take(key, rate, kit->now).allowed ? 1 : 0;
	return count;
}

static void
all_of_it_may_come_at_once_and_the_rest_at_its_pace(void **state)
{
	const struct limit_rate rate = { 60, 60 };

	(void)state;
	assert_int_equal(taken(7, rate, 100), 60);
	kit_pass(1);
	assert_int_equal(taken(7, rate, 100), 1);
	kit_pass(10);
	assert_int_equal(taken(7, rate, 100), 10);
	kit_pass(1000);
	assert_int_equal(taken(7, rate, 100), 60);
}

static void
no_window_of_any_place_holds_more_than_two_counts(void **state)
{
	const struct limit_rate rate = { 30, 60 };
	unsigned in_a_minute = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		in_a_minute += taken(8, rate, 50);
		kit_pass(1);
	}
	assert_int_equal(in_a_minute, 30 + 29);
	in_a_minute = 0;
	for (int i = 0; i < 60; i++) {
		in_a_minute += taken(8, rate, 50);
		kit_pass(1);
	}
	assert_int_equal(in_a_minute, 30);
}

static void
a_refusal_says_when_to_come_back_and_costs_nothing(void **state)
{
	const struct limit_rate rate = { 10, 100 };
	struct limit_state last;

	(void)state;
	last = limit_take(9, rate, kit->now);
	assert_true(last.allowed);
	assert_int_equal(last.remaining, 9);
	assert_int_equal(last.reset, 10);
	assert_int_equal(last.retry_after, 0);
	taken(9, rate, 8);
	last = limit_take(9, rate, kit->now);
	assert_true(last.allowed);
	assert_int_equal(last.remaining, 0);
	assert_int_equal(last.reset, 100);
	for (int i = 0; i < 1000; i++) {
		last = limit_take(9, rate, kit->now);
		assert_false(last.allowed);
		assert_int_equal(last.remaining, 0);
		assert_int_equal(last.retry_after, 10);
	}
	kit_pass(9);
	assert_int_equal(limit_take(9, rate, kit->now).retry_after, 1);
	kit_pass(1);
	assert_true(limit_take(9, rate, kit->now).allowed);
}

static void
rates_are_kept_to_over_an_hour(void **state)
{
	static const struct limit_rate rates[] = { { 1200, 60 }, { 7, 60 }, { 1, 3600 }, { 1000, 1 }, { 30, 86400 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		uint64_t got = 0, due = (uint64_t)rates[i].count * 3600 / rates[i].period;

		kit_pass(200000);
		for (int half = 0; half < 7200; half++) {
			got += taken(100 + i, rates[i], rates[i].count < 600 ? rates[i].count : 600);
			kit->now += SECOND / 2;
		}
		assert_in_range(got, due, due + rates[i].count + 1);
	}
}

static void
a_lowered_rate_holds_at_once_and_locks_nobody_out(void **state)
{
	const struct limit_rate before = { 1000, 3600 }, after = { 10, 60 };

	(void)state;
	assert_int_equal(taken(11, before, 2000), 1000);
	assert_false(limit_take(11, after, kit->now).allowed);
	kit_pass(6);
	/* Fully spent under the new rate, and no longer than that. */
	for (int i = 0; i < 10 && !limit_take(11, after, kit->now).allowed; i++)
		kit_pass(360);
	assert_true(limit_take(11, after, kit->now).allowed);
}

static void
a_clock_that_is_set_back_locks_nobody_out(void **state)
{
	const struct limit_rate rate = { 10, 60 };

	(void)state;
	kit_pass(7 * 86400);
	assert_int_equal(taken(12, rate, 20), 10);
	kit_pass(-86400);
	/* Not one of ours is ahead of now by a day: it counts as fully spent. */
	assert_int_equal(limit_take(12, rate, kit->now).retry_after, 6);
}

static void
a_key_that_was_idle_for_years_is_as_new(void **state)
{
	const struct limit_rate rate = { 10, 60 };

	(void)state;
	for (int year = 0; year < 20; year++) {
		assert_int_equal(taken(13, rate, 20), 10);
		kit_pass(86400 * 365);
		/* Past half of the circle an old word looks as if it were ahead: one window, at the most. */
		if (!limit_take(13, rate, kit->now).allowed)
			kit_pass(61);
		kit_pass(61);
	}
}

static void
a_hundred_thousand_keys_are_counted_apart(void **state)
{
	const struct limit_rate rate = { 2, 60 };
	uint64_t key = 88172645463325252u;
	unsigned right = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		key = 88172645463325252u;
		for (int i = 0; i < 60000; i++) {
			key ^= key << 13, key ^= key >> 7, key ^= key << 17;
			right += limit_take(key, rate, kit->now).allowed == (round < 2) ? 1 : 0;
		}
	}
	/* Of 180,000 answers a few may be wrong where a bucket was full; they are wrong in the client's favour. */
	assert_true(right > 179000);
}

static void
what_was_spent_is_collected_once(void **state)
{
	const struct limit_rate rate = { 100, 60 };
	struct limit_spending *spending = calloc(4096, sizeof(*spending));
	uint32_t count;

	(void)state;
	taken(0x1234567890abcdef, rate, 5);
	taken(0x1234567890abcdee, rate, 2);
	taken(42, rate, 3);
	count = limit_collect(limit_segment(), spending, 4096);
	assert_int_equal(count, 3);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(spending[i].interval, 6000);
		assert_int_equal(spending[i].window, 600000);
	}
	assert_int_equal(spending[0].count + spending[1].count + spending[2].count, 10);
	assert_int_equal(limit_collect(limit_segment(), spending, 4096), 0);
	free(spending);
}

static void
what_others_spent_is_learnt(void **state)
{
	const struct limit_rate rate = { 100, 60 };
	struct limit_spending spending[1024];

	(void)state;
	taken(42, rate, 3);
	assert_int_equal(limit_collect(limit_segment(), spending, 1024), 1);
	limit_learn(limit_segment(), &spending[0], 90 * 6000, kit->now);
	assert_int_equal(limit_take(42, rate, kit->now).remaining, 9);
	/* Less than what is known here changes nothing. */
	limit_learn(limit_segment(), &spending[0], 6000, kit->now);
	assert_int_equal(limit_take(42, rate, kit->now).remaining, 8);
	/* More than a window: paid back before anything is allowed again. */
	limit_learn(limit_segment(), &spending[0], 150 * 6000, kit->now);
	assert_int_equal(limit_take(42, rate, kit->now).retry_after, 31);
}

/* Ends with its parent whatever becomes of that, and by itself when the test takes far too long. */
static void
take_until_killed(struct limit_rate rate, int64_t moment, _Atomic uint32_t *allowed)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(60);
	for (;;)
		if (limit_take(99, rate, moment).allowed)
			atomic_fetch_add(allowed, 1);
}

static void
kill_all(const pid_t *children, int count)
{
	int status;

	for (int i = 0; i < count; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], &status, 0);
	}
}

static void
wait_until_taken(_Atomic uint32_t *allowed, uint32_t count)
{
	for (int i = 0; i < 3000 && atomic_load(allowed) < count; i++)
		usleep(10000);
}

/*
 * Eight processes take as fast as they can, four of them are killed in the middle: the others go on to the end, and not
 * one too many is let through.
 */
static void
killed_processes_leave_no_lock_and_no_extra_count(void **state)
{
	const struct limit_rate rate = { 2000000, 200 };
	_Atomic uint32_t *allowed = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const int64_t moment = kit->now;
	pid_t children[8];
	uint32_t total;

	(void)state;
	for (int i = 0; i < 8; i++)
		if ((children[i] = fork()) == 0)
			take_until_killed(rate, moment, allowed);
	wait_until_taken(allowed, 1000);
	kill_all(children, 4);
	/* A kill between the take and our own note of it loses a note. */
	wait_until_taken(allowed, 2000000 - 4);
	kill_all(children + 4, 4);
	/* Nobody is left who could outlive a failed assertion. */
	total = atomic_load(allowed);
	munmap((void *)(uintptr_t)allowed, 4096);
	assert_in_range(total, 2000000 - 8, 2000000);
	assert_false(limit_take(99, rate, moment).allowed);
}

static void
the_file_outlives_its_processes_and_another_layout_is_made_anew(void **state)
{
	const struct limit_rate rate = { 10, 60 };
	char path[128];
	FILE *file;

	(void)state;
	assert_true(limit_open(&kit->config));
	assert_int_equal(taken(5, rate, 20), 10);
	munmap(limit_segment(), sizeof(struct limit_segment));
	assert_true(limit_open(&kit->config));
	assert_int_equal(taken(5, rate, 20), 0);
	munmap(limit_segment(), sizeof(struct limit_segment));
	snprintf(path, sizeof(path), "%s/limits", kit->directory);
	file = fopen(path, "w");
	fputs("of an older version", file);
	fclose(file);
	assert_true(limit_open(&kit->config));
	kit->now = env_now(&env_system).micros;
	assert_int_equal(taken(5, rate, 20), 10);
}

static const char *
header(const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < reply.header_count; i++) {
		if (strcmp(reply.headers[i].name, name) != 0)
			continue;
		assert_null(value);
		value = reply.headers[i].value;
	}
	return value;
}

static void
an_answer_speaks_of_the_tightest_limit_once(void **state)
{
	struct principal ada = { .party = { { 1 } }, .tier = "standard" };

	(void)state;
	assert_null(limit_address(&kit->req, &reply));
	assert_string_equal(header("RateLimit-Policy"), "\"address\";q=3000;w=60");
	assert_string_equal(header("RateLimit"), "\"address\";r=2999;t=1");
	kit->req.principal = &ada;
	assert_null(limit_principal(&kit->req, &reply));
	assert_string_equal(header("RateLimit-Policy"), "\"read\";q=1200;w=60");
	assert_string_equal(header("RateLimit"), "\"read\";r=1199;t=1");
	/* The address has less left than the principal. */
	for (int i = 0; i < 2500; i++)
		limit_address(&kit->req, &reply);
	assert_null(limit_principal(&kit->req, &reply));
	assert_string_equal(header("RateLimit-Policy"), "\"address\";q=3000;w=60");
}

static void
a_vip_may_five_times_as_much(void **state)
{
	struct principal ada = { .party = { { 2 } }, .tier = "vip" };

	(void)state;
	kit->req.principal = &ada;
	route.limit = LIMIT_HEAVY;
	for (int i = 0; i < 150; i++)
		assert_null(limit_principal(&kit->req, &reply));
	assert_string_equal(header("RateLimit-Policy"), "\"heavy\";q=150;w=60");
	assert_non_null(limit_principal(&kit->req, &reply));
}

static void
a_refused_request_is_told_429_and_when_to_come_back(void **state)
{
	const struct problem *p = NULL;

	(void)state;
	route.limit = LIMIT_SIGN_IN;
	for (int i = 0; i < 3; i++)
		assert_null(limit_address(&kit->req, &reply));
	p = limit_address(&kit->req, &reply);
	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_TOO_MANY_REQUESTS);
	assert_int_equal(p->retry_after, 20);
	assert_string_equal(header("RateLimit"), "\"sign-in\";r=0;t=60");
	/* Somebody else's address is not refused for it. */
	kit->req.address = "192.0.2.2";
	assert_null(limit_address(&kit->req, &reply));
}

static void
health_checks_are_not_counted(void **state)
{
	(void)state;
	route.limit = LIMIT_NONE;
	for (int i = 0; i < 5000; i++)
		assert_null(limit_address(&kit->req, &reply));
	assert_null(header("RateLimit"));
}

static bool
same_client(const char *a, const char *b)
{
	uint8_t bytes_a[LIMIT_ADDRESS_SIZE], bytes_b[LIMIT_ADDRESS_SIZE];
	size_t length_a = limit_address_bytes(a, bytes_a), length_b = limit_address_bytes(b, bytes_b);

	return length_a == length_b && memcmp(bytes_a, bytes_b, length_a) == 0;
}

static void
an_ipv6_client_is_its_64(void **state)
{
	(void)state;
	assert_true(same_client("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
	assert_false(same_client("2001:db8:1:2::1", "2001:db8:1:3::1"));
	assert_false(same_client("192.0.2.1", "192.0.2.2"));
	assert_true(same_client("192.0.2.1", "::ffff:192.0.2.1"));
	assert_false(same_client("192.0.2.1", "unix:"));
	assert_true(same_client(NULL, ""));
}

static void
redis_is_found_by_its_address(void **state)
{
	static const char *const bad[] = { "", "unix:", "unix:relative", "http://host", "redis://", "redis://:6379",
		"redis://host:0", "redis://host:65536", "redis://host:", "redis://host:63x", "redis://host/one",
		"redis://user@host", "redis://:%zz@host", "redis://host/1/2", "redis://[::1", "redis://[::1]x",
		"rediss://host" };
	struct redis_url url;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (redis_url_parse(bad[i], &url))
			fail_msg("taken: %s", bad[i]);
	assert_true(redis_url_parse("unix:/run/redis.sock", &url));
	assert_string_equal(url.path, "/run/redis.sock");
	assert_true(redis_url_parse("redis://host", &url));
	assert_string_equal(url.host, "host");
	assert_int_equal(url.port, 6379);
	assert_true(redis_url_parse("redis://ada:p%40ss@[2001:db8::1]:7000/3", &url));
	assert_string_equal(url.host, "2001:db8::1");
	assert_int_equal(url.port, 7000);
	assert_string_equal(url.user, "ada");
	assert_string_equal(url.password, "p@ss");
	assert_string_equal(url.database, "3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_of_it_may_come_at_once_and_the_rest_at_its_pace),
		TEST(no_window_of_any_place_holds_more_than_two_counts),
		TEST(a_refusal_says_when_to_come_back_and_costs_nothing),
		TEST(rates_are_kept_to_over_an_hour),
		TEST(a_lowered_rate_holds_at_once_and_locks_nobody_out),
		TEST(a_clock_that_is_set_back_locks_nobody_out),
		TEST(a_key_that_was_idle_for_years_is_as_new),
		TEST(a_hundred_thousand_keys_are_counted_apart),
		TEST(what_was_spent_is_collected_once),
		TEST(what_others_spent_is_learnt),
		TEST(killed_processes_leave_no_lock_and_no_extra_count),
		TEST(the_file_outlives_its_processes_and_another_layout_is_made_anew),
		TEST(an_answer_speaks_of_the_tightest_limit_once),
		TEST(a_vip_may_five_times_as_much),
		TEST(a_refused_request_is_told_429_and_when_to_come_back),
		TEST(health_checks_are_not_counted),
		TEST(an_ipv6_client_is_its_64),
		TEST(redis_is_found_by_its_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
