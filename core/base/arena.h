/*
 * arena.h -- memory with one lifetime.  There are three lifetimes in a worker: the process, the
 * connection to PostgreSQL, and the request.  Each has an arena; nothing is freed by hand.
 *
 * Allocation never returns NULL: out of memory ends the process and its pool starts another.
 * Memory comes zeroed and aligned for any type.  With --enable-arena-malloc every allocation is a
 * malloc of its own, so that AddressSanitizer sees each overrun.
 */
#ifndef STOA_BASE_ARENA_H
#define STOA_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Everything since the arena was made (or since the mark) is gone; what was deferred runs, last first. */
void arena_reset(struct arena *arena);
struct arena_mark {
	void *block;
	size_t used;
	void *deferred;
};
struct arena_mark arena_mark(struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it that does not count. */
char *arena_copy(struct arena *arena, const void *data, size_t length);
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* `data` (of `old_size` bytes; NULL when 0) with its bytes in `size`, zeroes behind them; at its old address when it
 * was the last allocation and there is room.  `size` is not less than `old_size`. */
void *arena_grow(struct arena *arena, void *data, size_t old_size, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* Hands a foreign object (json-c's, libpq's, OpenSSL's) to the arena, which frees it with its own. */
void arena_defer(struct arena *arena, void (*release)(void *object), void *object);

/* Bytes held from the system, for the status page and the tests. */
size_t arena_size(const struct arena *arena);

#endif
