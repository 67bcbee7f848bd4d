/*
 * value.h -- the few kinds of value that travel through the house, from JSON to C to SQL and back.
 * Each is a C type of its own, so that a shape or a statement that mixes them up does not compile.
 * A value that may be absent (JSON null, SQL NULL) is a pointer; NULL is absent.
 */
#ifndef STOA_BASE_VALUE_H
#define STOA_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct env;

/* Bytes, not text: no NUL is promised behind them. */
struct bytes {
	const uint8_t *data;
	size_t length;
};

/* UUIDv7 (RFC 9562): made in order of time, so that new rows land beside each other. */
struct uuid {
	uint8_t bytes[16];
};
#define UUID_TEXT_SIZE 37
struct uuid uuid_new(const struct env *env);
bool uuid_parse(const char *text, struct uuid *uuid_r);
const char *uuid_print(struct uuid uuid, char text[static UUID_TEXT_SIZE]);
const char *uuid_text(struct arena *arena, struct uuid uuid);
bool uuid_equal(struct uuid a, struct uuid b);
bool uuid_is_zero(struct uuid uuid);
extern const struct uuid UUID_MAX;

/* A point in time: microseconds since 1970-01-01T00:00:00Z.  The ends are PostgreSQL's infinities. */
struct instant {
	int64_t micros;
};
#define INSTANT_MIN ((struct instant){ INT64_MIN })
#define INSTANT_MAX ((struct instant){ INT64_MAX })
#define INSTANT_TEXT_SIZE 32
#define SECOND INT64_C(1000000) /* in microseconds */
#define MILLISECOND INT64_C(1000)
/* RFC 3339 with an offset; what is kept is UTC.  Six digits of fraction at most; leap seconds are refused. */
bool instant_parse(const char *text, struct instant *instant_r);
/* "2026-02-03T04:05:06.123456Z"; the fraction is left out when it is zero. */
const char *instant_print(struct instant instant, char text[static INSTANT_TEXT_SIZE]);
const char *instant_text(struct arena *arena, struct instant instant);

/* Money in a currency's smallest unit, up to 38 digits: numeric(38,0) in PostgreSQL. */
typedef __int128 minor_units;

/* Lists, as PostgreSQL's arrays. */
struct uuids {
	const struct uuid *items;
	size_t count;
};
struct texts {
	const char *const *items;
	size_t count;
};
struct integers {
	const int64_t *items;
	size_t count;
};
struct instants {
	const struct instant *items;
	size_t count;
};
struct amounts {
	const minor_units *items;
	size_t count;
};
struct flags {
	const bool *items;
	size_t count;
};

bool uuids_contain(struct uuids list, struct uuid uuid);
bool texts_contain(struct texts list, const char *text);

#endif
