/*
 * env.c -- the machine's clock and randomness.
 *
 * Random bytes are fetched from the kernel a KiB at a time, since each worker makes several ids per request.  Two
 * processes must never draw the same bytes: the store lies on a page that the kernel wipes in a forked child
 * (MADV_WIPEONFORK), and an empty store is filled anew.  What was handed out is erased.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#include "core/base/env.h"

#define STORE_SIZE 1024

struct store {
	size_t left;
	uint8_t bytes[STORE_SIZE];
};

static void
kernel_random(void *bytes, size_t length)
{
	uint8_t *at = bytes;
	ssize_t got;

	while (length > 0) {
		got = getrandom(at, length, 0);
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			at += got;
			length -= (size_t)got;
		}
	}
}

/* NULL: this kernel does not wipe, so nothing may be stored. */
static struct store *
store_of_process(void)
{
	static struct store *store;
	static bool tried;
	void *page;

	if (tried)
		return store;
	tried = true;
	page = mmap(NULL, sizeof(struct store), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return NULL;
	if (madvise(page, sizeof(struct store), MADV_WIPEONFORK) != 0) {
		munmap(page, sizeof(struct store));
		return NULL;
	}
	return store = page;
}

static void
system_random(const struct env *env, void *bytes, size_t length)
{
	struct store *store = store_of_process();

	(void)env;
	if (store == NULL || length > STORE_SIZE / 4) {
		kernel_random(bytes, length);
		return;
	}
	if (store->left < length) {
		kernel_random(store->bytes, STORE_SIZE);
		store->left = STORE_SIZE;
	}
	store->left -= length;
	memcpy(bytes, store->bytes + store->left, length);
	memset(store->bytes + store->left, 0, length);
}

static int64_t
micros_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec / 1000;
}

static struct instant
system_now(const struct env *env)
{
	(void)env;
	return (struct instant){ micros_of(CLOCK_REALTIME) };
}

static int64_t
system_monotonic(const struct env *env)
{
	(void)env;
	return micros_of(CLOCK_MONOTONIC);
}

const struct env env_system = {
	.now = system_now,
	.monotonic = system_monotonic,
	.random = system_random,
};

struct instant
env_now(const struct env *env)
{
	return env->now(env);
}

int64_t
env_monotonic(const struct env *env)
{
	return env->monotonic(env);
}

void
env_random(const struct env *env, void *bytes, size_t length)
{
	env->random(env, bytes, length);
}

/* Draws above the largest multiple of `bound` are thrown away, or the small numbers would come more often. */
uint32_t
env_random_below(const struct env *env, uint32_t bound)
{
	uint32_t drawn, excess;

	if (bound <= 1)
		return 0;
	excess = (UINT32_MAX % bound + 1) % bound;
	do {
		env_random(env, &drawn, sizeof(drawn));
	} while (drawn > UINT32_MAX - excess);
	return drawn % bound;
}
