/* scheduler.h -- what recurs, fired by one leader: the three steps of core/work/leader.h. */
#ifndef STOA_HANDLERS_QUEUE_SCHEDULER_H
#define STOA_HANDLERS_QUEUE_SCHEDULER_H

#include <stdbool.h>

struct leader_batch;
struct problem;
struct request;

const struct problem *scheduler_register(struct request *req);
const struct problem *scheduler_is_due(struct request *req, bool *due_r);
const struct problem *scheduler_fire(struct request *req, struct leader_batch *batch);

#endif
