/* env_test.c -- the clock and randomness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"

static void
the_clock_goes_forward(void **state)
{
	int64_t last = env_monotonic(&env_system), next;

	(void)state;
	for (int i = 0; i < 10000; i++, last = next)
		assert_true((next = env_monotonic(&env_system)) >= last);
	/* After 2020, before the year 5000. */
	assert_true(env_now(&env_system).micros > INT64_C(1577836800) * SECOND);
	assert_true(env_now(&env_system).micros < INT64_C(95617584000) * SECOND);
}

static void
random_bytes_do_not_repeat(void **state)
{
	uint64_t drawn[2000];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		env_random(&env_system, &drawn[i], sizeof(drawn[i]));
		for (size_t j = 0; j < i; j++)
			assert_true(drawn[i] != drawn[j]);
	}
}

static void
a_forked_child_draws_other_bytes_than_its_parent(void **state)
{
	uint8_t mine[16], childs[16];
	int pair[2], status;
	pid_t child;

	(void)state;
	env_random(&env_system, mine, sizeof(mine));
	assert_int_equal(pipe(pair), 0);
	if ((child = fork()) == 0) {
		env_random(&env_system, childs, sizeof(childs));
		_exit(write(pair[1], childs, sizeof(childs)) == sizeof(childs) ? 0 : 1);
	}
	env_random(&env_system, mine, sizeof(mine));
	assert_int_equal(read(pair[0], childs, sizeof(childs)), sizeof(childs));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_memory_not_equal(mine, childs, sizeof(mine));
	close(pair[0]);
	close(pair[1]);
}

static void
large_requests_are_filled_whole(void **state)
{
	uint8_t bytes[10000] = { 0 };
	size_t zeroes = 0;

	(void)state;
	env_random(&env_system, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		zeroes += bytes[i] == 0;
	/* 39 are expected; 200 is out of this world. */
	assert_true(zeroes < 200);
}

static void
numbers_below_a_bound_are_even(void **state)
{
	unsigned counts[6] = { 0 };

	(void)state;
	for (int i = 0; i < 60000; i++)
		counts[env_random_below(&env_system, 6)]++;
	/* 10000 each, with a deviation of 91; six of them on either side. */
	for (int i = 0; i < 6; i++)
		assert_in_range(counts[i], 9450, 10550);
	assert_int_equal(env_random_below(&env_system, 1), 0);
	assert_int_equal(env_random_below(&env_system, 0), 0);
	for (int i = 0; i < 100; i++)
		assert_true(env_random_below(&env_system, UINT32_MAX) < UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_goes_forward),
		cmocka_unit_test(random_bytes_do_not_repeat),
		cmocka_unit_test(a_forked_child_draws_other_bytes_than_its_parent),
		cmocka_unit_test(large_requests_are_filled_whole),
		cmocka_unit_test(numbers_below_a_bound_are_even),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
