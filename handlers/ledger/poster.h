/* poster.h -- the only writer of balances: two steps of core/work/leader.h. */
#ifndef STOA_HANDLERS_LEDGER_POSTER_H
#define STOA_HANDLERS_LEDGER_POSTER_H

#include <stdbool.h>

struct leader_batch;
struct problem;
struct request;

const struct problem *poster_is_waiting(struct request *req, bool *waiting_r);
const struct problem *poster_post(struct request *req, struct leader_batch *batch);

const struct problem *expirer_is_due(struct request *req, bool *due_r);
const struct problem *expirer_ask(struct request *req, struct leader_batch *batch);

#endif
