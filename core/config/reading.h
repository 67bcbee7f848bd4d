/* reading.h -- the configuration while it is being read; what read.c and environment.c share. */
#ifndef STOA_CONFIG_READING_H
#define STOA_CONFIG_READING_H

#include <stddef.h>

#include "core/config/option.h"

struct reading {
	struct arena *arena;
	const struct house *house;
	struct config *config;
	struct complaints complaints;
	struct config_origin *origins; /* ends with a zero row */
	size_t origin_count;
	const char *path;
};

/* " Did you mean x?", or nothing. */
const char *reading_guess(struct reading *r, const char *name, const char *const *names);
void reading_apply_environment(struct reading *r, char *const *environment);

#endif
