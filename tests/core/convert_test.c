/* convert_test.c -- conversions against exact fractions of OpenSSL's big numbers, which share nothing with ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>

#include "core/base/convert.h"
#include "core/base/env.h"
#include "core/base/money.h"

#define EURO \
	{ \
		{ 108, 100 }, 2 \
	}
#define YEN \
	{ \
		{ 1, 150 }, 0 \
	}
#define ETHER \
	{ \
		{ 3500, 1 }, 18 \
	}

static const struct convert_side dollar = { { 1, 1 }, 2 };

static void
a_conversion_is_rounded_once_in_favour_of_the_house(void **state)
{
	const struct convert_side euro = EURO, yen = YEN, ether = ETHER;
	minor_units units;

	(void)state;
	/* 10.00 EUR are 10.80 USD; 0.01 USD is 0.00925 EUR, which is nothing; 0.01 EUR takes 0.0108 USD. */
	assert_int_equal(convert_down(1000, &euro, &dollar, &units), CONVERT_OK);
	assert_true(units == 1080);
	assert_int_equal(convert_down(1, &dollar, &euro, &units), CONVERT_TOO_SMALL);
	assert_int_equal(convert_up(1, &dollar, &euro, &units), CONVERT_OK);
	assert_true(units == 2);
	/* 1.00 EUR is 162 JPY; 0.01 USD takes 1.5 JPY. */
	assert_int_equal(convert_down(100, &euro, &yen, &units), CONVERT_OK);
	assert_true(units == 162);
	assert_int_equal(convert_up(1, &yen, &dollar, &units), CONVERT_OK);
	assert_true(units == 2);
	assert_int_equal(convert_down(350000, &dollar, &ether, &units), CONVERT_OK);
	assert_true(units == INT64_C(1000000000000000000));
}

static void
the_spread_is_a_part_of_what_leaves_rounded_up(void **state)
{
	const struct convert_side euro = EURO;
	struct converted converted;

	(void)state;
	/* 0.5 % of 10.01 EUR is 0.05005: 0.06 are kept, 9.95 converted into 10.746 USD. */
	assert_int_equal(convert_from_amount(1001, 50, &euro, &dollar, &converted), CONVERT_OK);
	assert_true(converted.spread == 6 && converted.net == 995 && converted.to == 1074);
	assert_int_equal(convert_to_amount(1074, 50, &euro, &dollar, &converted), CONVERT_OK);
	assert_true(converted.to == 1074 && converted.net == 995 && converted.spread == 5);
	assert_int_equal(convert_from_amount(1001, 0, &euro, &dollar, &converted), CONVERT_OK);
	assert_true(converted.spread == 0 && converted.net == 1001);
	assert_int_equal(convert_from_amount(1, 50, &euro, &dollar, &converted), CONVERT_TOO_SMALL);
}

static void
a_rate_can_be_read(void **state)
{
	char text[RATE_TEXT_SIZE];

	(void)state;
	assert_string_equal(rate_print((struct money_rate){ 108, 100 }, dollar.rate, text), "1.08");
	assert_string_equal(rate_print(dollar.rate, (struct money_rate){ 1, 150 }, text), "150");
	assert_string_equal(rate_print((struct money_rate){ 1, 3 }, dollar.rate, text), "0.333333333333333333");
}

static void
a_quotient_of_rates_is_in_lowest_terms(void **state)
{
	struct money_rate rate;

	(void)state;
	assert_true(rate_divide((struct money_rate){ 90, 100 }, (struct money_rate){ 30, 10 }, &rate));
	assert_true(rate.numerator == 3 && rate.denominator == 10);
	assert_false(
	    rate_divide((struct money_rate){ RATE_PART_MAX, 7 }, (struct money_rate){ 3, RATE_PART_MAX }, &rate));
}

/* ---- against the oracle ------------------------------------------------------------------------ */

static minor_units
random_units(minor_units most)
{
	unsigned __int128 bits;
	unsigned cut;

	env_random(&env_system, &bits, sizeof(bits));
	cut = env_random_below(&env_system, 127);
	return (minor_units)((bits >> 1 >> cut) % (unsigned __int128)most) + 1;
}

static BIGNUM *
big(minor_units units)
{
	char text[MONEY_TEXT_SIZE];
	BIGNUM *number = NULL;

	BN_dec2bn(&number, minor_units_print(units, text));
	return number;
}

static void
big_times(BIGNUM *number, minor_units factor, BN_CTX *context)
{
	BIGNUM *other = big(factor);

	BN_mul(number, number, other, context);
	BN_free(other);
}

static void
big_shift(BIGNUM *number, unsigned exponent)
{
	while (exponent-- > 0)
		BN_mul_word(number, 10);
}

/* units * from / to as a text, rounded; the currencies' fractions by the definition and nothing else. */
static char *
oracle(minor_units units, const struct convert_side *from, const struct convert_side *to, bool up)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *above = big(units), *below = big(1), *rest = BN_new(), *quotient = BN_new();
	char *text;

	big_times(above, from->rate.numerator, context);
	big_times(below, from->rate.denominator, context);
	big_shift(below, from->exponent);
	big_times(above, to->rate.denominator, context);
	big_times(below, to->rate.numerator, context);
	big_shift(above, to->exponent);
	BN_div(quotient, rest, above, below, context);
	if (up && !BN_is_zero(rest))
		BN_add_word(quotient, 1);
	text = BN_bn2dec(quotient);
	BN_free(above);
	BN_free(below);
	BN_free(rest);
	BN_free(quotient);
	BN_CTX_free(context);
	return text;
}

static void
agree(enum convert_fault fault, minor_units units, char *expected)
{
	static const char most[] = "1000000000000000000000000000000000000";
	char text[MONEY_TEXT_SIZE];
	const size_t length = strlen(expected);

	if (strcmp(expected, "0") == 0)
		assert_int_equal(fault, CONVERT_TOO_SMALL);
	else if (length > sizeof(most) - 1 || (length == sizeof(most) - 1 && strcmp(expected, most) > 0))
		assert_int_equal(fault, CONVERT_TOO_LARGE);
	else {
		assert_int_equal(fault, CONVERT_OK);
		assert_string_equal(minor_units_print(units, text), expected);
	}
	OPENSSL_free(expected);
}

static struct convert_side
random_side(void)
{
	return (struct convert_side){ { random_units(RATE_PART_MAX), random_units(RATE_PART_MAX) },
		env_random_below(&env_system, MONEY_EXPONENT_MAX + 1) };
}

static minor_units
most_units(void)
{
	minor_units most = 1;

	for (unsigned i = 0; i < MONEY_DIGITS_MAX; i++)
		most *= 10;
	return most;
}

/* Over there and back again, at any spread: never more than before. */
static void
gains_nothing(minor_units units, const struct convert_side *from, const struct convert_side *to)
{
	const unsigned spread = env_random_below(&env_system, 3) == 0 ? 0 : env_random_below(&env_system, 1000);
	struct converted there, back;

	if (convert_from_amount(units, spread, from, to, &there) != CONVERT_OK)
		return;
	assert_true(there.net + there.spread == units);
	if (convert_from_amount(there.to, spread, to, from, &back) == CONVERT_OK)
		assert_true(back.to <= units);
	if (convert_to_amount(there.to, spread, from, to, &back) == CONVERT_OK)
		assert_true(back.to == there.to && back.net + back.spread <= units);
}

static void
random_conversions_agree_with_exact_fractions_and_gain_nothing(void **state)
{
	const unsigned count = getenv("STOA_TEST_LONG") != NULL ? 1000000 : 20000;
	unsigned worked = 0;

	(void)state;
	for (unsigned i = 0; i < count; i++) {
		const struct convert_side from = random_side(), to = random_side();
		const minor_units units = random_units(most_units());
		minor_units down = 0, up = 0;
		enum convert_fault fault = convert_down(units, &from, &to, &down);

		worked += fault == CONVERT_OK;
		agree(fault, down, oracle(units, &from, &to, false));
		fault = convert_up(units, &from, &to, &up);
		agree(fault, up, oracle(units, &to, &from, true));
		gains_nothing(units, &from, &to);
	}
	print_message("%u of %u conversions were neither too small nor too large\n", worked, count);
	assert_true(worked > count / 4);
}

static void
the_largest_factors_do_not_overflow(void **state)
{
	const struct convert_side largest = { { RATE_PART_MAX, 1 }, 0 }, smallest = { { 1, RATE_PART_MAX }, 18 };
	minor_units units = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct convert_side *from = i & 1 ? &largest : &smallest, *to = i & 2 ? &largest : &smallest;
		const enum convert_fault fault = convert_down(most_units(), from, to, &units);

		agree(fault, units, oracle(most_units(), from, to, false));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversion_is_rounded_once_in_favour_of_the_house),
		cmocka_unit_test(the_spread_is_a_part_of_what_leaves_rounded_up),
		cmocka_unit_test(a_rate_can_be_read),
		cmocka_unit_test(a_quotient_of_rates_is_in_lowest_terms),
		cmocka_unit_test(the_largest_factors_do_not_overflow),
		cmocka_unit_test(random_conversions_agree_with_exact_fractions_and_gain_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
