/* sealer.h -- from the inbox to the sealed rows: two steps of core/work/leader.h. */
#ifndef STOA_HANDLERS_AUDIT_SEALER_H
#define STOA_HANDLERS_AUDIT_SEALER_H

#include <stdbool.h>

#define SEALER_BATCH 1000

struct leader_batch;
struct problem;
struct request;

const struct problem *sealer_is_due(struct request *req, bool *due_r);
const struct problem *sealer_seal(struct request *req, struct leader_batch *batch);

#endif
