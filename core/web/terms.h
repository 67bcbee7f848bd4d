/* terms.h -- what a conversion stands on: both currencies, their rates, and how much of them is asked for. */
#ifndef STOA_WEB_TERMS_H
#define STOA_WEB_TERMS_H

#include "core/base/convert.h"
#include "core/base/request.h"

struct problem;

/* As wallet.conversion_terms gives them. */
struct terms {
	int32_t from_exponent, to_exponent;
	bool both_active;
	const minor_units *from_numerator, *from_denominator;
	const struct instant *from_as_of;
	const minor_units *to_numerator, *to_denominator;
	const struct instant *to_as_of;
};
#define TERMS_OF(row) \
	(struct terms) \
	{ \
		(row)->from_exponent, (row)->to_exponent, (row)->both_active, (row)->from_numerator, \
		    (row)->from_denominator, (row)->from_as_of, (row)->to_numerator, (row)->to_denominator, \
		    (row)->to_as_of \
	}

struct settled_terms {
	struct converted amounts;
	const char *rate; /* to be read */
};

/* Whether a rate of that time may no longer be used. */
bool rate_is_stale(const struct request *req, struct instant as_of);

/* One of the two amounts came, in the field `pointer`.  422 for the amount, 409 where no rate holds. */
const struct problem *terms_settle(struct request *req, const struct terms *terms, const char *pointer,
    const char *from_amount, const char *to_amount, struct settled_terms *settled_r);
/* So many units leave, as part of a refund: it has cost its spread already. */
const struct problem *terms_settle_refund(struct request *req, const struct terms *terms, const char *pointer,
    minor_units units, struct settled_terms *settled_r);

#endif
