/* convert.c -- long multiplication and division; the only place where money is divided. */
#include "core/base/convert.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/money.h"

typedef unsigned __int128 wide_digit;

/* 512 bits, the least significant first. */
#define WIDE_DIGITS 8
struct wide {
	uint64_t digits[WIDE_DIGITS];
};

/* Bits of a quotient that fits minor_units. */
#define QUOTIENT_BITS 127

/* The bounds of convert.h keep every product below 2^512; one that is not is a mistake of ours. */
static void
multiply_digit(struct wide *wide, uint64_t factor, uint64_t carry)
{
	for (size_t i = 0; i < WIDE_DIGITS; i++) {
		const wide_digit sum = (wide_digit)wide->digits[i] * factor + carry;

		wide->digits[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	if (carry != 0)
		abort();
}

static void
add_at(struct wide *wide, const struct wide *other, size_t shift)
{
	uint64_t carry = 0;

	for (size_t i = shift; i < WIDE_DIGITS; i++) {
		const wide_digit sum = (wide_digit)wide->digits[i] + other->digits[i - shift] + carry;

		wide->digits[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	if (carry != 0)
		abort();
}

static void
multiply(struct wide *wide, minor_units factor)
{
	struct wide high = *wide;

	multiply_digit(wide, (uint64_t)factor, 0);
	multiply_digit(&high, (uint64_t)((wide_digit)factor >> 64), 0);
	add_at(wide, &high, 1);
}

static bool
is_less(const struct wide *a, const struct wide *b)
{
	for (size_t i = WIDE_DIGITS; i-- > 0;)
		if (a->digits[i] != b->digits[i])
			return a->digits[i] < b->digits[i];
	return false;
}

static void
subtract(struct wide *a, const struct wide *b)
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < WIDE_DIGITS; i++) {
		const wide_digit difference = (wide_digit)a->digits[i] - b->digits[i] - borrow;

		a->digits[i] = (uint64_t)difference;
		borrow = (uint64_t)(difference >> 64) & 1;
	}
}

static void
halve(struct wide *wide)
{
	for (size_t i = 0; i < WIDE_DIGITS; i++)
		wide->digits[i] = wide->digits[i] >> 1 | (i + 1 < WIDE_DIGITS ? wide->digits[i + 1] << 63 : 0);
}

static bool
is_zero(const struct wide *wide)
{
	static const struct wide zero;

	return memcmp(wide, &zero, sizeof(zero)) == 0;
}

/* Bit by bit; false: the quotient has more than 127 bits.  `remains_r` says whether it was rounded down. */
static bool
divide(struct wide a, struct wide b, minor_units *quotient_r, bool *remains_r)
{
	wide_digit quotient = 0;

	for (unsigned i = 0; i < QUOTIENT_BITS; i++)
		multiply_digit(&b, 2, 0);
	if (!is_less(&a, &b))
		return false;
	for (unsigned i = 0; i < QUOTIENT_BITS; i++) {
		halve(&b);
		quotient <<= 1;
		if (is_less(&a, &b))
			continue;
		subtract(&a, &b);
		quotient |= 1;
	}
	*quotient_r = (minor_units)quotient;
	*remains_r = !is_zero(&a);
	return true;
}

/* units * value * 10^to_exponent / (of * 10^from_exponent) */
static enum convert_fault
scale(minor_units units, const struct convert_side *from, const struct convert_side *to, bool up, minor_units *units_r)
{
	struct wide above = { { 1 } }, below = { { 1 } };
	bool remains;

	if (units <= 0)
		return CONVERT_TOO_SMALL;
	multiply(&above, units);
	multiply(&above, from->rate.numerator);
	multiply(&above, to->rate.denominator);
	multiply(&above, minor_units_power_of_ten(to->exponent));
	multiply(&below, from->rate.denominator);
	multiply(&below, to->rate.numerator);
	multiply(&below, minor_units_power_of_ten(from->exponent));
	if (!divide(above, below, units_r, &remains))
		return CONVERT_TOO_LARGE;
	if (*units_r >= minor_units_power_of_ten(MONEY_DIGITS_MAX) + !(up && remains))
		return CONVERT_TOO_LARGE;
	*units_r += up && remains;
	return *units_r == 0 ? CONVERT_TOO_SMALL : CONVERT_OK;
}

enum convert_fault
convert_down(minor_units units, const struct convert_side *from, const struct convert_side *to, minor_units *units_r)
{
	return scale(units, from, to, false, units_r);
}

enum convert_fault
convert_up(minor_units units, const struct convert_side *from, const struct convert_side *to, minor_units *units_r)
{
	return scale(units, to, from, true, units_r);
}

/* units * above / below, rounded up, without a product that overflows; both are small. */
static minor_units
part_of(minor_units units, minor_units above, minor_units below)
{
	return units / below * above + (units % below * above + below - 1) / below;
}

#define ALL 10000

enum convert_fault
convert_from_amount(minor_units given, unsigned spread, const struct convert_side *from, const struct convert_side *to,
    struct converted *converted_r)
{
	converted_r->spread = part_of(given, spread, ALL);
	converted_r->net = given - converted_r->spread;
	return convert_down(converted_r->net, from, to, &converted_r->to);
}

enum convert_fault
convert_to_amount(minor_units wanted, unsigned spread, const struct convert_side *from, const struct convert_side *to,
    struct converted *converted_r)
{
	enum convert_fault fault = convert_up(wanted, from, to, &converted_r->net);

	if (fault != CONVERT_OK)
		return fault;
	converted_r->to = wanted;
	converted_r->spread = part_of(converted_r->net, ALL, ALL - spread) - converted_r->net;
	return converted_r->net + converted_r->spread > minor_units_power_of_ten(MONEY_DIGITS_MAX) ? CONVERT_TOO_LARGE : CONVERT_OK;
}

static minor_units
common(minor_units a, minor_units b)
{
	while (b != 0) {
		const minor_units rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

bool
rate_divide(struct money_rate a, struct money_rate b, struct money_rate *rate_r)
{
	const minor_units own_a = common(a.numerator, a.denominator), own_b = common(b.numerator, b.denominator);
	minor_units above, below;

	a = (struct money_rate){ a.numerator / own_a, a.denominator / own_a };
	b = (struct money_rate){ b.numerator / own_b, b.denominator / own_b };
	above = common(a.numerator, b.numerator);
	below = common(a.denominator, b.denominator);
	if (__builtin_mul_overflow(a.numerator / above, b.denominator / below, &rate_r->numerator) ||
	    __builtin_mul_overflow(a.denominator / below, b.numerator / above, &rate_r->denominator))
		return false;
	return rate_r->numerator <= RATE_PART_MAX && rate_r->denominator <= RATE_PART_MAX;
}

const char *
rate_print(struct money_rate from, struct money_rate to, char text[static RATE_TEXT_SIZE])
{
	const struct convert_side whole = { from, 0 }, exact = { to, MONEY_EXPONENT_MAX };
	minor_units units;
	char *end;

	if (convert_down(1, &whole, &exact, &units) != CONVERT_OK)
		units = 0; /* beyond 10^18, either way */
	money_print(units, MONEY_EXPONENT_MAX, text);
	end = text + strlen(text);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	return text;
}
