/*
 * metric.h -- what is counted, in memory that all processes of a host share and that outlives a reload.
 * A count is one atomic addition; nothing is locked.
 */
#ifndef STOA_METRIC_METRIC_H
#define STOA_METRIC_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct config;
struct house;
struct pool_row;
struct request;

enum counter {
#define COUNTER(name, help) COUNT_##name,
#include "core/metric/metric.def"
#undef COUNTER
	COUNTER__COUNT
};

/* Maps the segment (a file in the run directory, made anew when missing or of another layout).  Before the first fork. */
bool metric_open(const struct config *config, const struct house *house);

/* In a worker, after the fork: whose requests metric_request counts from now on. */
void metric_pool(const struct pool_row *pool);

/* Without metric_open (unit tests) these do nothing. */
void metric_count(enum counter counter, uint64_t by);
/* What it has come to on this host. */
uint64_t metric_value(enum counter counter);
/* One answered request: by its route, status and duration in microseconds. */
void metric_request(const struct request *req, unsigned status, int64_t duration);

/* Prometheus text, version 0.0.4: all of the host's pools. */
void metric_print(const struct config *config, const struct house *house, struct buffer *out);

#endif
