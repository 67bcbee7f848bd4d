/*
 * shape_value.c -- one value against its row: ranges, lengths, formats, and where in the struct it goes.
 * JSON and query strings share these, so both say the same of the same fault.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/web/shape_part.h"

int64_t
shape_max(const struct field *field)
{
	if (field->max != 0)
		return field->max;
	switch (field->kind) {
	case FIELD_INT:
		return field->narrow ? INT32_MAX : INT64_MAX;
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_UUIDS:
		return SHAPE_ITEMS_MAX;
	case FIELD_JSON:
		return SHAPE_JSON_MAX;
	default:
		return SHAPE_TEXT_MAX;
	}
}

/* INT64_MIN is left out: json-c turns everything below into it, so it cannot be told from a number too small. */
int64_t
shape_min(const struct field *field)
{
	if (field->kind != FIELD_INT || field->min != 0 || field->max != 0)
		return field->min;
	return field->narrow ? INT32_MIN : INT64_MIN + 1;
}

const void *
shape_value(const struct field *field, const void *object)
{
	const char *member = (const char *)object + field->offset;
	const void *value;

	if (!field->optional)
		return member;
	memcpy(&value, member, sizeof(value));
	return value;
}

static void
point_to(const struct field *field, void *object, const void *value)
{
	memcpy((char *)object + field->offset, &value, sizeof(value));
}

void *
shape_room(struct request *req, const struct field *field, void *object, size_t size)
{
	void *room;

	if (!field->optional)
		return (char *)object + field->offset;
	room = arena_alloc(req->arena, size);
	point_to(field, object, room);
	return room;
}

static const char *
length_fault(struct request *req, const struct field *field, const char *text)
{
	int64_t length = (int64_t)text_length(text);

	if (length == 0 && field->min == 1)
		return "must not be empty";
	if (length < field->min)
		return arena_format(req->arena, "must have at least %" PRId64 " characters", field->min);
	if (length > shape_max(field))
		return arena_format(req->arena, "must have at most %" PRId64 " characters", shape_max(field));
	return NULL;
}

static const char *
take_plain(struct request *req, const struct field *field, void *object, const char *text)
{
	const struct shape_format *format = field->format == NULL ? NULL : shape_format(field->format);
	const char *fault = length_fault(req, field, text);

	if (fault == NULL && format != NULL && !format->holds(text))
		fault = format->fault;
	if (fault == NULL)
		point_to(field, object, text);
	return fault;
}

static const char *
take_choice(struct request *req, const struct field *field, void *object, const char *text)
{
	const char *choices = "";

	for (const char *const *choice = field->choices; *choice != NULL; choice++) {
		if (strcmp(*choice, text) == 0) {
			point_to(field, object, *choice);
			return NULL;
		}
		choices = arena_format(req->arena, "%s%s%s", choices, *choices == '\0' ? "" : ", ", *choice);
	}
	return arena_format(req->arena, "must be one of: %s", choices);
}

static const char *
take_uuid(struct request *req, const struct field *field, void *object, const char *text)
{
	struct uuid uuid;

	if (!uuid_parse(text, &uuid))
		return "must be a UUID";
	*(struct uuid *)shape_room(req, field, object, sizeof(uuid)) = uuid;
	return NULL;
}

static const char *
take_instant(struct request *req, const struct field *field, void *object, const char *text)
{
	struct instant instant;

	if (!instant_parse(text, &instant))
		return "must be a time like 2026-02-03T04:05:06Z";
	*(struct instant *)shape_room(req, field, object, sizeof(instant)) = instant;
	return NULL;
}

static const char *
take_money(const struct field *field, void *object, const char *text)
{
	if (!shape_is_money(text, field->min < 0))
		return "must be an amount in decimal digits, like \"19.99\"";
	point_to(field, object, text);
	return NULL;
}

const char *
shape_take_text(struct request *req, const struct field *field, void *object, const char *text)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return take_plain(req, field, object, text);
	case FIELD_CHOICE:
		return take_choice(req, field, object, text);
	case FIELD_UUID:
		return take_uuid(req, field, object, text);
	case FIELD_INSTANT:
		return take_instant(req, field, object, text);
	case FIELD_MONEY:
		return take_money(field, object, text);
	default:
		return "must not be a string";
	}
}

const char *
shape_take_integer(struct request *req, const struct field *field, void *object, int64_t number)
{
	const int64_t min = shape_min(field), max = shape_max(field);

	if (number < min)
		return arena_format(req->arena, "must be at least %" PRId64, min);
	if (number > max)
		return arena_format(req->arena, "must be at most %" PRId64, max);
	if (field->narrow)
		*(int32_t *)shape_room(req, field, object, sizeof(int32_t)) = (int32_t)number;
	else
		*(int64_t *)shape_room(req, field, object, sizeof(int64_t)) = number;
	return NULL;
}

const char *
shape_take_bool(struct request *req, const struct field *field, void *object, bool value)
{
	*(bool *)shape_room(req, field, object, sizeof(bool)) = value;
	return NULL;
}

const char *
shape_count_fault(struct request *req, const struct field *field, size_t count)
{
	if ((int64_t)count < field->min)
		return arena_format(req->arena, "must have at least %" PRId64 " items", field->min);
	if ((int64_t)count > shape_max(field))
		return arena_format(req->arena, "must have at most %" PRId64 " items", shape_max(field));
	return NULL;
}

/* The rows of a table that the compiler cannot judge. */
static const char *
row_fault(const struct field *field)
{
	if (field->kind == FIELD_CHOICE && (field->choices == NULL || field->choices[0] == NULL))
		return "has no choices";
	if ((field->kind == FIELD_OBJECT || field->kind == FIELD_LIST) && field->shape == NULL)
		return "has no shape";
	if (field->format != NULL && shape_format(field->format) == NULL)
		return "has a format that shape_format.c does not know";
	if (field->kind == FIELD_INT && field->narrow && (field->max > INT32_MAX || field->min < INT32_MIN))
		return "has bounds that do not fit its 32 bits";
	return NULL;
}

const char *
shape_table_fault(struct arena *arena, const struct field *fields)
{
	const char *fault;

	for (const struct field *field = fields; field->kind != FIELD_END; field++) {
		if ((fault = row_fault(field)) != NULL)
			return arena_format(arena, "field \"%s\" %s", field->name, fault);
		for (const struct field *other = fields; other < field; other++)
			if (strcmp(other->name, field->name) == 0)
				return arena_format(arena, "field \"%s\" stands there twice", field->name);
		if (field->shape != NULL && (fault = shape_table_fault(arena, field->shape)) != NULL)
			return arena_format(arena, "field \"%s\": %s", field->name, fault);
	}
	return NULL;
}
