/*
 * sql_fuzz.c -- any bytes as a value from PostgreSQL, its type by the first of them: what is taken comes back the
 * same when it is sent again.  And any text as a migration to be taken apart.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/db/codec.h"
#include "core/db/migration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text is cut at its first NUL, and a number can be written in more than one way; the second time is the last. */
static void
decode(struct arena *arena, enum sql_type type, const uint8_t *data, size_t size)
{
	struct buffer first, second;
	uint64_t place[4] __attribute__((aligned(16)));

	if (!sql_decode(arena, type, data, size, place))
		return;
	buffer_init(&first, arena);
	buffer_init(&second, arena);
	sql_encode(&first, type, place);
	if (!sql_decode(arena, type, first.data, first.length, place))
		abort();
	sql_encode(&second, type, place);
	if (first.length != second.length || memcmp(first.data, second.data, first.length) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	size_t count;

	if (size > 0)
		decode(arena, (enum sql_type)(data[0] % SQL_TYPE__COUNT), data + 1, size - 1);
	sql_split(arena, arena_copy(arena, data, size), &count);
	arena_free(arena);
	return 0;
}
