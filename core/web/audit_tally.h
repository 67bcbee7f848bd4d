/*
 * audit_tally.h -- refusals that are counted instead of written one by one: by route, problem, party and address (IPv6:
 * /64).  The counts are this worker's; they are written by serve.c between two requests, as rows whose `times` says how
 * many they stand for.  A worker that is killed takes what it has counted since with it.
 */
#ifndef STOA_WEB_AUDIT_TALLY_H
#define STOA_WEB_AUDIT_TALLY_H

#include <stdbool.h>

#include "core/web/problem.h"

struct env;
struct request;

/* So many different ones are told apart in each interval; then addresses and parties are no longer, and at last nothing
 * is but that there were more. */
#define TALLY_MAX       256
#define TALLY_ADDRESSES 128

void audit_tally(struct request *req, enum problem_id problem);
/* Whether something has been counted for so many seconds; 0: whether anything was. */
bool audit_tally_is_due(const struct env *env, int64_t seconds);
/* In one flush.  What cannot be written is kept until the next time. */
void audit_tally_write(struct request *req);

#endif
