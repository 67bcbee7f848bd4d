/*
 * reference.c -- whether an answer is what the OpenAPI document promises.  As much of JSON Schema as shapes print:
 * $ref, type, properties, required, additionalProperties, items, enum, anyOf and oneOf.  An address that the document
 * does not know must be answered by a problem.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "tests/api/kit/world.h"

static const char *const operations[METHOD__COUNT] = { "", "get", "post", "put", "patch", "delete" };

struct check {
	struct world *w;
	struct json_object *document;
	const char *fault; /* NULL: none found */
};

static bool matches(struct check *check, struct json_object *schema, struct json_object *value, const char *at);

static struct json_object *
member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (object != NULL && json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

static bool
differs(struct check *check, const char *at, const char *how)
{
	check->fault = arena_format(check->w->arena, "%s %s", *at != '\0' ? at : "the body", how);
	return false;
}

static bool
is_type(struct json_object *value, const char *type)
{
	if (strcmp(type, "integer") == 0)
		return json_object_is_type(value, json_type_int);
	if (strcmp(type, "number") == 0)
		return json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
	return strcmp(json_type_to_name(json_object_get_type(value)), type) == 0;
}

static bool
has_type(struct json_object *type, struct json_object *value)
{
	if (type == NULL)
		return true;
	if (!json_object_is_type(type, json_type_array))
		return is_type(value, json_object_get_string(type));
	for (size_t i = 0; i < json_object_array_length(type); i++)
		if (is_type(value, json_object_get_string(json_object_array_get_idx(type, i))))
			return true;
	return false;
}

static bool
properties_match(struct check *check, struct json_object *schema, struct json_object *value, const char *at)
{
	struct json_object *properties = member(schema, "properties");
	struct json_object *required = member(schema, "required");
	struct json_object *others = member(schema, "additionalProperties");
	const bool closed =
	    others != NULL && json_object_is_type(others, json_type_boolean) && !json_object_get_boolean(others);

	for (size_t i = 0; required != NULL && i < json_object_array_length(required); i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(required, i));

		if (!json_object_object_get_ex(value, name, NULL))
			return differs(check, at, arena_format(check->w->arena, "lacks %s", name));
	}
	json_object_object_foreach(value, name, item)
	{
		struct json_object *property = member(properties, name);
		const char *inside = arena_format(check->w->arena, "%s/%s", at, name);

		if (property == NULL && closed)
			return differs(check, inside, "is not documented");
		if (property != NULL && !matches(check, property, item, inside))
			return false;
	}
	return true;
}

static bool
items_match(struct check *check, struct json_object *schema, struct json_object *value, const char *at)
{
	struct json_object *items = member(schema, "items");

	for (size_t i = 0; items != NULL && i < json_object_array_length(value); i++)
		if (!matches(check, items, json_object_array_get_idx(value, i),
			arena_format(check->w->arena, "%s/%zu", at, i)))
			return false;
	return true;
}

static bool
one_matches(struct check *check, struct json_object *list, struct json_object *value, const char *at)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (matches(check, json_object_array_get_idx(list, i), value, at)) {
			check->fault = NULL;
			return true;
		}
	return differs(check, at, "matches none of the documented forms");
}

static bool
is_listed(struct json_object *list, struct json_object *value)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (json_object_equal(json_object_array_get_idx(list, i), value))
			return true;
	return false;
}

static struct json_object *
followed(struct check *check, struct json_object *schema)
{
	struct json_object *reference, *target;

	while ((reference = member(schema, "$ref")) != NULL) {
		target = NULL;
		if (json_pointer_get(check->document, json_object_get_string(reference) + 1, &target) != 0)
			return NULL;
		schema = target;
	}
	return schema;
}

static bool
matches(struct check *check, struct json_object *schema, struct json_object *value, const char *at)
{
	struct json_object *list;

	if ((schema = followed(check, schema)) == NULL)
		return differs(check, at, "is documented by a $ref that leads nowhere");
	if ((list = member(schema, "anyOf")) != NULL || (list = member(schema, "oneOf")) != NULL)
		return one_matches(check, list, value, at);
	if (!has_type(member(schema, "type"), value))
		return differs(check, at,
		    arena_format(
			check->w->arena, "has another type than %s", json_object_get_string(member(schema, "type"))));
	if ((list = member(schema, "enum")) != NULL && !is_listed(list, value))
		return differs(check, at, "is not one of the documented values");
	if (json_object_is_type(value, json_type_object))
		return properties_match(check, schema, value, at);
	if (json_object_is_type(value, json_type_array))
		return items_match(check, schema, value, at);
	return true;
}

/* "/v1/notes/{id}" takes "/v1/notes/0190..." */
static bool
path_matches(const char *template, const char *path)
{
	while (*template != '\0') {
		if (*template == '{') {
			const size_t segment = strcspn(path, "/?");

			if (segment == 0)
				return false;
			path += segment;
			template += strcspn(template, "}") + 1;
		} else if (*template ++ != *path++) {
			return false;
		}
	}
	return *path == '\0' || *path == '?';
}

/* What is written out goes before what has a {name} in it. */
static struct json_object *
path_item(struct json_object *document, const char *path)
{
	struct json_object *found = NULL;

	json_object_object_foreach(member(document, "paths"), template, item)
	{
		if (!path_matches(template, path))
			continue;
		found = item;
		if (strchr(template, '{') == NULL)
			break;
	}
	return found;
}

static struct json_object *
documented_response(struct check *check, struct json_object *operation)
{
	struct json_object *responses = member(operation, "responses");
	struct json_object *found;
	char status[16];

	snprintf(status, sizeof(status), "%u", check->w->answer.status);
	found = member(responses, status);
	snprintf(status, sizeof(status), "%uXX", check->w->answer.status / 100);
	if (found == NULL)
		found = member(responses, status);
	if (found == NULL)
		found = member(responses, "default");
	return found == NULL ? NULL : followed(check, found);
}

static const char *
check_response(struct check *check, struct json_object *operation)
{
	const struct answer *answer = &check->w->answer;
	struct json_object *response = documented_response(check, operation);
	struct json_object *content = member(response, "content");
	char type[128];

	if (response == NULL)
		return "this status is not documented";
	snprintf(type, sizeof(type), "%.*s", (int)strcspn(answer->content_type, "; "), answer->content_type);
	if (answer->body.length == 0)
		return NULL;
	if (member(content, type) == NULL)
		return "this media type is not documented";
	if (answer->json == NULL)
		return strstr(type, "json") != NULL ? "the body is not JSON" : NULL;
	if (member(member(content, type), "schema") != NULL)
		matches(check, member(member(content, type), "schema"), answer->json, "");
	return check->fault;
}

static size_t
take(char *data, size_t size, size_t count, void *context)
{
	return fwrite(data, size, count, context) * size;
}

static void
fetch_reference(struct world *w, struct place place)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	CURL *curl = curl_easy_init();
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, arena_format(w->arena, "%s/openapi.json", w->base));
	curl_easy_setopt(curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, stream);
	code = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	fclose(stream);
	if (code != CURLE_OK)
		kit_fail(place, "GET /openapi.json: %s", curl_easy_strerror(code));
	w->reference = json_tokener_parse(text);
	free(text);
	if (w->reference == NULL)
		kit_fail(place, "/openapi.json is not JSON");
}

void
reference_check(struct world *w, enum method method, const char *path, struct place place)
{
	struct json_object *operation;
	struct check check = { .w = w };
	const char *fault;

	if (w->reference == NULL)
		fetch_reference(w, place);
	check.document = w->reference;
	operation = member(path_item(w->reference, path), operations[method]);
	if (operation != NULL)
		fault = check_response(&check, operation);
	else
		fault = w->answer.status >= 400 && strstr(w->answer.content_type, "problem+json") != NULL
			    ? NULL
			    : "an address that is not documented must answer a problem";
	if (fault != NULL)
		kit_fail(place, "%s %s answered %u %s: %s\n%.*s", operations[method], path, w->answer.status,
		    w->answer.content_type, fault, (int)w->answer.body.length, (const char *)w->answer.body.data);
}
