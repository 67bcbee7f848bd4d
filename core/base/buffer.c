/* buffer.c -- grows by doubling, so that adding n bytes one by one costs n. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"

#define FIRST_CAPACITY 240

/* Where an empty buffer's `data` points; nothing but a NUL is ever written there. */
static char nothing[1];

void
buffer_init(struct buffer *buffer, struct arena *arena)
{
	*buffer = (struct buffer){ .arena = arena, .data = nothing };
}

void
buffer_clear(struct buffer *buffer)
{
	memset(buffer->data, 0, buffer->length);
	buffer->length = 0;
}

static void
buffer_grow(struct buffer *buffer, size_t length)
{
	size_t capacity = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity * 2;
	bool fresh = buffer->capacity == 0;
	size_t needed;

	if (__builtin_add_overflow(buffer->length, length, &needed))
		abort();
	if (capacity < needed)
		capacity = needed;
	buffer->data =
	    arena_grow(buffer->arena, fresh ? NULL : buffer->data, fresh ? 0 : buffer->capacity + 1, capacity + 1);
	buffer->capacity = capacity;
}

char *
buffer_room(struct buffer *buffer, size_t length)
{
	if (length > buffer->capacity - buffer->length)
		buffer_grow(buffer, length);
	return buffer->data + buffer->length;
}

void
buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	if (length == 0)
		return;
	memcpy(buffer_room(buffer, length), data, length);
	buffer->length += length;
}

void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void
buffer_char(struct buffer *buffer, char c)
{
	*buffer_room(buffer, 1) = c;
	buffer->length++;
}

static void __attribute__((format(printf, 2, 0)))
buffer_vformat(struct buffer *buffer, const char *format, va_list arguments)
{
	size_t room = buffer->capacity - buffer->length;
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(buffer->data + buffer->length, room > 0 ? room + 1 : 0, format, arguments);
	if (length < 0)
		abort();
	if ((size_t)length > room) {
		buffer_room(buffer, (size_t)length);
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	buffer->length += (size_t)length;
}

void
buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buffer_vformat(buffer, format, arguments);
	va_end(arguments);
}
