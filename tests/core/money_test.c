/* money_test.c -- decimal strings and minor units, exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/env.h"
#include "core/base/money.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
amounts_are_read_by_their_currencys_exponent(void **state)
{
	static const struct {
		const char *text;
		unsigned exponent;
		const char *units, *printed;
	} rows[] = {
		{ "19.99", 2, "1999", "19.99" },
		{ "0", 2, "0", "0.00" },
		{ "0.00", 2, "0", "0.00" },
		{ "5", 2, "500", "5.00" },
		{ "5.1", 2, "510", "5.10" },
		{ "100", 0, "100", "100" },
		{ "0.000000000000000001", 18, "1", "0.000000000000000001" },
		{ "1", 18, "1000000000000000000", "1.000000000000000000" },
		{ "1000000000000000000000000000000000000", 0, "1000000000000000000000000000000000000",
		    "1000000000000000000000000000000000000" },
		{ "1000000000000000000", 18, "1000000000000000000000000000000000000",
		    "1000000000000000000.000000000000000000" },
	};
	char text[MONEY_TEXT_SIZE];
	minor_units units;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(money_parse(rows[i].text, rows[i].exponent, &units), MONEY_OK);
		assert_string_equal(minor_units_print(units, text), rows[i].units);
		assert_string_equal(money_print(units, rows[i].exponent, text), rows[i].printed);
	}
}

static void
what_is_not_plainly_decimal_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"+1",
		"-1",
		"-0",
		"1e3",
		"1E3",
		"1e400",
		"1.",
		".5",
		".",
		"007",
		"00",
		"01.5",
		" 1",
		"1 ",
		"1 000",
		"1,5",
		"1,000.00",
		"1_000",
		"0x10",
		"NaN",
		"Infinity",
		"1.2.3",
		"1..2",
		"$5",
		"5 USD",
		"1\n",
		"١٢",
		"１２",
		"৫",
		"1.٥",
		"--1",
		"1-",
		"1.-1",
		"1.+1",
		"²",
		"one",
	};
	minor_units units = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (money_parse(wrong[i], 2, &units) != MONEY_NOT_DECIMAL)
			fail_msg("\"%s\" was not refused as no decimal", wrong[i]);
	assert_true(units == 42);
}

static void
more_decimals_than_the_currency_has_are_refused(void **state)
{
	minor_units units;

	(void)state;
	assert_int_equal(money_parse("1.005", 2, &units), MONEY_TOO_PRECISE);
	assert_int_equal(money_parse("1.000", 2, &units), MONEY_TOO_PRECISE);
	assert_int_equal(money_parse("100.0", 0, &units), MONEY_TOO_PRECISE);
	assert_int_equal(money_parse("0.0000000000000000001", 18, &units), MONEY_TOO_PRECISE);
}

static void
more_than_ten_to_the_36th_minor_units_are_refused(void **state)
{
	char digits[100001];
	minor_units units;

	(void)state;
	assert_int_equal(money_parse("1000000000000000000000000000000000001", 0, &units), MONEY_TOO_LARGE);
	assert_int_equal(money_parse("10000000000000000000000000000000000.01", 2, &units), MONEY_TOO_LARGE);
	assert_int_equal(money_parse("1000000000000000000.000000000000000001", 18, &units), MONEY_TOO_LARGE);
	memset(digits, '9', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	assert_int_equal(money_parse(digits, 18, &units), MONEY_TOO_LARGE);
}

static minor_units
random_units(void)
{
	unsigned __int128 wide;
	minor_units limit = 1;

	env_random(&env_system, &wide, sizeof(wide));
	for (uint32_t digits = env_random_below(&env_system, MONEY_DIGITS_MAX + 1); digits > 0; digits--)
		limit *= 10;
	return (minor_units)(wide % (unsigned __int128)limit);
}

static void
what_is_printed_is_read_back_as_the_same_amount(void **state)
{
	char text[MONEY_TEXT_SIZE];
	minor_units units, again;
	unsigned exponent;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		units = random_units();
		exponent = env_random_below(&env_system, MONEY_EXPONENT_MAX + 1);
		assert_int_equal(money_parse(money_print(units, exponent, text), exponent, &again), MONEY_OK);
		assert_true(units == again);
		assert_true(minor_units_parse(minor_units_print(-units, text), &again));
		assert_true(again == -units);
	}
}

/* The judge: the digits of the amount with the point taken out are the digits of the units. */
static void
the_digits_of_an_amount_are_the_digits_of_its_units(void **state)
{
	char text[MONEY_TEXT_SIZE], plain[MONEY_TEXT_SIZE], *to;
	const char *from;
	minor_units units;
	unsigned exponent;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		units = random_units();
		exponent = env_random_below(&env_system, MONEY_EXPONENT_MAX + 1);
		money_print(units, exponent, text);
		if (exponent > 0)
			assert_int_equal(text[strlen(text) - exponent - 1], '.');
		for (from = text, to = plain; *from != '\0'; from++)
			if (*from != '.' && (*from != '0' || to > plain))
				*to++ = *from;
		*to = '\0';
		assert_string_equal(minor_units_print(units, text), plain[0] != '\0' ? plain : "0");
	}
}

static void
balances_below_zero_are_printed_with_a_minus(void **state)
{
	char text[MONEY_TEXT_SIZE];
	minor_units units;

	(void)state;
	assert_string_equal(money_print(-5, 2, text), "-0.05");
	assert_string_equal(money_print(-1999, 2, text), "-19.99");
	assert_string_equal(money_print(-7, 0, text), "-7");
	assert_string_equal(minor_units_print((minor_units)((unsigned __int128)1 << 127), text),
	    "-170141183460469231731687303715884105728");
	assert_true(minor_units_parse("-99999999999999999999999999999999999999", &units));
	assert_string_equal(minor_units_print(units, text), "-99999999999999999999999999999999999999");
}

static void
units_that_numeric_38_would_not_print_are_refused(void **state)
{
	static const char *const wrong[] = { "", "-", "-0", "00", "01", "+1", "1.0", " 1", "1 ", "1e2", "NaN",
		"100000000000000000000000000000000000000", "-100000000000000000000000000000000000000" };
	minor_units units;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(minor_units_parse(wrong[i], &units));
}

static void
every_fault_is_said_in_words(void **state)
{
	(void)state;
	for (int fault = MONEY_NOT_DECIMAL; fault <= MONEY_TOO_LARGE; fault++)
		assert_true(strlen(money_fault_text((enum money_fault)fault)) > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_read_by_their_currencys_exponent),
		cmocka_unit_test(what_is_not_plainly_decimal_is_refused),
		cmocka_unit_test(more_decimals_than_the_currency_has_are_refused),
		cmocka_unit_test(more_than_ten_to_the_36th_minor_units_are_refused),
		cmocka_unit_test(what_is_printed_is_read_back_as_the_same_amount),
		cmocka_unit_test(the_digits_of_an_amount_are_the_digits_of_its_units),
		cmocka_unit_test(balances_below_zero_are_printed_with_a_minus),
		cmocka_unit_test(units_that_numeric_38_would_not_print_are_refused),
		cmocka_unit_test(every_fault_is_said_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
