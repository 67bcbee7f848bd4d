/*
 * shape_decode.c -- a JSON body into a struct.  The bytes are judged strictly before json-c sees them;
 * types are compared and never coerced; every fault is collected, so that a person mends all at once.
 */
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/request.h"
#include "core/json/check.h"
#include "core/web/problem.h"
#include "core/web/shape_part.h"

struct decoding {
	struct request *req;
	struct problem *problem; /* NULL: no fault so far */
	unsigned faults;
};

/* Where in the body we are; printed only when something is wrong there. */
struct place {
	const struct place *above;
	const char *name; /* NULL: an item of a list */
	size_t index;
};

/* RFC 6901: '~' is "~0" and '/' is "~1". */
static void
print_place(const struct place *place, struct buffer *out)
{
	if (place->above == NULL)
		return;
	print_place(place->above, out);
	buffer_char(out, '/');
	if (place->name == NULL) {
		buffer_format(out, "%zu", place->index);
		return;
	}
	for (const char *c = place->name; *c != '\0'; c++) {
		if (*c == '~' || *c == '/')
			buffer_text(out, *c == '~' ? "~0" : "~1");
		else
			buffer_char(out, *c);
	}
}

static void
add_fault(struct decoding *decoding, const struct place *place, const char *fault)
{
	struct buffer pointer;

	if (fault == NULL || decoding->faults++ >= SHAPE_FAULTS_MAX)
		return;
	if (decoding->problem == NULL)
		decoding->problem = problem(decoding->req, PROBLEM_INVALID, NULL);
	buffer_init(&pointer, decoding->req->arena);
	print_place(place, &pointer);
	problem_add(decoding->req, decoding->problem, pointer.data, fault);
}

static void decode_object(
    struct decoding *decoding, const struct place *place, json_object *json, const struct field *fields, void *object);

static const char *
decode_integer(struct decoding *decoding, const struct field *field, json_object *json, void *object)
{
	int64_t number = json_object_get_int64(json);

	/* json-c stops at the ends of its range instead of saying so; a number at an end is one too large. */
	if (number == INT64_MIN || json_object_get_uint64(json) > INT64_MAX)
		return "must be an integer of at most 64 bits";
	return shape_take_integer(decoding->req, field, object, number);
}

/* Kept as text, a number is kept as exactly as it came; json-c would print a saturated one. */
static bool
numbers_are_exact(json_object *json)
{
	if (json_object_is_type(json, json_type_int))
		return json_object_get_int64(json) != INT64_MIN && json_object_get_uint64(json) <= INT64_MAX;
	if (json_object_is_type(json, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(json); i++)
			if (!numbers_are_exact(json_object_array_get_idx(json, i)))
				return false;
	} else if (json_object_is_type(json, json_type_object)) {
		json_object_object_foreach(json, key, value)
		{
			(void)key;
			if (!numbers_are_exact(value))
				return false;
		}
	}
	return true;
}

static const char *
decode_json(struct decoding *decoding, const struct field *field, json_object *json, void *object)
{
	const char *text =
	    json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!numbers_are_exact(json))
		return "must not hold integers of more than 64 bits";
	if ((int64_t)strlen(text) > shape_max(field))
		return arena_format(decoding->req->arena, "must have at most %" PRId64 " bytes", shape_max(field));
	text = arena_text(decoding->req->arena, text);
	memcpy((char *)object + field->offset, &text, sizeof(text));
	return NULL;
}

static void
decode_list(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	const size_t count = json_object_array_length(json);
	const char *fault = shape_count_fault(decoding->req, field, count);
	struct list *list;
	char *items;

	if (fault != NULL) {
		add_fault(decoding, place, fault);
		return;
	}
	items = arena_array(decoding->req->arena, count, field->size);
	for (size_t i = 0; i < count; i++) {
		struct place item = { place, NULL, i };

		decode_object(
		    decoding, &item, json_object_array_get_idx(json, i), field->shape, items + i * field->size);
	}
	list = shape_room(decoding->req, field, object, sizeof(*list));
	*list = (struct list){ items, count };
}

static void
decode_texts(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	const size_t count = json_object_array_length(json);
	const char *fault = shape_count_fault(decoding->req, field, count);
	const char **items = ARENA_ARRAY(decoding->req->arena, count, const char *);
	struct texts *texts;

	add_fault(decoding, place, fault);
	for (size_t i = 0; i < count && fault == NULL; i++) {
		json_object *item = json_object_array_get_idx(json, i);

		if (!json_object_is_type(item, json_type_string))
			add_fault(decoding, &(struct place){ place, NULL, i }, "must be a string");
		else if (json_object_get_string_len(item) > SHAPE_TEXT_MAX)
			add_fault(decoding, &(struct place){ place, NULL, i }, "is too long");
		else
			items[i] = json_object_get_string(item);
	}
	texts = shape_room(decoding->req, field, object, sizeof(*texts));
	*texts = (struct texts){ items, count };
}

static void
decode_uuids(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	const size_t count = json_object_array_length(json);
	const char *fault = shape_count_fault(decoding->req, field, count);
	struct uuid *items = ARENA_ARRAY(decoding->req->arena, count, struct uuid);
	struct uuids *uuids;

	add_fault(decoding, place, fault);
	for (size_t i = 0; i < count && fault == NULL; i++) {
		json_object *item = json_object_array_get_idx(json, i);

		if (!json_object_is_type(item, json_type_string) ||
		    !uuid_parse(json_object_get_string(item), &items[i]))
			add_fault(decoding, &(struct place){ place, NULL, i }, "must be a UUID");
	}
	uuids = shape_room(decoding->req, field, object, sizeof(*uuids));
	*uuids = (struct uuids){ items, count };
}

static void
decode_nested(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	decode_object(decoding, place, json, field->shape, shape_room(decoding->req, field, object, field->size));
}

/* Which JSON type each kind of field wants; FIELD_JSON takes any. */
static json_type
wanted_type(enum field_kind kind)
{
	switch (kind) {
	case FIELD_INT:
		return json_type_int;
	case FIELD_BOOL:
		return json_type_boolean;
	case FIELD_OBJECT:
		return json_type_object;
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_UUIDS:
		return json_type_array;
	default:
		return json_type_string;
	}
}

static const char *
type_fault(json_type wanted)
{
	switch (wanted) {
	case json_type_int:
		return "must be an integer";
	case json_type_boolean:
		return "must be true or false";
	case json_type_object:
		return "must be an object";
	case json_type_array:
		return "must be a list";
	default:
		return "must be a string";
	}
}

static void
decode_value(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	struct request *req = decoding->req;

	if (field->kind != FIELD_JSON && !json_object_is_type(json, wanted_type(field->kind))) {
		add_fault(decoding, place, type_fault(wanted_type(field->kind)));
		return;
	}
	switch (field->kind) {
	case FIELD_INT:
		add_fault(decoding, place, decode_integer(decoding, field, json, object));
		return;
	case FIELD_BOOL:
		add_fault(decoding, place, shape_take_bool(req, field, object, json_object_get_boolean(json)));
		return;
	case FIELD_JSON:
		add_fault(decoding, place, decode_json(decoding, field, json, object));
		return;
	case FIELD_OBJECT:
		decode_nested(decoding, place, field, json, object);
		return;
	case FIELD_LIST:
		decode_list(decoding, place, field, json, object);
		return;
	case FIELD_TEXTS:
		decode_texts(decoding, place, field, json, object);
		return;
	case FIELD_UUIDS:
		decode_uuids(decoding, place, field, json, object);
		return;
	default:
		add_fault(decoding, place, shape_take_text(req, field, object, json_object_get_string(json)));
	}
}

static void
decode_field(
    struct decoding *decoding, const struct place *place, const struct field *field, json_object *json, void *object)
{
	struct place here = { place, field->name, 0 };
	json_object *value = NULL;
	bool came = json_object_object_get_ex(json, field->name, &value);

	if (came && field->came != 0)
		*((bool *)object + (field->came - 1)) = true;
	if (value != NULL)
		decode_value(decoding, &here, field, value, object);
	else if (field->required)
		add_fault(decoding, &here, came ? "must not be null" : "is required");
}

static bool
is_known(const struct field *fields, const char *name)
{
	for (; fields->kind != FIELD_END; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

static void
decode_object(
    struct decoding *decoding, const struct place *place, json_object *json, const struct field *fields, void *object)
{
	if (!json_object_is_type(json, json_type_object)) {
		add_fault(decoding, place, "must be an object");
		return;
	}
	json_object_object_foreach(json, key, value)
	{
		struct place here = { place, key, 0 };

		(void)value;
		if (!is_known(fields, key))
			add_fault(decoding, &here, "is not a field of this");
	}
	for (; fields->kind != FIELD_END; fields++)
		decode_field(decoding, place, fields, json, object);
}

const struct problem *
shape_decode(struct request *req, const struct shape *shape, struct bytes json, void **object_r)
{
	struct decoding decoding = { .req = req };
	struct place top = { 0 };
	struct json_fault fault = { 0 };
	struct json_object *parsed;

	if (json.length == 0)
		return problem(req, PROBLEM_BAD_JSON, "A body is needed.");
	parsed = json_parse(req->arena, (const char *)json.data, json.length, &fault);
	/* json-c's null is a NULL object, so `null` alone looks like a failure without a reason. */
	if (parsed == NULL && fault.reason != NULL)
		return problem_format(req, PROBLEM_BAD_JSON, "At byte %zu: %s.", fault.offset, fault.reason);
	*object_r = arena_alloc(req->arena, shape->size);
	decode_object(&decoding, &top, parsed, shape->fields, *object_r);
	return decoding.problem;
}
