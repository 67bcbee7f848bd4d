/*
 * payers.h -- clients that pay as clients should: each payment under its own Idempotency-Key, asked again under the
 * same one for as long as nobody has said how it ended.  The test steps them itself, so it can break things in between.
 */
#ifndef STOA_TESTS_FAULT_PAYERS_H
#define STOA_TESTS_FAULT_PAYERS_H

#include "tests/api/kit/world.h"

struct order {
	const char *key, *body;
	unsigned status; /* of the answer that ended it; 0: none yet */
	unsigned tries;
	const char *answer; /* its body */
};

struct payers;

/* As the world's caller; orders are taken in their order, each by one client at a time. */
struct payers *payers_start(struct world *w, struct order *orders, size_t count, unsigned clients);
/* Whether all are done. */
bool payers_run(struct payers *payers, double seconds);
/* Begins no more of them; how many were begun, which is all there are from now on. */
size_t payers_no_more(struct payers *payers);
void payers_stop(struct payers *payers);

#endif
