/* codec.c -- the binary forms, as src/backend/utils/adt/ of PostgreSQL sends and receives them. */
#include "core/db/codec.h"

#include <endian.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"

/* 2000-01-01, where PostgreSQL's time begins, in microseconds of ours. */
#define EPOCH_2000 (INT64_C(946684800) * SECOND)

#define NUMERIC_NEGATIVE 0x4000
#define NUMERIC_BASE     10000
#define NUMERIC_DIGITS   10 /* 4 decimal digits each: 40 are more than 38 */
#define JSONB_VERSION    1

/* Every list of value.h is laid out like this one. */
struct list {
	const void *items;
	size_t count;
};

static const struct kind {
	const char *name;
	unsigned oid;
	size_t size;
	bool list;
	enum sql_type element;
} kinds[SQL_TYPE__COUNT] = {
	[SQL_UUID] = { "uuid", 2950, sizeof(struct uuid) },
	[SQL_TEXT] = { "text", 25, sizeof(const char *) },
	[SQL_INT] = { "int", 23, sizeof(int32_t) },
	[SQL_BIGINT] = { "bigint", 20, sizeof(int64_t) },
	[SQL_BOOL] = { "bool", 16, sizeof(bool) },
	[SQL_TIMESTAMPTZ] = { "timestamptz", 1184, sizeof(struct instant) },
	[SQL_BYTEA] = { "bytea", 17, sizeof(struct bytes) },
	[SQL_JSONB] = { "jsonb", 3802, sizeof(const char *) },
	[SQL_NUMERIC] = { "numeric", 1700, sizeof(minor_units) },
	[SQL_UUIDS] = { "uuid[]", 2951, sizeof(struct uuids), true, SQL_UUID },
	[SQL_TEXTS] = { "text[]", 1009, sizeof(struct texts), true, SQL_TEXT },
	[SQL_BIGINTS] = { "bigint[]", 1016, sizeof(struct integers), true, SQL_BIGINT },
	[SQL_NUMERICS] = { "numeric[]", 1231, sizeof(struct amounts), true, SQL_NUMERIC },
	[SQL_TIMESTAMPTZS] = { "timestamptz[]", 1185, sizeof(struct instants), true, SQL_TIMESTAMPTZ },
	[SQL_BOOLS] = { "bool[]", 1000, sizeof(struct flags), true, SQL_BOOL },
	[SQL_BYTEAS] = { "bytea[]", 1001, sizeof(struct byte_strings), true, SQL_BYTEA },
};

const char *
sql_type_name(enum sql_type type)
{
	return kinds[type].name;
}

unsigned
sql_type_oid(enum sql_type type)
{
	return kinds[type].oid;
}

size_t
sql_type_size(enum sql_type type)
{
	return kinds[type].size;
}

/* ---- writing */

static void
put16(struct buffer *out, uint16_t value)
{
	value = htobe16(value);
	buffer_add(out, &value, sizeof(value));
}

static void
put32(struct buffer *out, uint32_t value)
{
	value = htobe32(value);
	buffer_add(out, &value, sizeof(value));
}

static void
put64(struct buffer *out, uint64_t value)
{
	value = htobe64(value);
	buffer_add(out, &value, sizeof(value));
}

static void
put_numeric(struct buffer *out, minor_units value)
{
	unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
	uint16_t digits[NUMERIC_DIGITS];
	unsigned count = 0, weight, last = 0;

	for (; rest > 0; rest /= NUMERIC_BASE)
		digits[count++] = (uint16_t)(rest % NUMERIC_BASE);
	weight = count > 0 ? count - 1 : 0;
	while (last < count && digits[last] == 0)
		last++;
	put16(out, (uint16_t)(count - last));
	put16(out, (uint16_t)weight);
	put16(out, value < 0 ? NUMERIC_NEGATIVE : 0);
	put16(out, 0);
	for (unsigned i = count; i > last; i--)
		put16(out, digits[i - 1]);
}

static void
put_instant(struct buffer *out, struct instant instant)
{
	int64_t micros = instant.micros;

	/* What is before PostgreSQL's time can only be its beginning. */
	if (micros != INSTANT_MAX.micros && __builtin_sub_overflow(micros, EPOCH_2000, &micros))
		micros = INSTANT_MIN.micros;
	put64(out, (uint64_t)micros);
}

static void
put_list(struct buffer *out, enum sql_type type, const struct list *list)
{
	enum sql_type element = kinds[type].element;
	size_t size = kinds[element].size;

	put32(out, list->count > 0 ? 1 : 0);
	put32(out, 0);
	put32(out, kinds[element].oid);
	if (list->count == 0)
		return;
	put32(out, (uint32_t)list->count);
	put32(out, 1);
	for (size_t i = 0; i < list->count; i++) {
		const char *item = (const char *)list->items + i * size;
		size_t at = out->length;
		uint32_t length;

		if (element == SQL_TEXT && *(const char *const *)item == NULL) {
			put32(out, UINT32_MAX);
			continue;
		}
		put32(out, 0);
		sql_encode(out, element, item);
		length = htobe32((uint32_t)(out->length - at - sizeof(length)));
		memcpy(out->data + at, &length, sizeof(length));
	}
}

void
sql_encode(struct buffer *out, enum sql_type type, const void *value)
{
	switch (type) {
	case SQL_UUID:
		buffer_add(out, value, sizeof(struct uuid));
		break;
	case SQL_TEXT:
		buffer_text(out, *(const char *const *)value);
		break;
	case SQL_INT:
		put32(out, (uint32_t) * (const int32_t *)value);
		break;
	case SQL_BIGINT:
		put64(out, (uint64_t) * (const int64_t *)value);
		break;
	case SQL_BOOL:
		buffer_char(out, *(const bool *)value ? 1 : 0);
		break;
	case SQL_TIMESTAMPTZ:
		put_instant(out, *(const struct instant *)value);
		break;
	case SQL_BYTEA:
		buffer_add(out, ((const struct bytes *)value)->data, ((const struct bytes *)value)->length);
		break;
	case SQL_JSONB:
		buffer_char(out, JSONB_VERSION);
		buffer_text(out, *(const char *const *)value);
		break;
	case SQL_NUMERIC:
		put_numeric(out, *(const minor_units *)value);
		break;
	case SQL_UUIDS:
	case SQL_TEXTS:
	case SQL_BIGINTS:
	case SQL_NUMERICS:
	case SQL_TIMESTAMPTZS:
	case SQL_BOOLS:
	case SQL_BYTEAS:
		put_list(out, type, value);
		break;
	case SQL_TYPE__COUNT:
		break;
	}
}

/* ---- reading */

/* What is left to read; `bad` once something did not fit. */
struct reader {
	const uint8_t *data;
	size_t left;
	bool bad;
};

static const uint8_t *
take(struct reader *reader, size_t length)
{
	const uint8_t *data = reader->data;

	if (length > reader->left) {
		reader->bad = true;
		reader->left = 0;
		return NULL;
	}
	reader->data += length;
	reader->left -= length;
	return data;
}

static uint16_t
take16(struct reader *reader)
{
	const uint8_t *data = take(reader, 2);
	uint16_t value = 0;

	if (data != NULL)
		memcpy(&value, data, sizeof(value));
	return be16toh(value);
}

static uint32_t
take32(struct reader *reader)
{
	const uint8_t *data = take(reader, 4);
	uint32_t value = 0;

	if (data != NULL)
		memcpy(&value, data, sizeof(value));
	return be32toh(value);
}

static uint64_t
take64(struct reader *reader)
{
	const uint8_t *data = take(reader, 8);
	uint64_t value = 0;

	if (data != NULL)
		memcpy(&value, data, sizeof(value));
	return be64toh(value);
}

/* Digits behind the last whole one must be zero; 38 decimal digits are what numeric(38,0) holds. */
static bool
take_numeric(struct reader *reader, minor_units *value_r)
{
	static const unsigned __int128 limit = (unsigned __int128)10000000000000000000u * 10000000000000000000u;
	int count = (int16_t)take16(reader), weight = (int16_t)take16(reader);
	unsigned sign = take16(reader);
	unsigned __int128 value = 0;

	take16(reader); /* how many decimals it is shown with */
	if (reader->bad || count < 0 || (sign != 0 && sign != NUMERIC_NEGATIVE) ||
	    (count > 0 && weight >= NUMERIC_DIGITS))
		return false;
	for (int i = 0; i < count || i <= weight; i++) {
		unsigned digit = i < count ? take16(reader) : 0;

		if (digit >= NUMERIC_BASE || (i > weight && digit != 0))
			return false;
		if (i > weight)
			continue;
		if (value > limit / NUMERIC_BASE)
			return false;
		value = value * NUMERIC_BASE + digit;
	}
	if (reader->bad || value >= limit)
		return false;
	*value_r = sign == NUMERIC_NEGATIVE ? -(minor_units)value : (minor_units)value;
	return true;
}

/* The last years that PostgreSQL knows (around 294247) do not fit into ours; they are as good as infinity. */
static struct instant
take_instant(struct reader *reader)
{
	int64_t micros = (int64_t)take64(reader);

	if (micros != INT64_MIN && __builtin_add_overflow(micros, EPOCH_2000, &micros))
		micros = INT64_MAX;
	return (struct instant){ micros };
}

static bool
take_list(struct arena *arena, struct reader *reader, enum sql_type type, struct list *list_r)
{
	enum sql_type element = kinds[type].element;
	size_t size = kinds[element].size;
	uint32_t dimensions = take32(reader), count;
	char *items;

	take32(reader); /* whether any is NULL */
	if (take32(reader) != kinds[element].oid || dimensions > 1 || reader->bad)
		return false;
	*list_r = (struct list){ NULL, 0 };
	if (dimensions == 0)
		return true;
	count = take32(reader);
	take32(reader);                                             /* the first index */
	if (reader->bad || count > reader->left / sizeof(uint32_t)) /* each has a length at least */
		return false;
	items = arena_array(arena, count, size);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length = take32(reader);
		const uint8_t *data;

		if (length == UINT32_MAX && element == SQL_TEXT)
			continue;
		if ((data = take(reader, length)) == NULL ||
		    !sql_decode(arena, element, data, length, items + i * size))
			return false;
	}
	*list_r = (struct list){ items, count };
	return true;
}

static bool
take_value(struct arena *arena, struct reader *reader, enum sql_type type, void *value_r)
{
	const uint8_t *data;
	size_t length;

	switch (type) {
	case SQL_UUID:
		if ((data = take(reader, sizeof(struct uuid))) != NULL)
			memcpy(value_r, data, sizeof(struct uuid));
		return true;
	case SQL_INT:
		*(int32_t *)value_r = (int32_t)take32(reader);
		return true;
	case SQL_BIGINT:
		*(int64_t *)value_r = (int64_t)take64(reader);
		return true;
	case SQL_BOOL:
		data = take(reader, 1);
		*(bool *)value_r = data != NULL && *data != 0;
		return true;
	case SQL_TIMESTAMPTZ:
		*(struct instant *)value_r = take_instant(reader);
		return true;
	case SQL_BYTEA:
		length = reader->left;
		*(struct bytes *)value_r =
		    (struct bytes){ (uint8_t *)arena_copy(arena, take(reader, length), length), length };
		return true;
	case SQL_JSONB:
		if ((data = take(reader, 1)) == NULL || *data != JSONB_VERSION)
			return false;
		/* fallthrough */
	case SQL_TEXT:
		length = reader->left;
		*(const char **)value_r = arena_copy(arena, take(reader, length), length);
		return true;
	case SQL_NUMERIC:
		return take_numeric(reader, value_r);
	case SQL_UUIDS:
	case SQL_TEXTS:
	case SQL_BIGINTS:
	case SQL_NUMERICS:
	case SQL_TIMESTAMPTZS:
	case SQL_BOOLS:
	case SQL_BYTEAS:
		return take_list(arena, reader, type, value_r);
	case SQL_TYPE__COUNT:
		break;
	}
	return false;
}

bool
sql_decode(struct arena *arena, enum sql_type type, const void *data, size_t length, void *value_r)
{
	struct reader reader = { .data = data, .left = length };

	return take_value(arena, &reader, type, value_r) && !reader.bad && reader.left == 0;
}
