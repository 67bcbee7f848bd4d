/* arena_text.c -- arrays, copies of text and formatted text, on what arena.c gives. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t whole;

	if (__builtin_mul_overflow(count, size, &whole))
		whole = SIZE_MAX; /* for which arena_alloc has no memory */
	return arena_alloc(arena, whole);
}

char *
arena_text(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

char *
arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
	char brief[256], *text;
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(brief, sizeof(brief), format, arguments);
	if (length < 0)
		abort();
	if ((size_t)length < sizeof(brief)) {
		text = arena_copy(arena, brief, (size_t)length);
	} else {
		text = arena_alloc(arena, (size_t)length + 1);
		vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	return text;
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vformat(arena, format, arguments);
	va_end(arguments);
	return text;
}
