/*
 * shape_schema.c -- the same rows as JSON Schema (draft 2020-12), and as examples.  What is asked is closed:
 * unknown keys are refused, so the schema says so.  What is answered stays open, because fields may be added.
 */
#include <string.h>

#include "core/base/buffer.h"
#include "core/json/write.h"
#include "core/web/shape_part.h"

#define MONEY_PATTERN          "^(0|[1-9][0-9]*)(\\.[0-9]{1,18})?$"
#define MONEY_PATTERN_NEGATIVE "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,18})?$"

static void
pair_text(struct json_writer *writer, const char *name, const char *text)
{
	json_name(writer, name);
	json_text(writer, text);
}

static void
pair_number(struct json_writer *writer, const char *name, int64_t number)
{
	json_name(writer, name);
	json_number(writer, number);
}

static const char *
type_of(enum field_kind kind)
{
	switch (kind) {
	case FIELD_INT:
		return "integer";
	case FIELD_BOOL:
		return "boolean";
	case FIELD_OBJECT:
		return "object";
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_UUIDS:
		return "array";
	default:
		return "string";
	}
}

/* Text is a pointer in any case, so only a pointer to another kind says "there may be none". */
static bool
may_be_null(const struct field *field, enum shape_direction direction)
{
	const bool is_text = field->kind == FIELD_TEXT || field->kind == FIELD_MONEY || field->kind == FIELD_CHOICE ||
			     field->kind == FIELD_JSON;

	if (direction == SHAPE_ASKED)
		return !field->required;
	return field->required && field->optional && !is_text;
}

static void
write_type(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	json_name(writer, "type");
	if (!may_be_null(field, direction)) {
		json_text(writer, type_of(field->kind));
		return;
	}
	json_begin(writer, '[');
	json_text(writer, type_of(field->kind));
	json_text(writer, "null");
	json_end(writer, ']');
}

static void
write_choices(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	json_name(writer, "enum");
	json_begin(writer, '[');
	for (const char *const *choice = field->choices; *choice != NULL; choice++)
		json_text(writer, *choice);
	if (may_be_null(field, direction))
		json_null(writer);
	json_end(writer, ']');
}

static void
write_text_bounds(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	const struct shape_format *format = field->format == NULL ? NULL : shape_format(field->format);

	if (direction == SHAPE_ASKED || field->min != 0)
		pair_number(writer, "minLength", shape_min(field));
	if (direction == SHAPE_ASKED || field->max != 0)
		pair_number(writer, "maxLength", shape_max(field));
	if (format != NULL && format->format != NULL)
		pair_text(writer, "format", format->format);
	if (format != NULL && format->pattern != NULL)
		pair_text(writer, "pattern", format->pattern);
}

static void
write_integer_bounds(struct json_writer *writer, const struct field *field)
{
	pair_text(writer, "format", field->narrow ? "int32" : "int64");
	if (field->min != 0 || field->max != 0) {
		pair_number(writer, "minimum", shape_min(field));
		if (field->max != 0)
			pair_number(writer, "maximum", shape_max(field));
	}
}

static void
write_items(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	if (direction == SHAPE_ASKED) {
		pair_number(writer, "minItems", field->min);
		pair_number(writer, "maxItems", shape_max(field));
	}
	json_name(writer, "items");
	if (field->kind == FIELD_LIST) {
		shape_write_schema(writer, field->shape, direction);
		return;
	}
	json_begin(writer, '{');
	pair_text(writer, "type", "string");
	if (field->kind == FIELD_UUIDS)
		pair_text(writer, "format", "uuid");
	else if (direction == SHAPE_ASKED)
		pair_number(writer, "maxLength", SHAPE_TEXT_MAX);
	json_end(writer, '}');
}

static void write_members(struct json_writer *writer, const struct field *fields, enum shape_direction direction);

static void
write_bounds(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	switch (field->kind) {
	case FIELD_TEXT:
		write_text_bounds(writer, field, direction);
		break;
	case FIELD_INT:
		write_integer_bounds(writer, field);
		break;
	case FIELD_UUID:
		pair_text(writer, "format", "uuid");
		break;
	case FIELD_INSTANT:
		pair_text(writer, "format", "date-time");
		break;
	case FIELD_MONEY:
		pair_text(writer, "pattern", field->min < 0 ? MONEY_PATTERN_NEGATIVE : MONEY_PATTERN);
		break;
	case FIELD_CHOICE:
		write_choices(writer, field, direction);
		break;
	case FIELD_OBJECT:
		write_members(writer, field->shape, direction);
		break;
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_UUIDS:
		write_items(writer, field, direction);
		break;
	default:
		break;
	}
}

void
shape_write_field_schema(struct json_writer *writer, const struct field *field, enum shape_direction direction)
{
	json_begin(writer, '{');
	if (field->kind != FIELD_JSON)
		write_type(writer, field, direction);
	write_bounds(writer, field, direction);
	if (field->doc != NULL)
		pair_text(writer, "description", field->doc);
	if (field->secret && direction == SHAPE_ASKED) {
		json_name(writer, "writeOnly");
		json_boolean(writer, true);
	}
	if (field->kind != FIELD_OBJECT && field->kind != FIELD_LIST) {
		json_name(writer, "examples");
		json_begin(writer, '[');
		shape_write_field_example(writer, field);
		json_end(writer, ']');
	}
	json_end(writer, '}');
}

/* Of an answer, what is always written: values, and what the row promises. */
static bool
is_always_there(const struct field *field, enum shape_direction direction)
{
	return field->required || (direction == SHAPE_ANSWERED && !field->optional);
}

static void
write_required(struct json_writer *writer, const struct field *fields, enum shape_direction direction)
{
	bool any = false;

	for (const struct field *field = fields; field->kind != FIELD_END; field++)
		any = any || is_always_there(field, direction);
	if (!any)
		return;
	json_name(writer, "required");
	json_begin(writer, '[');
	for (const struct field *field = fields; field->kind != FIELD_END; field++)
		if (is_always_there(field, direction))
			json_text(writer, field->name);
	json_end(writer, ']');
}

static void
write_members(struct json_writer *writer, const struct field *fields, enum shape_direction direction)
{
	if (direction == SHAPE_ASKED) {
		json_name(writer, "additionalProperties");
		json_boolean(writer, false);
	}
	write_required(writer, fields, direction);
	json_name(writer, "properties");
	json_begin(writer, '{');
	for (const struct field *field = fields; field->kind != FIELD_END; field++) {
		json_name(writer, field->name);
		shape_write_field_schema(writer, field, direction);
	}
	json_end(writer, '}');
}

void
shape_write_schema(struct json_writer *writer, const struct field *fields, enum shape_direction direction)
{
	json_begin(writer, '{');
	pair_text(writer, "type", "object");
	write_members(writer, fields, direction);
	json_end(writer, '}');
}

/* Of the length that the row allows; one that shall look like something is given with the row. */
static void
write_text_example(struct json_writer *writer, const struct field *field)
{
	static const char filler[] = "text text text text text text text text text text text text text text text text";
	const struct shape_format *format = field->format == NULL ? NULL : shape_format(field->format);
	int64_t length = 4;

	if (format != NULL) {
		json_text(writer, format->example);
		return;
	}
	if (field->min > length)
		length = field->min;
	if (field->max != 0 && field->max < length)
		length = field->max;
	if (length >= (int64_t)sizeof(filler))
		length = sizeof(filler) - 1;
	json_text_length(writer, filler, (size_t)length);
}

static void
write_list_example(struct json_writer *writer, const struct field *field)
{
	json_begin(writer, '[');
	if (field->kind == FIELD_LIST)
		shape_write_example(writer, field->shape);
	else
		json_text(writer, field->kind == FIELD_UUIDS ? "019b76da-a800-7c3e-8f21-5d0a9c1e4b72" : "text");
	json_end(writer, ']');
}

void
shape_write_field_example(struct json_writer *writer, const struct field *field)
{
	if (field->example != NULL) {
		json_raw(writer, field->example);
		return;
	}
	switch (field->kind) {
	case FIELD_INT:
		json_number(writer, field->min != 0 ? field->min : field->max != 0 ? field->max : 1);
		break;
	case FIELD_BOOL:
		json_boolean(writer, true);
		break;
	case FIELD_UUID:
		json_text(writer, "019b76da-a800-7c3e-8f21-5d0a9c1e4b72");
		break;
	case FIELD_INSTANT:
		json_text(writer, "2026-02-03T04:05:06Z");
		break;
	case FIELD_MONEY:
		json_text(writer, "19.99");
		break;
	case FIELD_CHOICE:
		json_text(writer, field->choices[0]);
		break;
	case FIELD_JSON:
		json_raw(writer, "{}");
		break;
	case FIELD_OBJECT:
		shape_write_example(writer, field->shape);
		break;
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_UUIDS:
		write_list_example(writer, field);
		break;
	default:
		write_text_example(writer, field);
	}
}

void
shape_write_example(struct json_writer *writer, const struct field *fields)
{
	json_begin(writer, '{');
	for (const struct field *field = fields; field->kind != FIELD_END; field++) {
		json_name(writer, field->name);
		shape_write_field_example(writer, field);
	}
	json_end(writer, '}');
}

void
shape_print_schema(const struct shape *shape, struct buffer *out)
{
	struct json_writer writer;

	json_writer_init(&writer, out);
	shape_write_schema(&writer, shape->fields, SHAPE_ASKED);
}
