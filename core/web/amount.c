/* amount.c -- from the text of a request to minor units, and back. */
#include "core/web/amount.h"

#include "core/base/arena.h"
#include "core/base/money.h"
#include "core/web/problem.h"

const struct problem *
amount_read_signed(struct request *req, const char *pointer, const char *text, int32_t exponent, minor_units *units_r)
{
	const bool negative = *text == '-';
	enum money_fault fault = money_parse(negative ? text + 1 : text, (unsigned)exponent, units_r);

	if (fault == MONEY_TOO_PRECISE)
		return problem_field(
		    req, pointer, arena_format(req->arena, "has more decimals than the %d of its currency", exponent));
	if (fault != MONEY_OK)
		return problem_field(req, pointer, money_fault_text(fault));
	if (negative)
		*units_r = -*units_r;
	return NULL;
}

const struct problem *
amount_read(struct request *req, const char *pointer, const char *text, int32_t exponent, minor_units *units_r)
{
	const struct problem *p = amount_read_signed(req, pointer, text, exponent, units_r);

	if (p != NULL)
		return p;
	return *units_r > 0 ? NULL : problem_field(req, pointer, "must be more than nothing");
}

const char *
amount_text(struct request *req, minor_units units, int32_t exponent)
{
	char text[MONEY_TEXT_SIZE];

	return arena_text(req->arena, money_print(units, (unsigned)exponent, text));
}
