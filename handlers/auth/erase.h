/* erase.h -- the order to erase everything. */
#ifndef STOA_HANDLERS_AUTH_ERASE_H
#define STOA_HANDLERS_AUTH_ERASE_H

#include "core/web/route.h"

handler_function erase_prepare, erase_order;
handler_function erase_hand_on, erase_handed_on;

struct erase_request {
	const char *otp, *confirmation;
};
extern const struct shape erase_request_shape;

struct erase_order {
	struct uuid id;
	struct instant created_at;
};
extern const struct shape erase_order_shape;

struct erase_job {
	struct uuid order;
};
extern const struct shape erase_job_shape;

#endif
