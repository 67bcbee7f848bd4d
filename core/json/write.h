/*
 * write.h -- JSON as it is written: into a buffer, commas and escapes looked after.
 *
 *	json_begin(&w, '{'); json_name(&w, "id"); json_text(&w, id); json_end(&w, '}');
 */
#ifndef STOA_JSON_WRITE_H
#define STOA_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct buffer;

struct json_writer {
	struct buffer *out;
	bool comma; /* the next value needs one in front */
};

void json_writer_init(struct json_writer *writer, struct buffer *out);
void json_begin(struct json_writer *writer, char bracket);
void json_end(struct json_writer *writer, char bracket);
void json_name(struct json_writer *writer, const char *name);
void json_text(struct json_writer *writer, const char *text); /* NULL: null */
void json_text_length(struct json_writer *writer, const char *text, size_t length);
void json_number(struct json_writer *writer, int64_t number);
void json_boolean(struct json_writer *writer, bool value); /* json-c has a type json_bool */
void json_null(struct json_writer *writer);
void json_raw(struct json_writer *writer, const char *json); /* JSON already */
void json_uuid(struct json_writer *writer, struct uuid uuid);
void json_instant(struct json_writer *writer, struct instant instant);

#endif
