/* waker.h -- NOTIFY for job pools whose jobs have become due: two steps of core/work/leader.h. */
#ifndef STOA_HANDLERS_QUEUE_WAKER_H
#define STOA_HANDLERS_QUEUE_WAKER_H

#include <stdbool.h>

struct leader_batch;
struct problem;
struct request;

const struct problem *waker_has_fresh(struct request *req, bool *fresh_r);
const struct problem *waker_wake(struct request *req, struct leader_batch *batch);

#endif
