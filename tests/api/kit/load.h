/*
 * load.h -- many clients at once, while something is being broken.  Each asks the listed requests in turn, over and
 * over; what came of all of them is in the report.  The test steps the load itself, so it can break things in between.
 */
#ifndef STOA_TESTS_API_KIT_LOAD_H
#define STOA_TESTS_API_KIT_LOAD_H

#include "tests/api/kit/world.h"

struct load_request {
	const char *path;
	const char *body; /* NULL: a GET; otherwise a POST of JSON */
	size_t length;    /* of the answer's body; 0: any */
};

struct load_report {
	unsigned well;       /* 2xx, whole */
	unsigned refused;    /* problems of 503, 504 or 429 */
	unsigned wrong;      /* anything else: 500, HTML, cut, no answer at all */
	double slowest;      /* seconds */
	int64_t last_well;   /* env_monotonic of the latest 2xx */
	char complaint[400]; /* about the first that was wrong */
};

struct load;

/* As the world's caller. */
struct load *load_start(struct world *w, const struct load_request *requests, size_t count, unsigned clients);
void load_run(struct load *load, double seconds);
/* What happened since the start or the last call of this. */
struct load_report load_report(struct load *load);
/* env_monotonic of the latest 2xx. */
int64_t load_last_well(const struct load *load);
/* Lets what is under way finish (ten seconds at most), and frees it. */
struct load_report load_stop(struct load *load);

#endif
