/* slow.h -- requests that took longer than request_slowlog_timeout, one JSON line each. */
#ifndef STOA_POOL_SLOW_H
#define STOA_POOL_SLOW_H

#include <stdint.h>

struct request;
struct worker;

/* To the pool's `slowlog`, or to the log: the route, the time, and which parts of the work took it. */
void slow_write(const struct worker *worker, const struct request *req, unsigned status, int64_t duration);

#endif
