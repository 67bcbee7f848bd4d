/*
 * encode.c -- bytes as text.  Decoding refuses what encoding would not have written, so that a value can be compared,
 * cached and signed by its text.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/hex.h"

static const char base64_standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *
hex_encode(struct arena *arena, const void *data, size_t length)
{
	const uint8_t *bytes = data;
	char *text = arena_array(arena, length + 1, 2);

	for (size_t i = 0; i < length; i++) {
		text[2 * i] = hex_digits[bytes[i] >> 4];
		text[2 * i + 1] = hex_digits[bytes[i] & 15];
	}
	return text;
}

/* Lower case alone: the other would be a second text for the same bytes. */
static int
hex_lower(char c)
{
	return c >= 'A' && c <= 'F' ? -1 : hex_value(c);
}

bool
hex_decode(struct arena *arena, const char *text, struct bytes *bytes_r)
{
	size_t length = strlen(text);
	uint8_t *bytes = arena_alloc(arena, length / 2 + 1);
	int high, low;

	if (length % 2 != 0)
		return false;
	for (size_t i = 0; i < length; i += 2) {
		if ((high = hex_lower(text[i])) < 0 || (low = hex_lower(text[i + 1])) < 0)
			return false;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*bytes_r = (struct bytes){ bytes, length / 2 };
	return true;
}

static char *
encode_with(struct arena *arena, const char *alphabet, bool padded, const void *data, size_t length)
{
	const uint8_t *bytes = data;
	char *text = arena_array(arena, length / 3 + 2, 4), *at = text;
	uint32_t group;
	size_t i;

	for (i = 0; i + 3 <= length; i += 3) {
		group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
		for (int shift = 18; shift >= 0; shift -= 6)
			*at++ = alphabet[group >> shift & 63];
	}
	if (i == length)
		return text;
	group = (uint32_t)bytes[i] << 16 | (i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0);
	*at++ = alphabet[group >> 18];
	*at++ = alphabet[group >> 12 & 63];
	if (i + 1 < length)
		*at++ = alphabet[group >> 6 & 63];
	while (padded && (at - text) % 4 != 0)
		*at++ = '=';
	return text;
}

/* -1: not of the alphabet, whose last two are `plus` and `slash`. */
static int
digit_of(char c, char plus, char slash)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == plus)
		return 62;
	return c == slash ? 63 : -1;
}

/* `length` without padding.  The bits that no byte takes must be zero. */
static bool
decode_with(struct arena *arena, const char *alphabet, const char *text, size_t length, struct bytes *bytes_r)
{
	uint8_t *bytes = arena_alloc(arena, length / 4 * 3 + 3);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t count = 0;
	int digit;

	if (length % 4 == 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		if ((digit = digit_of(text[i], alphabet[62], alphabet[63])) < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[count++] = (uint8_t)(bits >> held);
			bits &= (1U << held) - 1;
		}
	}
	if (bits != 0)
		return false;
	*bytes_r = (struct bytes){ bytes, count };
	return true;
}

char *
base64_encode(struct arena *arena, const void *data, size_t length)
{
	return encode_with(arena, base64_standard, true, data, length);
}

bool
base64_decode(struct arena *arena, const char *text, size_t length, struct bytes *bytes_r)
{
	size_t bare = length;

	if (length % 4 != 0)
		return false;
	while (bare > 0 && length - bare < 2 && text[bare - 1] == '=')
		bare--;
	return decode_with(arena, base64_standard, text, bare, bytes_r);
}

char *
base64url_encode(struct arena *arena, const void *data, size_t length)
{
	return encode_with(arena, base64_url, false, data, length);
}

bool
base64url_decode(struct arena *arena, const char *text, size_t length, struct bytes *bytes_r)
{
	return decode_with(arena, base64_url, text, length, bytes_r);
}
