/*
 * codec.h -- a value's C type and PostgreSQL's binary form of it, both ways.  Times count from 2000 there
 * and from 1970 here, amounts are digits to the base 10000, lists are one-dimensional arrays.
 */
#ifndef STOA_DB_CODEC_H
#define STOA_DB_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db/statement.h"

struct arena;
struct buffer;

/* As queries.sql and PostgreSQL's catalogue call it: "uuid[]", and its row in pg_type. */
const char *sql_type_name(enum sql_type type);
unsigned sql_type_oid(enum sql_type type);

/* `value` points to the C type: a `const char *` is pointed to as well. */
void sql_encode(struct buffer *out, enum sql_type type, const void *value);

/* Size of the C type, and what to do about it: false when the bytes are not such a value (a fraction, an
 * amount past 38 digits, a NULL inside a list of anything but text, two dimensions). */
size_t sql_type_size(enum sql_type type);
bool sql_decode(struct arena *arena, enum sql_type type, const void *data, size_t length, void *value_r);

#endif
