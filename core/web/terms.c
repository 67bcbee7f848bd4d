/* terms.c -- from rates and an amount to what leaves, what it costs and what comes in. */
#include "core/web/terms.h"

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/web/amount.h"
#include "core/web/problem.h"

bool
rate_is_stale(const struct request *req, struct instant as_of)
{
	return as_of.micros < env_now(req->env).micros - req->config->rates.max_age * SECOND;
}

static bool
holds(const struct request *req, const minor_units *numerator, const struct instant *as_of)
{
	return numerator != NULL && as_of != NULL && !rate_is_stale(req, *as_of);
}

static const struct problem *
check(struct request *req, const struct terms *terms)
{
	if (!terms->both_active)
		return problem(req, PROBLEM_NO_RATE, "One of the currencies is not in use.");
	if (!holds(req, terms->from_numerator, terms->from_as_of) || !holds(req, terms->to_numerator, terms->to_as_of))
		return problem(req, PROBLEM_NO_RATE, NULL);
	return NULL;
}

static const struct problem *
fault_of(struct request *req, enum convert_fault fault, const char *pointer)
{
	switch (fault) {
	case CONVERT_OK:
		return NULL;
	case CONVERT_TOO_SMALL:
		return problem_field(req, pointer, "is so little that nothing would come of it");
	case CONVERT_TOO_LARGE:
		return problem_field(req, pointer, "is larger than any amount may be");
	}
	return problem(req, PROBLEM_INTERNAL, NULL);
}

/* Both sides, and the rate between them; 409 where none holds. */
static const struct problem *
open_sides(struct request *req, const struct terms *terms, struct convert_side *from_r, struct convert_side *to_r,
    struct settled_terms *settled_r)
{
	const struct problem *p;
	char text[RATE_TEXT_SIZE];

	if ((p = check(req, terms)) != NULL)
		return p;
	*from_r = (struct convert_side){ { *terms->from_numerator, *terms->from_denominator },
		(unsigned)terms->from_exponent };
	*to_r = (struct convert_side){ { *terms->to_numerator, *terms->to_denominator }, (unsigned)terms->to_exponent };
	settled_r->rate = arena_text(req->arena, rate_print(from_r->rate, to_r->rate, text));
	return NULL;
}

const struct problem *
terms_settle_refund(struct request *req, const struct terms *terms, const char *pointer, minor_units units,
    struct settled_terms *settled_r)
{
	struct convert_side from, to;
	const struct problem *p;

	if ((p = open_sides(req, terms, &from, &to, settled_r)) != NULL)
		return p;
	return fault_of(req, convert_from_amount(units, 0, &from, &to, &settled_r->amounts), pointer);
}

const struct problem *
terms_settle(struct request *req, const struct terms *terms, const char *pointer, const char *from_amount,
    const char *to_amount, struct settled_terms *settled_r)
{
	const unsigned spread = (unsigned)req->config->rates.spread;
	struct convert_side from, to;
	const struct problem *p;
	minor_units units;

	if ((p = open_sides(req, terms, &from, &to, settled_r)) != NULL)
		return p;
	if (from_amount != NULL) {
		if ((p = amount_read(req, pointer, from_amount, terms->from_exponent, &units)) != NULL)
			return p;
		return fault_of(req, convert_from_amount(units, spread, &from, &to, &settled_r->amounts), pointer);
	}
	if ((p = amount_read(req, pointer, to_amount, terms->to_exponent, &units)) != NULL)
		return p;
	return fault_of(req, convert_to_amount(units, spread, &from, &to, &settled_r->amounts), pointer);
}
