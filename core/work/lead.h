/*
 * lead.h -- what a worker of a leader pool does, turn by turn.  worker_lead is this in a loop; tests take the
 * turns themselves.
 */
#ifndef STOA_WORK_LEAD_H
#define STOA_WORK_LEAD_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct env;
struct leader;
struct leadership;
struct worker;

/* One leader of the worker's area; `worker` needs config and area.  All leaders of a process share its connection. */
struct leadership *lead_open(struct worker *worker, const struct env *env, struct db *db, const struct leader *leader);
/* Lets another begin at once.  The connection stays the caller's. */
void lead_close(struct leadership *leadership);

/* Does what is due: tries to lead, or works off a batch.  When to come again, by env_monotonic. */
int64_t lead_turn(struct leadership *leadership);
bool lead_leads(const struct leadership *leadership);

#endif
