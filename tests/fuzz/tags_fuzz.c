/* tags_fuzz.c -- any text as If-Match. */
#include <stdint.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/web/conditional.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_copy(arena, data, size);
	struct tags tags;

	for (int weak = 0; weak < 2; weak++)
		if (tags_parse(arena, text, weak == 1, &tags) == TAGS_OK && tags.any && tags.versions.count > 0)
			abort();
	arena_free(arena);
	return 0;
}
