/* text.c -- UTF-8 by the table of RFC 3629, and small questions about text. */
#include <stdint.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

static inline bool
is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

size_t
text_character(const unsigned char *at, size_t left)
{
	unsigned char c = at[0];

	if (c < 0x80)
		return 1;
	if (c < 0xC2 || c > 0xF4)
		return 0;
	if (c < 0xE0)
		return left >= 2 && is_tail(at[1]) ? 2 : 0;
	if (c < 0xF0) {
		if (left < 3 || !is_tail(at[1]) || !is_tail(at[2]))
			return 0;
		/* E0 below 80..9F is overlong, ED above it is a surrogate. */
		return (c == 0xE0 && at[1] < 0xA0) || (c == 0xED && at[1] > 0x9F) ? 0 : 3;
	}
	if (left < 4 || !is_tail(at[1]) || !is_tail(at[2]) || !is_tail(at[3]))
		return 0;
	return (c == 0xF0 && at[1] < 0x90) || (c == 0xF4 && at[1] > 0x8F) ? 0 : 4;
}

bool
text_is_utf8(const void *data, size_t length)
{
	const unsigned char *at = data, *end = at + length;
	uint64_t word;
	size_t size;

	while (at < end) {
		if (end - at >= 8) {
			memcpy(&word, at, 8);
			if ((word & HIGH_BITS) == 0) {
				at += 8;
				continue;
			}
		}
		if ((size = text_character(at, (size_t)(end - at))) == 0)
			return false;
		at += size;
	}
	return true;
}

size_t
text_length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += !is_tail((unsigned char)*text);
	return count;
}

bool
text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_equal_secret(const void *a, const void *b, size_t length)
{
	const volatile unsigned char *left = a, *right = b;
	unsigned char difference = 0;

	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char)(left[i] ^ right[i]);
	return difference == 0;
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Part of a character outside ASCII, of which RFC 6531 allows any. */
static bool
is_foreign(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

/* RFC 5321 section 4.1.2, Dot-string: atoms of atext with single dots between them. */
static bool
is_local_part(const char *at, const char *end)
{
	bool after_dot = true;

	for (; at < end; at++) {
		if (*at == '.') {
			if (after_dot)
				return false;
			after_dot = true;
		} else if (is_letter_or_digit(*at) || is_foreign(*at) || (*at != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", *at) != NULL)) {
			after_dot = false;
		} else {
			return false;
		}
	}
	return !after_dot;
}

/* Labels of letters, digits and inner hyphens, 63 at most each (RFC 1035). */
static bool
is_domain(const char *at, const char *end)
{
	const char *label = at;

	for (;; at++) {
		if (at < end && (is_letter_or_digit(*at) || is_foreign(*at) || *at == '-'))
			continue;
		if (at == label || at - label > 63 || *label == '-' || at[-1] == '-')
			return false;
		if (at == end)
			return true;
		if (*at != '.')
			return false;
		label = at + 1;
	}
}

/* Bytes: 254 is what fits a path of 256 with its angle brackets (RFC 5321 section 4.5.3.1.3). */
bool
text_is_email(const char *text)
{
	size_t length = strlen(text);
	const char *sign = strchr(text, '@');

	if (sign == NULL || length > 254 || sign - text > 64 || !text_is_utf8(text, length))
		return false;
	return is_local_part(text, sign) && is_domain(sign + 1, text + length);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *
text_trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && is_space(end[-1]))
		end--;
	*end = '\0';
	while (is_space(*text))
		text++;
	return text;
}

char **
text_split(struct arena *arena, const char *text, char separator)
{
	char *copy = arena_text(arena, text), *next, **parts;
	size_t most = 1, count = 0;

	for (const char *c = text; *c != '\0'; c++)
		most += *c == separator;
	parts = ARENA_ARRAY(arena, most + 1, char *);
	for (; copy != NULL; copy = next) {
		if ((next = strchr(copy, separator)) != NULL)
			*next++ = '\0';
		copy = text_trim(copy);
		if (*copy != '\0')
			parts[count++] = copy;
	}
	return parts;
}
