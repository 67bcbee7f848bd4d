/*
 * buffer.h -- text or bytes that grow, in an arena.  `data` always has a NUL behind it that does not
 * count, so it can be handed on as a C string.  Everything behind `length` is zero; whoever writes into
 * buffer_room and adds what it wrote keeps it so.
 */
#ifndef STOA_BASE_BUFFER_H
#define STOA_BASE_BUFFER_H

#include <stddef.h>

struct arena;

struct buffer {
	struct arena *arena;
	char *data;
	size_t length;
	size_t capacity;
};

void buffer_init(struct buffer *buffer, struct arena *arena);
void buffer_clear(struct buffer *buffer);
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for `length` more bytes; the caller writes them and then adds to `length` itself. */
char *buffer_room(struct buffer *buffer, size_t length);

#endif
