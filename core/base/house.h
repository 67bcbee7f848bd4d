/*
 * house.h -- the whole of the house as one value: its areas and its pools, from handlers/areas.def.
 * Core knows no area by name; whoever needs them all is handed this.  The value itself is `house` of
 * handlers/areas.h.
 */
#ifndef STOA_BASE_HOUSE_H
#define STOA_BASE_HOUSE_H

#include <stddef.h>

struct area;

/*
 * LISTENER serves requests from nginx.  JOBS claims from the queue.  LEADER runs the area's leader loops.
 * HELPER runs one function of core for ever (the exchange of limits with Redis).
 */
enum pool_kind { POOL_KIND_UNSET, LISTENER, JOBS, LEADER, HELPER };

struct area_row {
	const char *name;
	const char *prefixes; /* URL prefixes, separated by spaces; "" for a room without doors */
	const char *schemas;
	const char *says;
	const struct area *area;
};

struct pool_row {
	const char *name;
	const char *area;
	enum pool_kind kind;
	const char *locations; /* nginx locations, separated by " | "; "" takes the area's prefixes */
	const char *pm;
	int max_children; /* 0: as many as the machine has cores */
	const char *says;
};

struct house {
	const struct area_row *areas;
	size_t area_count;
	const struct pool_row *pools;
	size_t pool_count;
};

const struct area *house_area(const struct house *house, const char *name);

#endif
