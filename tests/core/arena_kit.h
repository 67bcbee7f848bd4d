/* arena_kit.h -- one arena for all cases of a test program. */
#ifndef STOA_TESTS_ARENA_KIT_H
#define STOA_TESTS_ARENA_KIT_H

#include "core/base/arena.h"

static struct arena *arena;

static inline int
open_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static inline int
close_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#endif
