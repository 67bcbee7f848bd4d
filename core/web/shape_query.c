/*
 * shape_query.c -- a query string into a struct, by the same rows as a body.  Everything comes as text
 * there, so numbers and truth are parsed, just as strictly.  Lists are separated by commas.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "core/web/shape_part.h"
#include "core/web/target.h"

struct asking {
	struct request *req;
	const char *mark; /* in front of a name, where a fault is told: "?" or "/" */
	struct problem *problem;
	unsigned faults;
};

static void
add_fault(struct asking *asking, const char *name, const char *fault)
{
	if (fault == NULL || asking->faults++ >= SHAPE_FAULTS_MAX)
		return;
	if (asking->problem == NULL)
		asking->problem = problem(asking->req, PROBLEM_INVALID, NULL);
	problem_add(asking->req, asking->problem, arena_format(asking->req->arena, "%s%s", asking->mark, name), fault);
}

/* An optional '-', digits without superfluous zeros, within 64 bits. */
static bool
integer_parse(const char *text, int64_t *number_r)
{
	const bool negative = *text == '-';
	const char *digits = text + (negative ? 1 : 0);
	int64_t number = 0;

	if (*digits == '\0' || (digits[0] == '0' && digits[1] != '\0'))
		return false;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9' || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *digits - '0', &number))
			return false;
	}
	*number_r = negative ? -number : number;
	return true;
}

static const char *
take_texts(struct request *req, const struct field *field, void *object, const char *value)
{
	char **parts = text_split(req->arena, value, ',');
	struct texts *texts;
	const char *fault;
	size_t count = 0;

	while (parts[count] != NULL)
		count++;
	if ((fault = shape_count_fault(req, field, count)) != NULL)
		return fault;
	texts = shape_room(req, field, object, sizeof(*texts));
	*texts = (struct texts){ (const char *const *)parts, count };
	return NULL;
}

static const char *
take_uuids(struct request *req, const struct field *field, void *object, const char *value)
{
	char **parts = text_split(req->arena, value, ',');
	struct uuid *items;
	struct uuids *uuids;
	const char *fault;
	size_t count = 0;

	while (parts[count] != NULL)
		count++;
	if ((fault = shape_count_fault(req, field, count)) != NULL)
		return fault;
	items = ARENA_ARRAY(req->arena, count, struct uuid);
	for (size_t i = 0; i < count; i++)
		if (!uuid_parse(parts[i], &items[i]))
			return "must be UUIDs, separated by commas";
	uuids = shape_room(req, field, object, sizeof(*uuids));
	*uuids = (struct uuids){ items, count };
	return NULL;
}

static const char *
take_value(struct request *req, const struct field *field, void *object, const char *value)
{
	int64_t number;

	switch (field->kind) {
	case FIELD_INT:
		if (!integer_parse(value, &number))
			return "must be an integer";
		return shape_take_integer(req, field, object, number);
	case FIELD_BOOL:
		if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
			return "must be true or false";
		return shape_take_bool(req, field, object, *value == 't');
	case FIELD_TEXTS:
		return take_texts(req, field, object, value);
	case FIELD_UUIDS:
		return take_uuids(req, field, object, value);
	default:
		return shape_take_text(req, field, object, value);
	}
}

/* limit and cursor belong to page.c on lists. */
static bool
is_known(const struct request *req, const struct field *fields, const char *name)
{
	if (req->route != NULL && req->route->page != NULL &&
	    (strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0))
		return true;
	for (; fields->kind != FIELD_END; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

/* A repeat is refused: which of the two counts is what attackers and proxies disagree on. */
static void
check_names(struct asking *asking, const struct query *query, const struct field *fields)
{
	for (size_t i = 0; i < query->count; i++) {
		const char *name = query->pairs[i].name;

		if (query_value(query, name) != query->pairs[i].value)
			add_fault(asking, name, "comes twice");
		else if (!is_known(asking->req, fields, name))
			add_fault(asking, name, "is not a parameter of this");
	}
}

/* A repeat of what is not known does no harm. */
static void
check_repeats(struct asking *asking, const struct query *query, const struct field *fields)
{
	for (size_t i = 0; i < query->count; i++) {
		const char *name = query->pairs[i].name;

		if (query_value(query, name) != query->pairs[i].value && is_known(asking->req, fields, name))
			add_fault(asking, name, "comes twice");
	}
}

static void
take_fields(struct asking *asking, const struct query *query, const struct field *fields, void *object)
{
	const char *value;

	for (const struct field *field = fields; field->kind != FIELD_END; field++) {
		value = query_value(query, field->name);
		if (value != NULL && *value == '\0' && *asking->mark == '/')
			value = NULL;
		if (value != NULL && field->came != 0)
			*((bool *)object + (field->came - 1)) = true;
		if (value != NULL)
			add_fault(asking, field->name, take_value(asking->req, field, object, value));
		else if (field->required)
			add_fault(asking, field->name, "is required");
	}
}

const struct problem *
shape_decode_query(struct request *req, const struct shape *shape, const char *query, void **object_r)
{
	struct asking asking = { .req = req, .mark = "?" };
	struct query parsed;
	const char *fault;

	if ((fault = query_parse(req->arena, query, &parsed)) != NULL)
		return problem(req, PROBLEM_BAD_REQUEST, fault);
	*object_r = arena_alloc(req->arena, shape->size);
	check_names(&asking, &parsed, shape->fields);
	take_fields(&asking, &parsed, shape->fields, *object_r);
	return asking.problem;
}

const struct problem *
shape_decode_form(struct request *req, const struct shape *shape, struct bytes form, void **object_r)
{
	struct asking asking = { .req = req, .mark = "/" };
	struct query parsed;
	const char *fault;

	if (form.length > 0 && memchr(form.data, '\0', form.length) != NULL)
		return problem(req, PROBLEM_BAD_REQUEST, "The form holds a NUL.");
	if ((fault = query_parse(req->arena, arena_copy(req->arena, form.data, form.length), &parsed)) != NULL)
		return problem(req, PROBLEM_BAD_REQUEST, fault);
	*object_r = arena_alloc(req->arena, shape->size);
	check_repeats(&asking, &parsed, shape->fields);
	take_fields(&asking, &parsed, shape->fields, *object_r);
	return asking.problem;
}
