/*
 * convert.h -- from minor units of one currency to minor units of another, exactly.  A rate is a fraction of whole
 * numbers, products are of 512 bits, and there is one rounding, in favour of the house: what is paid out is rounded
 * down, what is asked for is rounded up.  So nobody gains by going there and back.
 */
#ifndef STOA_BASE_CONVERT_H
#define STOA_BASE_CONVERT_H

#include "core/base/value.h"

/* What one major unit of a currency is worth, in a third one that both rates speak of (US dollars).  Both parts are
 * from 1 to RATE_PART_MAX. */
struct money_rate {
	minor_units numerator, denominator;
};
/* 10^34: four such factors, an amount and a power of ten stay below 512 bits. */
#define RATE_PART_MAX ((minor_units)INT64_C(10000000000000000) * INT64_C(1000000000000000000))

struct convert_side {
	struct money_rate rate;
	unsigned exponent; /* of the currency, up to MONEY_EXPONENT_MAX */
};

enum convert_fault {
	CONVERT_OK,
	CONVERT_TOO_SMALL, /* nothing comes out */
	CONVERT_TOO_LARGE, /* more than 10^36 minor units */
};

/* What `units` of `from` are in `to`, rounded down. */
enum convert_fault convert_down(
    minor_units units, const struct convert_side *from, const struct convert_side *to, minor_units *units_r);
/* How many units of `from` make `units` of `to`, rounded up. */
enum convert_fault convert_up(
    minor_units units, const struct convert_side *from, const struct convert_side *to, minor_units *units_r);

/* net + spread leave the one wallet, `to` comes into the other. */
struct converted {
	minor_units net, spread, to;
};
/* `spread` in hundredths of a percent of what leaves, rounded up; below 10000. */
enum convert_fault convert_from_amount(minor_units given, unsigned spread, const struct convert_side *from,
    const struct convert_side *to, struct converted *converted_r);
enum convert_fault convert_to_amount(minor_units wanted, unsigned spread, const struct convert_side *from,
    const struct convert_side *to, struct converted *converted_r);

/* a / b in lowest terms; false: a part of it is above RATE_PART_MAX. */
bool rate_divide(struct money_rate a, struct money_rate b, struct money_rate *rate_r);
/* How many units of `to` one of `from` is worth, cut to 18 decimals: to be read, not to be calculated with. */
#define RATE_TEXT_SIZE 64
const char *rate_print(struct money_rate from, struct money_rate to, char text[static RATE_TEXT_SIZE]);

#endif
