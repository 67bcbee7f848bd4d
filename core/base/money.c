/* money.c -- decimal strings and integers of 128 bits; no rounding anywhere, because nothing here divides money. */
#include <stdlib.h>
#include <string.h>

#include "core/base/money.h"

/* numeric(38,0) */
#define UNITS_DIGITS_MAX 38

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

minor_units
minor_units_power_of_ten(unsigned exponent)
{
	minor_units power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* Digits without a leading zero but for "0" itself; where they end, or NULL. */
static const char *
skip_whole(const char *text)
{
	if (*text == '0')
		return is_digit(text[1]) ? NULL : text + 1;
	if (!is_digit(*text))
		return NULL;
	while (is_digit(*text))
		text++;
	return text;
}

/* `count` digits behind what is there already; false: above `limit`. */
static bool
append_digits(const char *digits, size_t count, minor_units limit, minor_units *units)
{
	for (size_t i = 0; i < count; i++) {
		int digit = digits[i] - '0';

		if (*units > (limit - digit) / 10)
			return false;
		*units = *units * 10 + digit;
	}
	return true;
}

enum money_fault
money_parse(const char *text, unsigned exponent, minor_units *units_r)
{
	const char *point = skip_whole(text), *decimals, *end;
	minor_units units = 0, limit = minor_units_power_of_ten(MONEY_DIGITS_MAX);
	size_t count;

	if (exponent > MONEY_EXPONENT_MAX)
		abort();
	if (point == NULL)
		return MONEY_NOT_DECIMAL;
	decimals = end = *point == '.' ? point + 1 : point;
	while (is_digit(*end))
		end++;
	count = (size_t)(end - decimals);
	if (*end != '\0' || (*point == '.' && count == 0))
		return MONEY_NOT_DECIMAL;
	if (count > exponent)
		return MONEY_TOO_PRECISE;
	if (!append_digits(text, (size_t)(point - text), limit, &units) ||
	    !append_digits(decimals, count, limit, &units) ||
	    !append_digits("000000000000000000", exponent - count, limit, &units))
		return MONEY_TOO_LARGE;
	*units_r = units;
	return MONEY_OK;
}

const char *
money_fault_text(enum money_fault fault)
{
	switch (fault) {
	case MONEY_OK:
		return "is an amount";
	case MONEY_NOT_DECIMAL:
		return "must be a plain decimal number such as \"19.99\"";
	case MONEY_TOO_PRECISE:
		return "has more decimals than its currency";
	case MONEY_TOO_LARGE:
		return "is larger than any amount may be";
	}
	return "is not an amount";
}

/* Writes from the end of `text` backwards and then moves it to the front; `point` 0: no decimals. */
static const char *
print_units(minor_units units, unsigned point, char text[static MONEY_TEXT_SIZE])
{
	unsigned __int128 left = units < 0 ? -(unsigned __int128)units : (unsigned __int128)units;
	char *end = text + MONEY_TEXT_SIZE - 1, *at = end;
	unsigned written = 0;

	*at = '\0';
	do {
		*--at = (char)('0' + (int)(left % 10));
		left /= 10;
		if (++written == point && point > 0)
			*--at = '.';
	} while (left > 0 || written <= point);
	if (units < 0)
		*--at = '-';
	memmove(text, at, (size_t)(end - at) + 1);
	return text;
}

const char *
money_print(minor_units units, unsigned exponent, char text[static MONEY_TEXT_SIZE])
{
	if (exponent > MONEY_EXPONENT_MAX)
		abort();
	return print_units(units, exponent, text);
}

bool
minor_units_parse(const char *text, minor_units *units_r)
{
	bool negative = *text == '-';
	const char *digits = negative ? text + 1 : text, *end = skip_whole(digits);
	minor_units units = 0;

	if (end == NULL || *end != '\0' || (negative && *digits == '0'))
		return false;
	if (!append_digits(digits, (size_t)(end - digits), minor_units_power_of_ten(UNITS_DIGITS_MAX) - 1, &units))
		return false;
	*units_r = negative ? -units : units;
	return true;
}

const char *
minor_units_print(minor_units units, char text[static MONEY_TEXT_SIZE])
{
	return print_units(units, 0, text);
}
