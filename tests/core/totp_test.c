/* totp_test.c -- the codes of RFC 6238's appendix B, and which of them count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/trust/totp.h"

static const struct bytes secret = { (const uint8_t *)"12345678901234567890", 20 };

static void
codes_are_those_of_the_standard(void **state)
{
	static const struct {
		int64_t seconds;
		uint32_t code; /* the last six of the appendix's eight digits */
	} rows[] = { { 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 }, { 1234567890, 5924 },
		{ 2000000000, 279037 }, { 20000000000, 353130 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(totp_code(secret, rows[i].seconds / 30), rows[i].code);
}

static void
a_step_on_either_side_counts_and_no_more(void **state)
{
	int64_t step = 0;

	(void)state;
	for (int64_t steps = -3; steps <= 3; steps++) {
		const struct instant now = { (1111111109 + steps * 30) * SECOND };

		assert_int_equal(totp_match(secret, now, 0, "081804", &step), steps >= -1 && steps <= 1);
		if (steps >= -1 && steps <= 1)
			assert_int_equal(step, 1111111109 / 30);
	}
}

static void
a_step_counts_once(void **state)
{
	const struct instant now = { 1111111109 * SECOND };
	int64_t step;

	(void)state;
	assert_true(totp_match(secret, now, 1111111109 / 30 - 1, "081804", &step));
	assert_false(totp_match(secret, now, 1111111109 / 30, "081804", &step));
	assert_false(totp_match(secret, now, 1111111109 / 30 + 1, "081804", &step));
}

static void
what_is_no_code_matches_nothing(void **state)
{
	static const char *const bad[] = { "", "81804", "0081804", "08180", " 81804", "081804 ", "08180a", "081805" };
	const struct instant now = { 1111111109 * SECOND };
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(totp_match(secret, now, 0, bad[i], &step));
}

static void
secrets_are_written_as_authenticators_take_them(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "MY" }, { "fo", "MZXQ" }, { "foo", "MZXW6" },
		{ "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" } };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    base32_encode(arena, (struct bytes){ (const uint8_t *)rows[i][0], strlen(rows[i][0]) }),
		    rows[i][1]);
	arena_free(arena);
}

static const struct CMUnitTest totp_tests[] = {
	cmocka_unit_test(codes_are_those_of_the_standard),
	cmocka_unit_test(a_step_on_either_side_counts_and_no_more),
	cmocka_unit_test(a_step_counts_once),
	cmocka_unit_test(what_is_no_code_matches_nothing),
	cmocka_unit_test(secrets_are_written_as_authenticators_take_them),
};

int
main(void)
{
	return cmocka_run_group_tests(totp_tests, NULL, NULL);
}
