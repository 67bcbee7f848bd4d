/* rate.h -- `count` in each `period`; up to `count` may come at once. */
#ifndef STOA_LIMIT_RATE_H
#define STOA_LIMIT_RATE_H

#include <stdint.h>

struct limit_rate {
	uint32_t count;
	uint32_t period; /* seconds */
};

#endif
