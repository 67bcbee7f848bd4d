/*
 * shape_encode.c -- a struct into JSON.  A member that is NULL is left out, unless its row is `required`:
 * then it is null.
 */
#include "core/base/buffer.h"
#include "core/json/write.h"
#include "core/web/shape_part.h"

static void
write_list(struct json_writer *writer, const struct field *field, const struct list *list)
{
	json_begin(writer, '[');
	for (size_t i = 0; i < list->count; i++)
		shape_write_object(writer, field->shape, (const char *)list->items + i * field->size);
	json_end(writer, ']');
}

static void
write_texts(struct json_writer *writer, const struct texts *texts)
{
	json_begin(writer, '[');
	for (size_t i = 0; i < texts->count; i++)
		json_text(writer, texts->items[i]);
	json_end(writer, ']');
}

static void
write_uuids(struct json_writer *writer, const struct uuids *uuids)
{
	json_begin(writer, '[');
	for (size_t i = 0; i < uuids->count; i++)
		json_uuid(writer, uuids->items[i]);
	json_end(writer, ']');
}

void
shape_write_value(struct json_writer *writer, const struct field *field, const void *value)
{
	switch (field->kind) {
	case FIELD_END:
		break;
	case FIELD_TEXT:
	case FIELD_MONEY:
	case FIELD_CHOICE:
		json_text(writer, value);
		break;
	case FIELD_JSON:
		json_raw(writer, value);
		break;
	case FIELD_INT:
		json_number(writer, field->narrow ? *(const int32_t *)value : *(const int64_t *)value);
		break;
	case FIELD_BOOL:
		json_boolean(writer, *(const bool *)value);
		break;
	case FIELD_UUID:
		json_uuid(writer, *(const struct uuid *)value);
		break;
	case FIELD_INSTANT:
		json_instant(writer, *(const struct instant *)value);
		break;
	case FIELD_OBJECT:
		shape_write_object(writer, field->shape, value);
		break;
	case FIELD_LIST:
		write_list(writer, field, value);
		break;
	case FIELD_TEXTS:
		write_texts(writer, value);
		break;
	case FIELD_UUIDS:
		write_uuids(writer, value);
		break;
	}
}

void
shape_write_object(struct json_writer *writer, const struct field *fields, const void *object)
{
	const void *value;

	json_begin(writer, '{');
	for (const struct field *field = fields; field->kind != FIELD_END; field++) {
		value = shape_value(field, object);
		if (value == NULL && !field->required)
			continue;
		json_name(writer, field->name);
		if (value == NULL)
			json_null(writer);
		else
			shape_write_value(writer, field, value);
	}
	json_end(writer, '}');
}

void
shape_encode(const struct shape *shape, const void *object, struct buffer *out)
{
	struct json_writer writer;

	json_writer_init(&writer, out);
	shape_write_object(&writer, shape->fields, object);
}
