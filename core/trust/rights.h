/*
 * rights.h -- what this worker remembers of sessions: whom each may act for and what it may do, and of
 * which version that is.  One version of each session; 16,384 sessions; the process' lifetime.
 */
#ifndef STOA_TRUST_RIGHTS_H
#define STOA_TRUST_RIGHTS_H

#include <stdbool.h>

#include "core/trust/principal.h"

/* Fills party, parties, permissions, tier, kind and authz_ver of the principal; they point into the memory of the
 * cache and hold until the next rights_keep, which only principal_load of the next request (or try) does. */
bool rights_find(struct uuid session, struct principal *principal);
/* Copies the same members of the principal, then lets it point to the copy.  A version past 32 bits is not kept. */
void rights_keep(struct uuid session, struct principal *principal);
void rights_forget(struct uuid session);

#endif
