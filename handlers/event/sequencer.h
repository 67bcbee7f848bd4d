/* sequencer.h -- from the outbox to the log: two steps of core/work/leader.h. */
#ifndef STOA_HANDLERS_EVENT_SEQUENCER_H
#define STOA_HANDLERS_EVENT_SEQUENCER_H

#include <stdbool.h>

struct leader_batch;
struct problem;
struct request;

const struct problem *sequencer_is_pending(struct request *req, bool *pending_r);
const struct problem *sequencer_move(struct request *req, struct leader_batch *batch);

#endif
