/* layout.h -- the segment that metric.c counts in and print.c reads.  Nobody outside core/metric includes it. */
#ifndef STOA_METRIC_LAYOUT_H
#define STOA_METRIC_LAYOUT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/metric/metric.h"

struct house;
struct pool_row;
struct route;

/* Upper ends in microseconds: below a millisecond for what is cached, up to the ten seconds a request may take. */
#define DURATION_BOUNDS 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000
#define DURATION_BUCKETS 15 /* the last has no end */
#define STATUS_CLASSES 6    /* 0: not a status */

struct route_count {
	_Atomic uint64_t statuses[STATUS_CLASSES];
	_Atomic uint64_t durations[DURATION_BUCKETS];
	_Atomic uint64_t micros;
};

struct metric_segment {
	uint64_t layout;
	_Atomic uint64_t counters[COUNTER__COUNT];
	struct route_count routes[];
};

extern const int64_t duration_bounds[DURATION_BUCKETS - 1];
/* NULL before metric_open. */
struct metric_segment *metric_segment(void);

/* Every listener pool has a row per route of its area, and one for what matched none. */
size_t area_route_count(const struct house *house, const struct pool_row *pool);

#endif
