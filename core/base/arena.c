/*
 * arena.c -- blocks that are kept over a reset, so that a worker in its stride asks malloc for nothing.
 *
 * Blocks hang in one chain; those behind the current one are empty and wait to be used again.  What a large request
 * left behind is given back above KEEP_MAX, so one upload does not fatten a worker for life.
 *
 * Under AddressSanitizer free space is poisoned and a gap stands behind each allocation.  ARENA_MALLOC replaces the
 * blocks by one malloc per allocation; the functions below the line are the same for both.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "core/base/arena.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP            16
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define GAP            0
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN     sizeof(max_align_t)
#define BLOCK_MIN ((size_t)16 * 1024)
#define BLOCK_MAX ((size_t)64 * 1024)
#define KEEP_MAX  ((size_t)256 * 1024)

/* Above this a size is a mistake (a length that went below zero), not a wish. */
#define SIZE_LIMIT (SIZE_MAX / 4)

struct deferred {
	struct deferred *older;
	void (*release)(void *object);
	void *object;
};

static _Noreturn void
arena_die(size_t size)
{
	char line[96];
	int length = snprintf(line, sizeof(line), "stoa: out of memory, %zu bytes were asked for\n", size);

	if (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0)
		_exit(71);
	_exit(70);
}

static void *
system_alloc(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL)
		arena_die(size);
	return memory;
}

#ifndef ARENA_MALLOC

struct block {
	struct block *next;
	size_t size; /* of data */
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *first;
	struct block *current;
	size_t used; /* of the current block */
	struct deferred *deferred;
};

static struct block *
block_new(size_t size)
{
	struct block *block = system_alloc(sizeof(*block) + size);

	block->next = NULL;
	block->size = size;
	POISON(block->data, size);
	return block;
}

static void
block_free(struct block *block)
{
	UNPOISON(block->data, block->size);
	free(block);
}

struct arena *
arena_new(void)
{
	struct arena *arena = system_alloc(sizeof(*arena));

	arena->first = block_new(BLOCK_MIN - sizeof(struct block));
	arena->current = arena->first;
	arena->used = 0;
	arena->deferred = NULL;
	return arena;
}

void
arena_free(struct arena *arena)
{
	struct block *block, *next;

	if (arena == NULL)
		return;
	arena_reset(arena);
	for (block = arena->first; block != NULL; block = next) {
		next = block->next;
		block_free(block);
	}
	free(arena);
}

/* Each block is twice the last one, to BLOCK_MAX; what is larger than that has a block to itself. */
static void
arena_next_block(struct arena *arena, size_t size)
{
	struct block *current = arena->current, *next = current->next;
	size_t wanted;

	if (next == NULL || next->size < size) {
		wanted = current->size * 2 + sizeof(struct block);
		if (wanted > BLOCK_MAX)
			wanted = BLOCK_MAX;
		wanted -= sizeof(struct block);
		next = block_new(size > wanted ? size : wanted);
		next->next = current->next;
		current->next = next;
	}
	arena->current = next;
	arena->used = 0;
}

static inline size_t
rounded(size_t size)
{
	return (size + GAP + ALIGN - 1) & ~(ALIGN - 1);
}

/* Memory that is not yet zeroed. */
static inline void *
arena_take(struct arena *arena, size_t size)
{
	size_t whole;
	void *memory;

	if (size > SIZE_LIMIT)
		arena_die(size);
	whole = rounded(size);
	if (whole > arena->current->size - arena->used)
		arena_next_block(arena, whole);
	memory = arena->current->data + arena->used;
	arena->used += whole;
	UNPOISON(memory, size);
	return memory;
}

void *
arena_grow(struct arena *arena, void *data, size_t old_size, size_t size)
{
	unsigned char *end = arena->current->data + arena->used;
	void *larger;

	if (size > SIZE_LIMIT)
		arena_die(size);
	if (data != NULL && (unsigned char *)data + rounded(old_size) == end &&
	    rounded(size) - rounded(old_size) <= arena->current->size - arena->used) {
		arena->used += rounded(size) - rounded(old_size);
		UNPOISON(data, size);
		memset((unsigned char *)data + old_size, 0, size - old_size);
		return data;
	}
	larger = arena_take(arena, size);
	if (old_size > 0)
		memcpy(larger, data, old_size);
	memset((unsigned char *)larger + old_size, 0, size - old_size);
	return larger;
}

struct arena_mark
arena_mark(struct arena *arena)
{
	return (struct arena_mark){ .block = arena->current, .used = arena->used, .deferred = arena->deferred };
}

/* Gives back the waiting blocks that are past KEEP_MAX. */
static void
arena_shed(struct arena *arena)
{
	struct block **link = &arena->current->next, *block;
	size_t kept = arena->current->size;

	while ((block = *link) != NULL) {
		if (kept + block->size > KEEP_MAX) {
			*link = block->next;
			block_free(block);
		} else {
			kept += block->size;
			POISON(block->data, block->size);
			link = &block->next;
		}
	}
}

static void
arena_return(struct arena *arena, struct arena_mark mark)
{
	arena->current = mark.block;
	arena->used = mark.used;
	POISON(arena->current->data + arena->used, arena->current->size - arena->used);
	if (arena->current->next != NULL)
		arena_shed(arena);
}

static struct arena_mark
arena_start(const struct arena *arena)
{
	return (struct arena_mark){ .block = arena->first };
}

size_t
arena_size(const struct arena *arena)
{
	size_t size = sizeof(*arena);

	for (const struct block *block = arena->first; block != NULL; block = block->next)
		size += sizeof(*block) + block->size;
	return size;
}

#else /* ARENA_MALLOC */

struct piece {
	struct piece *older;
	size_t size;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct piece *newest;
	struct deferred *deferred;
};

struct arena *
arena_new(void)
{
	struct arena *arena = system_alloc(sizeof(*arena));

	arena->newest = NULL;
	arena->deferred = NULL;
	return arena;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_reset(arena);
	free(arena);
}

static void *
arena_take(struct arena *arena, size_t size)
{
	struct piece *piece;

	if (size > SIZE_LIMIT)
		arena_die(size);
	piece = system_alloc(sizeof(*piece) + size);
	piece->older = arena->newest;
	piece->size = size;
	arena->newest = piece;
	return piece->data;
}

/* Always moves, so that whoever keeps the old address is found out. */
void *
arena_grow(struct arena *arena, void *data, size_t old_size, size_t size)
{
	void *larger = arena_take(arena, size);

	if (old_size > 0) {
		memcpy(larger, data, old_size);
		memset(data, 0xA5, old_size);
		POISON(data, old_size);
	}
	memset((unsigned char *)larger + old_size, 0, size - old_size);
	return larger;
}

struct arena_mark
arena_mark(struct arena *arena)
{
	return (struct arena_mark){ .block = arena->newest, .deferred = arena->deferred };
}

static void
arena_return(struct arena *arena, struct arena_mark mark)
{
	struct piece *piece;

	while ((piece = arena->newest) != mark.block) {
		arena->newest = piece->older;
		UNPOISON(piece->data, piece->size);
		free(piece);
	}
}

static struct arena_mark
arena_start(const struct arena *arena)
{
	(void)arena;
	return (struct arena_mark){ .block = NULL };
}

size_t
arena_size(const struct arena *arena)
{
	size_t size = sizeof(*arena);

	for (const struct piece *piece = arena->newest; piece != NULL; piece = piece->older)
		size += sizeof(*piece) + piece->size;
	return size;
}

#endif
/* ------------------------------------------------------------------------------------------------ */

/* Last first: what was made of something else is released before it. */
void
arena_rewind(struct arena *arena, struct arena_mark mark)
{
	struct deferred *deferred;

	while ((deferred = arena->deferred) != mark.deferred) {
		arena->deferred = deferred->older;
		deferred->release(deferred->object);
	}
	arena_return(arena, mark);
}

void
arena_reset(struct arena *arena)
{
	arena_rewind(arena, arena_start(arena));
}

void
arena_defer(struct arena *arena, void (*release)(void *object), void *object)
{
	struct deferred *deferred = arena_take(arena, sizeof(*deferred));

	*deferred = (struct deferred){ .older = arena->deferred, .release = release, .object = object };
	arena->deferred = deferred;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	void *memory = arena_take(arena, size);

	return memset(memory, 0, size);
}

char *
arena_copy(struct arena *arena, const void *data, size_t length)
{
	char *copy;

	if (length > SIZE_LIMIT)
		arena_die(length);
	copy = arena_take(arena, length + 1);
	if (length > 0)
		memcpy(copy, data, length);
	copy[length] = '\0';
	return copy;
}
