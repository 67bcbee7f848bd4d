/*
 * uuid.c -- UUIDv7 (RFC 9562 section 5.7): milliseconds, then twelve bits of their fraction (section 6.2, method 3),
 * then 62 random bits; so ids of one process sort by the time they were made, to a quarter of a microsecond.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/hex.h"
#include "core/base/value.h"

const struct uuid UUID_MAX = { { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } };

struct uuid
uuid_new(const struct env *env)
{
	int64_t micros = env_now(env).micros;
	uint64_t millis = (uint64_t)(micros / 1000);
	uint64_t fraction = (uint64_t)(micros % 1000) * 4096 / 1000;
	struct uuid uuid;

	env_random(env, uuid.bytes + 8, 8);
	for (int i = 0; i < 6; i++)
		uuid.bytes[i] = (uint8_t)(millis >> (40 - 8 * i));
	uuid.bytes[6] = (uint8_t)(0x70 | fraction >> 8);
	uuid.bytes[7] = (uint8_t)fraction;
	uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3F) | 0x80);
	return uuid;
}

static bool
is_dash_place(unsigned i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

/* Both cases are read, as RFC 9562 section 4 asks; lower case is written. */
bool
uuid_parse(const char *text, struct uuid *uuid_r)
{
	struct uuid uuid;
	unsigned byte = 0;
	int high, low;

	for (unsigned i = 0; i < UUID_TEXT_SIZE - 1;) {
		if (is_dash_place(i)) {
			if (text[i++] != '-')
				return false;
			continue;
		}
		if ((high = hex_value(text[i])) < 0 || (low = hex_value(text[i + 1])) < 0)
			return false;
		uuid.bytes[byte++] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	if (text[UUID_TEXT_SIZE - 1] != '\0')
		return false;
	*uuid_r = uuid;
	return true;
}

const char *
uuid_print(struct uuid uuid, char text[static UUID_TEXT_SIZE])
{
	char *at = text;

	for (unsigned i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = hex_digits[uuid.bytes[i] >> 4];
		*at++ = hex_digits[uuid.bytes[i] & 15];
	}
	*at = '\0';
	return text;
}

const char *
uuid_text(struct arena *arena, struct uuid uuid)
{
	return uuid_print(uuid, arena_alloc(arena, UUID_TEXT_SIZE));
}

bool
uuid_equal(struct uuid a, struct uuid b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

bool
uuid_is_zero(struct uuid uuid)
{
	return uuid_equal(uuid, (struct uuid){ { 0 } });
}

bool
uuids_contain(struct uuids list, struct uuid uuid)
{
	for (size_t i = 0; i < list.count; i++)
		if (uuid_equal(list.items[i], uuid))
			return true;
	return false;
}

bool
texts_contain(struct texts list, const char *text)
{
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.items[i], text) == 0)
			return true;
	return false;
}
