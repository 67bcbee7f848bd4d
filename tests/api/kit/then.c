/* then.c -- what the answer must be.  A failure shows the whole answer, because the reason is usually in it. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "tests/api/kit/world.h"

#define SHOWN_MAX 1500

static const char *
shown(const struct world *w)
{
	return arena_format(w->arena, "%u %s\n%.*s", w->answer.status, w->answer.content_type,
	    (int)(w->answer.body.length < SHOWN_MAX ? w->answer.body.length : SHOWN_MAX),
	    w->answer.body.data != NULL ? (const char *)w->answer.body.data : "");
}

const char *
answer_header(const struct answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	return NULL;
}

static struct json_object *
value_at(const struct answer *answer, const char *pointer)
{
	struct json_object *value = NULL;

	if (answer->json == NULL || json_pointer_get(answer->json, pointer, &value) != 0)
		return NULL;
	return value;
}

const char *
answer_field(const struct answer *answer, const char *pointer)
{
	struct json_object *value = value_at(answer, pointer);

	return value == NULL ? NULL : json_object_get_string(value);
}

void
kit_then_status(struct world *w, unsigned status, struct place place)
{
	if (w->answer.status != status)
		kit_fail(place, "expected %u, got %s", status, shown(w));
}

void
kit_then_problem(struct world *w, unsigned status, const char *slug, struct place place)
{
	const char *type = answer_field(&w->answer, "/type");

	if (w->answer.status != status || type == NULL || strncmp(type, "/problems/", 10) != 0 ||
	    strcmp(type + 10, slug) != 0)
		kit_fail(place, "expected the problem %u %s, got %s", status, slug, shown(w));
	if (strncmp(w->answer.content_type, "application/problem+json", 24) != 0)
		kit_fail(place, "a problem must be application/problem+json: %s", shown(w));
	if (answer_field(&w->answer, "/title") == NULL || answer_field(&w->answer, "/instance") == NULL)
		kit_fail(place, "a problem has a title and an instance: %s", shown(w));
	if (strtol(answer_field(&w->answer, "/status"), NULL, 10) != (long)status)
		kit_fail(place, "a problem's status is the answer's: %s", shown(w));
}

void
kit_then_error(struct world *w, const char *pointer, struct place place)
{
	struct json_object *errors = value_at(&w->answer, "/errors");
	size_t count =
	    errors != NULL && json_object_is_type(errors, json_type_array) ? json_object_array_length(errors) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *named = NULL;

		json_object_object_get_ex(json_object_array_get_idx(errors, i), "pointer", &named);
		if (named != NULL && strcmp(json_object_get_string(named), pointer) == 0)
			return;
	}
	kit_fail(place, "no error names %s: %s", pointer, shown(w));
}

void
kit_then_field(struct world *w, const char *pointer, const char *text, struct place place)
{
	const char *value = answer_field(&w->answer, pointer);

	if (value == NULL || strcmp(value, text) != 0)
		kit_fail(place, "%s must be \"%s\", is \"%s\": %s", pointer, text, value != NULL ? value : "(absent)",
		    shown(w));
}

void
kit_then_no_field(struct world *w, const char *pointer, struct place place)
{
	if (value_at(&w->answer, pointer) != NULL)
		kit_fail(place, "%s must be absent: %s", pointer, shown(w));
}

void
kit_then_count(struct world *w, const char *pointer, size_t count, struct place place)
{
	struct json_object *list = value_at(&w->answer, pointer);

	if (list == NULL || !json_object_is_type(list, json_type_array) || json_object_array_length(list) != count)
		kit_fail(place, "%s must have %zu items: %s", pointer, count, shown(w));
}

void
kit_then_header(struct world *w, const char *name, const char *value, struct place place)
{
	const char *sent = answer_header(&w->answer, name);

	if (sent == NULL || strcmp(sent, value) != 0)
		kit_fail(
		    place, "%s must be \"%s\", is \"%s\": %s", name, value, sent != NULL ? sent : "(absent)", shown(w));
}

void
kit_then_has_header(struct world *w, const char *name, struct place place)
{
	if (answer_header(&w->answer, name) == NULL)
		kit_fail(place, "there is no header %s: %s", name, shown(w));
}

void
kit_then_no_header(struct world *w, const char *name, struct place place)
{
	if (answer_header(&w->answer, name) != NULL)
		kit_fail(place, "there must be no header %s: %s", name, answer_header(&w->answer, name));
}

void
kit_then_within(struct world *w, double seconds, struct place place)
{
	if (w->answer.seconds > seconds)
		kit_fail(place, "took %.2f s, may take %.2f s: %s", w->answer.seconds, seconds, shown(w));
}

void
kit_then_body_contains(struct world *w, const char *text, struct place place)
{
	if (w->answer.body.length == 0 ||
	    memmem(w->answer.body.data, w->answer.body.length, text, strlen(text)) == NULL)
		kit_fail(place, "the body must contain \"%s\": %s", text, shown(w));
}
