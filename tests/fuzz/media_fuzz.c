/* media_fuzz.c -- any text as Accept, Content-Type and Prefer. */
#include <stdint.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/web/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_copy(arena, data, size);
	int seconds = prefer_wait(text);

	if (seconds < -1 || seconds > 999999)
		abort();
	/* What may be sent as JSON's type is also what JSON is accepted by. */
	if (media_is_json(text) && !media_accepts_json(text))
		abort();
	arena_free(arena);
	return 0;
}
