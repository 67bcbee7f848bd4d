/*
 * money.h -- a decimal string and a currency's exponent, exactly.  Amounts are kept in minor units and
 * shown in major ones ("19.99" of a currency with exponent 2 is 1999); nothing is ever a float.
 */
#ifndef STOA_BASE_MONEY_H
#define STOA_BASE_MONEY_H

#include "core/base/value.h"

#define MONEY_EXPONENT_MAX 18
#define MONEY_TEXT_SIZE 64
/* No amount in a request is larger than 10^36 minor units, so sums of a hundred of them still fit. */
#define MONEY_DIGITS_MAX 36

enum money_fault {
	MONEY_OK,
	MONEY_NOT_DECIMAL,    /* signs, exponents, spaces, other alphabets' digits, "1.", ".5", "007" */
	MONEY_TOO_PRECISE,    /* more decimals than the currency has */
	MONEY_TOO_LARGE,
};

enum money_fault money_parse(const char *text, unsigned exponent, minor_units *units_r);
const char *money_print(minor_units units, unsigned exponent, char text[static MONEY_TEXT_SIZE]);
/* For the person who sent it: "has more decimals than the currency's 2". */
const char *money_fault_text(enum money_fault fault);

/* At most 10^38 fits. */
minor_units minor_units_power_of_ten(unsigned exponent);
/* Plain decimal digits with an optional '-', as PostgreSQL's numeric(38,0) prints them. */
bool minor_units_parse(const char *text, minor_units *units_r);
const char *minor_units_print(minor_units units, char text[static MONEY_TEXT_SIZE]);

#endif
