/*
 * shape.h -- one table per JSON object.  The same rows validate and decode a request, encode a reply,
 * and print the OpenAPI schema, so there is no second truth.
 *
 *	struct new_session { const char *email, *password; const int64_t *ttl; };
 *	static const struct field new_session[] = {
 *		TEXT(struct new_session, email,    .required = true, .max = 254, .example = "\"ada@example.com\""),
 *		TEXT(struct new_session, password, .required = true, .min = 12, .max = 128, .secret = true),
 *		INT (struct new_session, ttl,      .min = 60, .max = 86400),
 *		SHAPE_END
 *	};
 *
 * A row takes the struct and the member, so a wrong C type is a compile error.  A member that may be
 * absent is a pointer: NULL when it did not come, or came as null; text is a pointer already.  Unknown keys,
 * U+0000 and coerced types are refused; lengths count code points.
 *
 * Replies: a member that is NULL is left out, unless it is `required`, when it is written as null.  So `required`
 * on a pointer to a number, time or id promises the key; on text it promises the text as well.
 */
#ifndef STOA_WEB_SHAPE_H
#define STOA_WEB_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct buffer;
/* No member is of it: text is a pointer in any case. */
struct never {
	int unused;
};
struct problem;
struct request;

enum field_kind {
	FIELD_END,
	FIELD_TEXT,    /* const char * */
	FIELD_INT,     /* int64_t or int32_t */
	FIELD_BOOL,    /* bool */
	FIELD_UUID,    /* struct uuid */
	FIELD_INSTANT, /* struct instant */
	FIELD_MONEY,  /* const char *: the decimal string; its currency is a field beside it; min -1: may be negative */
	FIELD_CHOICE, /* const char * out of a closed list */
	FIELD_JSON,   /* const char *: any JSON value, kept as text */
	FIELD_OBJECT, /* pointer to the struct of another shape */
	FIELD_LIST,   /* struct list: items of another shape */
	FIELD_TEXTS,  /* struct texts */
	FIELD_UUIDS,  /* struct uuids */
};

/* Rows of another shape's struct, `count` of them, one behind the other. */
struct list {
	const void *items;
	size_t count;
};

struct field {
	enum field_kind kind;
	const char *name; /* in JSON and in the query string */
	size_t offset;
	size_t width; /* of the member */
	const char *doc;
	const char *example; /* as JSON; every field of a documented shape has one, or its kind gives it */
	bool required;       /* decoding: must come.  Encoding: always written, null when absent */
	bool optional;       /* the member is a pointer to the value; found from its C type */
	bool narrow;         /* INT: of 32 bits; found from its C type */
	bool secret;         /* never logged, write-only in the reference */
	/* INT: the range, without bounds by default.  TEXT: code points, up to 1000.  JSON: bytes, up to 16384.
	 * Lists: items, up to 100.  max 0: the default. */
	int64_t min, max;
	const char *format;         /* TEXT: "email", "uri", "currency", ...; see shape_format.c */
	const char *const *choices; /* CHOICE: NULL-terminated */
	const struct field *shape;  /* OBJECT, LIST */
	size_t size;                /* OBJECT, LIST: of the other struct */
	size_t came;                /* decoding: offset + 1 of a bool that tells null from absent; 0: none */
};

/* It takes _Generic's lists apart. */
/* clang-format off */
#define SHAPE_END { .kind = FIELD_END }
#define SHAPE_MEMBER(type, member) (((type *)0)->member)

/* `value` and `pointer` are the C types that the kind takes: always there, or NULL when absent. */
#define FIELD_OF(kind_, type, member_, value, pointer, ...) \
	{ .kind = kind_, .name = #member_, .offset = offsetof(type, member_), \
	  .width = sizeof(SHAPE_MEMBER(type, member_)), \
	  .optional = _Generic(SHAPE_MEMBER(type, member_), value: false, pointer: true), __VA_ARGS__ }

#define TEXT_TYPES    const char *
#define INT_IS_NARROW(type, member) \
	_Generic(SHAPE_MEMBER(type, member), int32_t: true, const int32_t *: true, int64_t: false, const int64_t *: false)
#define INT_VALUES    int64_t: false, int32_t
#define INT_POINTERS  const int64_t *: true, const int32_t *

#define TEXT(type, member, ...)    FIELD_OF(FIELD_TEXT, type, member, struct never, TEXT_TYPES, __VA_ARGS__)
#define MONEY(type, member, ...)   FIELD_OF(FIELD_MONEY, type, member, struct never, TEXT_TYPES, __VA_ARGS__)
#define CHOICE(type, member, ...)  FIELD_OF(FIELD_CHOICE, type, member, struct never, TEXT_TYPES, __VA_ARGS__)
#define JSON(type, member, ...)    FIELD_OF(FIELD_JSON, type, member, struct never, TEXT_TYPES, __VA_ARGS__)
#define INT(type, member, ...)     \
	FIELD_OF(FIELD_INT, type, member, INT_VALUES, INT_POINTERS, .narrow = INT_IS_NARROW(type, member), __VA_ARGS__)
#define BOOL(type, member, ...)    FIELD_OF(FIELD_BOOL, type, member, bool, const bool *, __VA_ARGS__)
#define UUID(type, member, ...)    FIELD_OF(FIELD_UUID, type, member, struct uuid, const struct uuid *, __VA_ARGS__)
#define INSTANT(type, member, ...) FIELD_OF(FIELD_INSTANT, type, member, struct instant, const struct instant *, __VA_ARGS__)
#define TEXTS(type, member, ...)   FIELD_OF(FIELD_TEXTS, type, member, struct texts, const struct texts *, __VA_ARGS__)
#define UUIDS(type, member, ...)   FIELD_OF(FIELD_UUIDS, type, member, struct uuids, const struct uuids *, __VA_ARGS__)
#define LIST(type, member, item, table, ...) \
	FIELD_OF(FIELD_LIST, type, member, struct list, const struct list *, .shape = table, .size = sizeof(item), __VA_ARGS__)
/* The member is a pointer to the other shape's struct; that the table speaks of that struct is yours to hold. */
#define OBJECT(type, member_, table, ...) \
	{ .kind = FIELD_OBJECT, .name = #member_, .offset = offsetof(type, member_), .width = sizeof(void *), \
	  .optional = true, .shape = table, .size = sizeof(*SHAPE_MEMBER(type, member_)), __VA_ARGS__ }
/* clang-format on */

/* What a route names: a table and how large its struct is.  SHAPE(new_session) for `struct new_session` and its table.
 */
struct shape {
	const char *name; /* of the schema in the reference */
	const struct field *fields;
	size_t size;
};
#define SHAPE(table) (&(const struct shape){ #table, table, sizeof(struct table) })
/* A reply that is a statement's row: SHAPE_ROW(session, struct session_page_row). */
#define SHAPE_ROW(table, row) (&(const struct shape){ #table, table, sizeof(row) })

/* The body's bytes into the arena; 400 for what is not JSON, 422 naming each field that is wrong. */
const struct problem *shape_decode(struct request *req, const struct shape *shape, struct bytes json, void **object_r);
/* The same from a query string; numbers, times and booleans are parsed from text there. */
const struct problem *shape_decode_query(
    struct request *req, const struct shape *shape, const char *query, void **object_r);
/* The same from a form (application/x-www-form-urlencoded).  As RFC 6749 section 3.2 has it, fields that are not known
 * are ignored, and empty ones did not come. */
const struct problem *shape_decode_form(
    struct request *req, const struct shape *shape, struct bytes form, void **object_r);
void shape_encode(const struct shape *shape, const void *object, struct buffer *out);
/* As a JSON Schema (draft 2020-12) object. */
void shape_print_schema(const struct shape *shape, struct buffer *out);

#endif
