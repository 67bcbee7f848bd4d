/* resolve_test.c -- the real resolver: every spelling of a number is that number, and nothing takes longer than it may.
 */
#include "tests/core/trust_kit.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/env.h"
#include "core/net/resolve.h"

static void
every_spelling_of_a_number_is_that_number(void **state)
{
	static const char *const loopback[] = { "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
		"127.1" };
	char text[ADDRESS_TEXT_SIZE];
	struct addresses found;

	(void)state;
	for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++) {
		assert_int_equal(resolve(loopback[i], 443, 1000, &found), RESOLVED);
		assert_int_equal(found.count, 1);
		assert_string_equal(address_print(&found.items[0], text), "127.0.0.1:443");
	}
	assert_int_equal(resolve("::1", 443, 1000, &found), RESOLVED);
	assert_string_equal(address_print(&found.items[0], text), "[::1]:443");
}

static void
a_name_without_address_is_said_so_in_time(void **state)
{
	char long_name[300];
	struct addresses found;
	int64_t began = env_monotonic(&env_system);

	(void)state;
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(resolve(long_name, 443, 1000, &found), RESOLVE_NO_NAME);
	for (int i = 0; i < 3; i++)
		assert_int_not_equal(resolve("nowhere.invalid", 443, 200, &found), RESOLVED);
	assert_true(env_monotonic(&env_system) - began < 2 * SECOND);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_a_number_is_that_number),
		cmocka_unit_test(a_name_without_address_is_said_so_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
