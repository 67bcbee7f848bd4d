/*
 * env.h -- what a piece of work may not take from the machine directly: the clock and randomness.
 * Tests put their own here; everybody else uses `env_system`.
 */
#ifndef STOA_BASE_ENV_H
#define STOA_BASE_ENV_H

#include "core/base/value.h"

struct env {
	struct instant (*now)(const struct env *env);
	/* Microseconds that only go forward; for deadlines and durations. */
	int64_t (*monotonic)(const struct env *env);
	void (*random)(const struct env *env, void *bytes, size_t length);
	void *context;
};

extern const struct env env_system;

struct instant env_now(const struct env *env);
int64_t env_monotonic(const struct env *env);
void env_random(const struct env *env, void *bytes, size_t length);
/* Uniform in [0, bound). */
uint32_t env_random_below(const struct env *env, uint32_t bound);

#endif
