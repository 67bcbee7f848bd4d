/*
 * segment.h -- the memory that all processes of a host count in.  A file under the run directory, mapped
 * shared, so it outlives workers, reloads and the master itself.
 *
 * 16,384 buckets of eight slots.  A slot is one atomic word: the key's fingerprint (24 bits) and its
 * theoretical arrival time (40 bits, in units of 100 us since the segment was made).  A word whose time has
 * passed says nothing that an empty slot does not say, so such slots are free and nothing is ever swept.
 * Whoever is killed leaves at most one count unshared; there is no lock to leave behind.
 */
#ifndef STOA_LIMIT_SEGMENT_H
#define STOA_LIMIT_SEGMENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/limit/rate.h"

#define LIMIT_BUCKETS (1u << 14)
#define LIMIT_SLOTS   8u           /* one cache line of words */
#define LIMIT_UNIT    INT64_C(100) /* microseconds */

struct limit_bucket {
	_Atomic uint64_t word[LIMIT_SLOTS];  /* fingerprint | time */
	_Atomic uint64_t spent[LIMIT_SLOTS]; /* fingerprint | taken since the last exchange */
	_Atomic uint64_t pace[LIMIT_SLOTS];  /* interval | window, both in units; for the exchange */
};

struct limit_segment {
	uint64_t layout;
	int64_t base;                               /* microseconds since 1970: what words count from */
	_Atomic int64_t shared_at;                  /* the latest answer of Redis; 0: its latest was none */
	_Atomic uint64_t dirty[LIMIT_BUCKETS / 64]; /* buckets in which something was spent */
	struct limit_bucket buckets[LIMIT_BUCKETS] __attribute__((aligned(64)));
};

/* NULL before limit_open. */
struct limit_segment *limit_segment(void);
/* A private segment that no file stands behind, for tests. */
struct limit_segment *limit_segment_anonymous(int64_t now);

/* What a key has taken since the exchange asked last, and at which pace it may take. */
struct limit_spending {
	uint32_t bucket;
	uint32_t fingerprint;
	uint32_t count;
	uint32_t interval; /* units that one costs */
	uint32_t window;   /* units that all of them cost */
};

/* At most `max` of them, taken out of the segment; what does not fit stays for the next call. */
uint32_t limit_collect(struct limit_segment *segment, struct limit_spending *spending_r, uint32_t max);
/* All hosts together are `backlog` units ahead of `now`; this host's word is moved there if it is behind. */
void limit_learn(struct limit_segment *segment, const struct limit_spending *spending, uint32_t backlog, int64_t now);

#endif
