/*
 * shape_part.h -- what the files of the shape share among themselves, and with openapi.c, reply.c and
 * idempotency.c; nobody outside core/web includes it.
 */
#ifndef STOA_WEB_SHAPE_PART_H
#define STOA_WEB_SHAPE_PART_H

#include "core/web/shape.h"

struct json_writer;
struct arena;

#define SHAPE_FAULTS_MAX 20
#define SHAPE_TEXT_MAX   1000
#define SHAPE_JSON_MAX   16384
#define SHAPE_ITEMS_MAX  100

int64_t shape_max(const struct field *field);
int64_t shape_min(const struct field *field);

/* The member's value, or NULL when it is absent. */
const void *shape_value(const struct field *field, const void *object);

/*
 * Each puts a value where the field's member wants it; NULL, or what is wrong with it for the person who sent it.
 * What was sent is never repeated, because it may be secret.
 */
const char *shape_take_text(struct request *req, const struct field *field, void *object, const char *text);
const char *shape_take_integer(struct request *req, const struct field *field, void *object, int64_t number);
const char *shape_take_bool(struct request *req, const struct field *field, void *object, bool value);
const char *shape_count_fault(struct request *req, const struct field *field, size_t count);
/* Room for the value: the member itself, or memory that the member is made to point to. */
void *shape_room(struct request *req, const struct field *field, void *object, size_t size);

/* The named formats of text. */
struct shape_format {
	const char *name;
	bool (*holds)(const char *text);
	const char *fault;   /* "must be an e-mail address" */
	const char *format;  /* in JSON Schema, or NULL */
	const char *pattern; /* in JSON Schema, or NULL */
	const char *example;
};
const struct shape_format *shape_format(const char *name);
/* "19.99": no sign (unless `negative`), no exponent, no superfluous zeros in front, at most 18 decimals. */
bool shape_is_money(const char *text, bool negative);

void shape_write_object(struct json_writer *writer, const struct field *fields, const void *object);
/* One field's value alone. */
void shape_write_value(struct json_writer *writer, const struct field *field, const void *value);

enum shape_direction { SHAPE_ASKED, SHAPE_ANSWERED };
void shape_write_schema(struct json_writer *writer, const struct field *fields, enum shape_direction direction);
void shape_write_field_schema(struct json_writer *writer, const struct field *field, enum shape_direction direction);
void shape_write_example(struct json_writer *writer, const struct field *fields);
void shape_write_field_example(struct json_writer *writer, const struct field *field);

/* What is wrong with a table itself: "email: no format \"emial\"", or NULL.  For the start. */
const char *shape_table_fault(struct arena *arena, const struct field *fields);

#endif
