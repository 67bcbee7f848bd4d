/*
 * key.c -- whether a key appears twice in its object.  A key with escapes is decoded first: "a" and "\u0061" are one
 * key. Few keys are compared each with each, many by sorting, so that a hostile object costs n log n.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/hex.h"
#include "core/json/key.h"

#define FEW_KEYS 16

/* Four hexadecimal digits; -1 when they are not. */
static int32_t
read_unit(const unsigned char *at, const unsigned char *end)
{
	int32_t unit = 0;
	int digit;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if ((digit = hex_value((char)at[i])) < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

size_t
json_read_escape(const unsigned char *at, const unsigned char *end, uint32_t *code_r, const char **reason_r)
{
	int32_t unit = read_unit(at, end), second;

	if (unit < 0)
		*reason_r = "\\u needs four hexadecimal digits";
	else if (unit == 0)
		*reason_r = "U+0000 is not allowed";
	if (unit <= 0)
		return 0;
	*code_r = (uint32_t)unit;
	if (unit < 0xD800 || unit > 0xDFFF)
		return 4;
	*reason_r = "half of a surrogate pair";
	if (unit > 0xDBFF || end - at < 10 || at[4] != '\\' || at[5] != 'u')
		return 0;
	second = read_unit(at + 6, end);
	if (second < 0xDC00 || second > 0xDFFF)
		return 0;
	*code_r = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(second - 0xDC00);
	return 10;
}

static size_t
put_utf8(unsigned char *at, uint32_t code)
{
	if (code < 0x80) {
		at[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		at[0] = (unsigned char)(0xC0 | code >> 6);
		at[1] = (unsigned char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		at[0] = (unsigned char)(0xE0 | code >> 12);
		at[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
		at[2] = (unsigned char)(0x80 | (code & 0x3F));
		return 3;
	}
	at[0] = (unsigned char)(0xF0 | code >> 18);
	at[1] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
	at[2] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
	at[3] = (unsigned char)(0x80 | (code & 0x3F));
	return 4;
}

/* No escape is shorter than what it stands for, so the text never gets longer. */
void
key_decode(struct arena *arena, struct key *key)
{
	static const char short_escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const unsigned char *from = key->text, *end = from + key->length;
	unsigned char *text = arena_alloc(arena, key->length + 4), *to = text;
	const char *reason;
	uint32_t code;

	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'u') {
			from += 2 + json_read_escape(from + 2, end, &code, &reason);
			to += put_utf8(to, code);
		} else {
			for (const char *pair = short_escapes; *pair != '\0'; pair += 2)
				if (*pair == (char)from[1]) {
					*to++ = (unsigned char)pair[1];
					break;
				}
			from += 2;
		}
	}
	key->text = text;
	key->length = (size_t)(to - text);
}

void
keys_push(struct keys *keys, struct key key)
{
	struct key *more;

	if (keys->count == keys->capacity) {
		more = ARENA_ARRAY(keys->arena, keys->capacity * 2, struct key);
		memcpy(more, keys->items, keys->count * sizeof(key));
		keys->items = more;
		keys->capacity *= 2;
	}
	keys->items[keys->count++] = key;
}

static inline bool
same_key(const struct key *a, const struct key *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static int
compare_keys(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int order;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	if ((order = memcmp(a->text, b->text, a->length)) != 0)
		return order;
	return a->offset < b->offset ? -1 : 1;
}

const struct key *
keys_twin(struct keys *keys, size_t base)
{
	struct key *items = keys->items + base;
	size_t count = keys->count - base;

	if (count <= FEW_KEYS) {
		for (size_t i = 1; i < count; i++)
			for (size_t j = 0; j < i; j++)
				if (same_key(&items[i], &items[j]))
					return &items[i];
		return NULL;
	}
	qsort(items, count, sizeof(*items), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (same_key(&items[i], &items[i - 1]))
			return &items[i];
	return NULL;
}
