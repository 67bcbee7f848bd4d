/*
 * segment.c -- mapping the segment and counting in it.
 *
 * GCRA: a key has a theoretical arrival time (TAT).  Each taken count moves it ahead by `interval`
 * (period / count); one that would move it further ahead of now than `window` (count * interval) is refused and
 * moves nothing.  So `count` may come at once and the rest at the steady pace, and one word holds it all.
 */
#include "core/limit/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/value.h"
#include "core/config/config.h"
#include "core/limit/limit.h"

#define TIME_BITS        40
#define TIME_MASK        ((UINT64_C(1) << TIME_BITS) - 1)
#define UNITS_PER_SECOND (SECOND / LIMIT_UNIT)
/* Changes with the meaning of a word or the shape of the segment; a file of another layout is made anew. */
#define LAYOUT (UINT64_C(0x53746f614c696d00) + (sizeof(struct limit_segment) << 8) + 3)

static struct limit_segment *segment;

struct limit_segment *
limit_segment(void)
{
	return segment;
}

static struct limit_segment *
segment_map(int fd)
{
	void *at = mmap(NULL, sizeof(struct limit_segment), PROT_READ | PROT_WRITE,
	    fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void
segment_begin(struct limit_segment *fresh, int64_t now)
{
	fresh->base = now;
	atomic_thread_fence(memory_order_release);
	fresh->layout = LAYOUT;
}

struct limit_segment *
limit_segment_anonymous(int64_t now)
{
	if ((segment = segment_map(-1)) != NULL)
		segment_begin(segment, now);
	return segment;
}

/*
 * Workers of an older layout may still have the old file mapped, and truncating it under them would kill them; so
 * a file that does not fit is unlinked, and they end their days with their own.
 */
static bool
file_fits(int fd, const struct stat *status)
{
	uint64_t layout = 0;

	if (status->st_size == 0)
		return true;
	return status->st_size == (off_t)sizeof(struct limit_segment) &&
	       pread(fd, &layout, sizeof(layout), 0) == sizeof(layout) && (layout == LAYOUT || layout == 0);
}

/* Locked, so that of two processes that start together one makes the file and the other finds it made. */
static int
segment_file(const char *path)
{
	for (;;) {
		struct stat status;
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd < 0)
			return -1;
		if (flock(fd, LOCK_EX) != 0 || fstat(fd, &status) != 0) {
			close(fd);
			return -1;
		}
		if (status.st_nlink > 0 && file_fits(fd, &status))
			return fd;
		/* Unlinked while we waited for the lock: somebody has made the next one already. */
		if (status.st_nlink > 0 && unlink(path) != 0) {
			close(fd);
			return -1;
		}
		close(fd);
	}
}

bool
limit_open(const struct config *config)
{
	char path[4096];
	int fd = -1;

	if (snprintf(path, sizeof(path), "%s/limits", config->global.run_dir) < (int)sizeof(path))
		fd = segment_file(path);
	if (fd < 0 || ftruncate(fd, sizeof(struct limit_segment)) != 0 || (segment = segment_map(fd)) == NULL) {
		fprintf(stderr, "%s: the segment of limits cannot be mapped: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (segment->layout != LAYOUT)
		segment_begin(segment, env_now(&env_system).micros);
	/* Closing is not enough: a mapping keeps the open file, and so its lock, for as long as it lives. */
	flock(fd, LOCK_UN);
	close(fd);
	return true;
}

/* One key's place and what is asked of it. */
struct taking {
	struct limit_bucket *bucket;
	uint32_t number;
	uint64_t fingerprint;
	uint64_t now; /* units since the segment's base, modulo 2^40 */
	uint64_t interval;
	uint64_t window;
};

static uint64_t
units_now(const struct limit_segment *in, int64_t now)
{
	return (uint64_t)((now - in->base) / LIMIT_UNIT) & TIME_MASK;
}

/*
 * How far a word's time lies ahead of now; 0 when it has passed.  Times wrap round after 3.5 years, so the upper half
 * of the circle is the past.  Nothing can be ahead by more than two windows (other hosts' spending included) unless
 * the clock was set back or the rate was lowered: then the key counts as fully spent, and no longer than that.
 */
static uint64_t
ahead(uint64_t word, const struct taking *taking)
{
	uint64_t by = ((word & TIME_MASK) - taking->now) & TIME_MASK;

	if (by > TIME_MASK / 2)
		return 0;
	return by > 2 * taking->window ? taking->window : by;
}

static bool
is_free(uint64_t word, uint64_t now)
{
	uint64_t by = ((word & TIME_MASK) - now) & TIME_MASK;

	return word == 0 || by == 0 || by > TIME_MASK / 2;
}

/*
 * The key's slot; otherwise the first free one; otherwise the one that is given back soonest: under a flood of keys
 * those who have spent least are forgotten, which harms nobody.
 */
static unsigned
slot_find(const struct taking *taking, uint64_t *word_r)
{
	unsigned best = 0;
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < LIMIT_SLOTS; i++) {
		uint64_t word = atomic_load_explicit(&taking->bucket->word[i], memory_order_relaxed);
		uint64_t by;

		if (word >> TIME_BITS == taking->fingerprint) {
			*word_r = word;
			return i;
		}
		by = is_free(word, taking->now) ? 0 : ((word & TIME_MASK) - taking->now) & TIME_MASK;
		if (by < least) {
			least = by;
			best = i;
			*word_r = word;
		}
	}
	return best;
}

/* Only once per exchange and bucket is the shared bitmap written to. */
static void
mark_dirty(uint32_t bucket)
{
	_Atomic uint64_t *word = &segment->dirty[bucket / 64];
	uint64_t bit = UINT64_C(1) << (bucket % 64);

	if ((atomic_load_explicit(word, memory_order_relaxed) & bit) == 0)
		atomic_fetch_or_explicit(word, bit, memory_order_release);
}

static void
note_spent(const struct taking *taking, unsigned slot)
{
	_Atomic uint64_t *spent = &taking->bucket->spent[slot];
	uint64_t old = atomic_load_explicit(spent, memory_order_relaxed), next;

	atomic_store_explicit(
	    &taking->bucket->pace[slot], taking->interval << 32 | taking->window, memory_order_relaxed);
	do
		next = old >> TIME_BITS == taking->fingerprint ? old + 1 : (taking->fingerprint << TIME_BITS | 1);
	while (!atomic_compare_exchange_weak_explicit(spent, &old, next, memory_order_relaxed, memory_order_relaxed));
	mark_dirty(taking->number);
}

static uint32_t
seconds_up(uint64_t units)
{
	return (uint32_t)((units + (uint64_t)UNITS_PER_SECOND - 1) / (uint64_t)UNITS_PER_SECOND);
}

static struct limit_state
state_of(const struct taking *taking, uint64_t by, bool allowed)
{
	struct limit_state state = { .allowed = allowed, .reset = seconds_up(by) };

	if (by < taking->window)
		state.remaining = (uint32_t)((taking->window - by) / taking->interval);
	if (!allowed)
		state.retry_after = seconds_up(by + taking->interval - taking->window);
	return state;
}

static struct taking
taking_of(struct limit_segment *in, uint64_t key, int64_t now)
{
	uint32_t bucket = (uint32_t)(key >> 24) % LIMIT_BUCKETS;
	uint64_t fingerprint = key & 0xffffff;

	return (struct taking){ .bucket = &in->buckets[bucket],
		.number = bucket,
		.fingerprint = fingerprint == 0 ? 1 : fingerprint,
		.now = units_now(in, now) };
}

struct limit_state
limit_take(uint64_t key, struct limit_rate rate, int64_t now)
{
	struct taking taking;
	uint64_t word, by;
	unsigned slot;

	if (segment == NULL || rate.count == 0 || rate.period * UNITS_PER_SECOND / rate.count == 0)
		return (struct limit_state){ .allowed = true, .remaining = rate.count };
	taking = taking_of(segment, key, now);
	taking.interval = (uint64_t)(rate.period * UNITS_PER_SECOND) / rate.count;
	taking.window = taking.interval * rate.count;
	if (taking.window > UINT32_MAX)
		taking.window = UINT32_MAX;
	do {
		slot = slot_find(&taking, &word);
		by = word >> TIME_BITS == taking.fingerprint ? ahead(word, &taking) : 0;
		if (by + taking.interval > taking.window)
			return state_of(&taking, by, false);
		by += taking.interval;
	} while (!atomic_compare_exchange_strong_explicit(&taking.bucket->word[slot], &word,
	    taking.fingerprint << TIME_BITS | ((taking.now + by) & TIME_MASK), memory_order_relaxed,
	    memory_order_relaxed));
	note_spent(&taking, slot);
	return state_of(&taking, by, true);
}

void
limit_forget(void)
{
	for (uint32_t i = 0; i < LIMIT_BUCKETS; i++)
		for (unsigned slot = 0; slot < LIMIT_SLOTS; slot++) {
			atomic_store_explicit(&segment->buckets[i].word[slot], 0, memory_order_relaxed);
			atomic_store_explicit(&segment->buckets[i].spent[slot], 0, memory_order_relaxed);
		}
}

/* Takes the bucket's counts out; a slot that changed hands in between keeps what its new owner spent. */
static uint32_t
collect_bucket(struct limit_segment *from, uint32_t number, struct limit_spending *spending_r)
{
	struct limit_bucket *bucket = &from->buckets[number];
	uint32_t count = 0;

	for (unsigned i = 0; i < LIMIT_SLOTS; i++) {
		uint64_t pace = atomic_load_explicit(&bucket->pace[i], memory_order_relaxed);
		uint64_t spent = atomic_exchange_explicit(&bucket->spent[i], 0, memory_order_relaxed);

		if ((spent & TIME_MASK) == 0)
			continue;
		spending_r[count] = (struct limit_spending){ .bucket = number,
			.fingerprint = (uint32_t)(spent >> TIME_BITS),
			.count = (uint32_t)(spent & UINT32_MAX),
			.interval = (uint32_t)(pace >> 32),
			.window = (uint32_t)pace };
		count++;
	}
	return count;
}

uint32_t
limit_collect(struct limit_segment *from, struct limit_spending *spending_r, uint32_t max)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < LIMIT_BUCKETS / 64; i++) {
		uint64_t bits;

		if (atomic_load_explicit(&from->dirty[i], memory_order_relaxed) == 0)
			continue;
		if (count + 64 * LIMIT_SLOTS > max)
			break;
		bits = atomic_exchange_explicit(&from->dirty[i], 0, memory_order_acquire);
		for (; bits != 0; bits &= bits - 1)
			count += collect_bucket(from, i * 64 + (uint32_t)__builtin_ctzll(bits), spending_r + count);
	}
	return count;
}

void
limit_learn(struct limit_segment *into, const struct limit_spending *spending, uint32_t backlog, int64_t now)
{
	struct taking taking = { .bucket = &into->buckets[spending->bucket],
		.number = spending->bucket,
		.fingerprint = spending->fingerprint,
		.now = units_now(into, now),
		.interval = spending->interval,
		.window = spending->window };
	uint64_t word, next;
	unsigned slot;

	do {
		slot = slot_find(&taking, &word);
		if (word >> TIME_BITS != taking.fingerprint || ahead(word, &taking) >= backlog)
			return;
		next = taking.fingerprint << TIME_BITS | ((taking.now + backlog) & TIME_MASK);
	} while (!atomic_compare_exchange_strong_explicit(
	    &taking.bucket->word[slot], &word, next, memory_order_relaxed, memory_order_relaxed));
}
