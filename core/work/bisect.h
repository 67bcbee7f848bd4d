/*
 * bisect.h -- which item of a batch is it that fails?  A batch that fails is taken again by halves, until the item
 * that fails stands alone; that one is put aside, and the rest goes on in whole batches.
 */
#ifndef STOA_WORK_BISECT_H
#define STOA_WORK_BISECT_H

#include <stdbool.h>
#include <stdint.h>

struct bisect {
	int32_t full;    /* the size of a whole batch */
	int32_t limit;   /* of the next one */
	int32_t suspect; /* among so many of the next items is one that fails; 0: nothing is wrong */
	bool quarantine; /* the next item alone, to be put aside */
};

void bisect_init(struct bisect *bisect, int32_t full);
void bisect_failed(struct bisect *bisect);
/* `done` items were taken by the batch that `limit` and `quarantine` described. */
void bisect_passed(struct bisect *bisect, int32_t done);

#endif
