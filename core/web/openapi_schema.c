/*
 * openapi_schema.c -- what the operations refer to: schemas of shapes, each under its table's name, and the
 * parameters, headers and problems that many routes share.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/web/openapi_part.h"
#include "core/web/problem.h"

static const char *
schema_text(struct document *document, const struct shape *shape, enum shape_direction direction)
{
	struct json_writer writer;
	struct buffer text;

	buffer_init(&text, document->arena);
	json_writer_init(&writer, &text);
	shape_write_schema(&writer, shape->fields, direction);
	return text.data;
}

/* Kept in the order of names, so that the document does not change when routes change places. */
static void
add_component(struct document *document, const char *name, const char *schema)
{
	struct component *component = ARENA_NEW(document->arena, struct component), **place = &document->components;

	while (*place != NULL && strcmp((*place)->name, name) < 0)
		place = &(*place)->next;
	if (*place != NULL && strcmp((*place)->name, name) == 0) {
		if (strcmp((*place)->schema, schema) != 0) {
			fprintf(document->complaints, "two different shapes are called \"%s\"\n", name);
			document->wrong = true;
		}
		return;
	}
	*component = (struct component){ .name = name, .schema = schema, .next = *place };
	*place = component;
}

static bool
is_answered(const struct document *document, const char *name)
{
	for (size_t i = 0; i < document->house->area_count; i++) {
		const struct route *route = document->house->areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++)
			if (route->reply != NULL && strcmp(route->reply->name, name) == 0)
				return true;
	}
	return false;
}

/* What is asked is closed and what is answered is open, so a shape that is used for both has two schemas. */
const char *
openapi_schema(struct document *document, const struct shape *shape, enum shape_direction direction)
{
	const char *name = shape->name;

	if (direction == SHAPE_ASKED && is_answered(document, name))
		name = arena_format(document->arena, "%s_request", name);
	add_component(document, name, schema_text(document, shape, direction));
	return name;
}

const char *
openapi_page_schema(struct document *document, const struct shape *shape)
{
	const char *row = openapi_schema(document, shape, SHAPE_ANSWERED);
	const char *name = arena_format(document->arena, "%s_page", row);

	add_component(document, name,
	    arena_format(document->arena,
		"{\"type\":\"object\",\"required\":[\"data\",\"next_cursor\"],\"properties\":{\"data\":{\"type\":"
		"\"array\","
		"\"items\":{\"$ref\":\"#/components/schemas/%s\"}},\"next_cursor\":{\"type\":[\"string\",\"null\"],"
		"\"description\":\"Send it as `cursor` for the next page; null on the last.\"}}}",
		row));
	return name;
}

#define PROBLEM_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"instance\"],\"properties\":{" \
	"\"type\":{\"type\":\"string\",\"format\":\"uri-reference\",\"examples\":[\"/problems/not-found\"]}," \
	"\"title\":{\"type\":\"string\",\"description\":\"What kind of problem it is, always the same for a type.\"}," \
	"\"status\":{\"type\":\"integer\",\"minimum\":400,\"maximum\":599}," \
	"\"detail\":{\"type\":\"string\",\"description\":\"What it was this time.\"}," \
	"\"instance\":{\"type\":\"string\",\"description\":\"The request's id; the log has it too.\"}," \
	"\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"pointer\",\"detail\"]," \
	"\"properties\":{\"pointer\":{\"type\":\"string\",\"description\":\"A JSON pointer into the body, `?name` " \
	"for " \
	"a parameter, or `{name}` for a part of the path.\"},\"detail\":{\"type\":\"string\"}}}}}}"

static void
write_schemas(struct document *document)
{
	struct json_writer *writer = &document->writer;

	add_component(document, "problem", PROBLEM_SCHEMA);
	json_name(writer, "schemas");
	json_begin(writer, '{');
	for (const struct component *component = document->components; component != NULL; component = component->next) {
		json_name(writer, component->name);
		json_raw(writer, component->schema);
	}
	json_end(writer, '}');
}

/* All problems of one status, because a client can only tell them apart by `type`. */
static const char *
status_description(struct document *document, unsigned status)
{
	struct buffer text;

	buffer_init(&text, document->arena);
	for (enum problem_id id = PROBLEM_UNSET + 1; id < PROBLEM_AGAIN; id++)
		if (problem_status(id) == status)
			buffer_format(
			    &text, "%s`%s`: %s", text.length == 0 ? "" : "\n", problem_slug(id), problem_title(id));
	return text.data;
}

static void
write_problem_headers(struct document *document, unsigned status)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "headers");
	json_begin(writer, '{');
	json_name(writer, "X-Request-Id");
	openapi_ref(document, "headers", "request_id");
	if (status == 429 || status == 503) {
		json_name(writer, "Retry-After");
		openapi_ref(document, "headers", "retry_after");
	}
	if (status == 429) {
		json_name(writer, "RateLimit-Policy");
		openapi_ref(document, "headers", "ratelimit_policy");
		json_name(writer, "RateLimit");
		openapi_ref(document, "headers", "ratelimit");
	}
	json_end(writer, '}');
}

static void
write_problem(struct document *document, unsigned status)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, arena_format(document->arena, "problem_%u", status));
	json_begin(writer, '{');
	openapi_pair(writer, "description", status_description(document, status));
	write_problem_headers(document, status);
	json_name(writer, "content");
	json_begin(writer, '{');
	json_name(writer, "application/problem+json");
	json_begin(writer, '{');
	json_name(writer, "schema");
	openapi_ref(document, "schemas", "problem");
	json_end(writer, '}');
	json_end(writer, '}');
	json_end(writer, '}');
}

static bool
is_used(struct document *document, const char *kind, const char *name)
{
	return strstr(document->text.data, arena_format(document->arena, "\"#/components/%s/%s\"", kind, name)) != NULL;
}

static void
write_problems(struct document *document)
{
	unsigned last = 0, next;

	json_name(&document->writer, "responses");
	json_begin(&document->writer, '{');
	for (;;) {
		next = 600;
		for (enum problem_id id = PROBLEM_UNSET + 1; id < PROBLEM_AGAIN; id++)
			if (problem_status(id) > last && problem_status(id) < next)
				next = problem_status(id);
		if (next == 600)
			break;
		if (is_used(document, "responses", arena_format(document->arena, "problem_%u", next)))
			write_problem(document, next);
		last = next;
	}
	json_end(&document->writer, '}');
}

/* Shared things by name; only what some route refers to is printed. */
struct shared {
	const char *name;
	const char *json;
};

static const struct shared parameters[] = {
	{ "limit", "{\"name\":\"limit\",\"in\":\"query\",\"description\":\"How many to a page.\","
		   "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":20}}" },
	{ "cursor", "{\"name\":\"cursor\",\"in\":\"query\",\"description\":\"`next_cursor` of the page before.\","
		    "\"schema\":{\"type\":\"string\",\"maxLength\":2048}}" },
	{ "idempotency_key",
	    "{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"Any text of your own that no other "
	    "request "
	    "bears. A repeat within 24 hours gets the first answer again.\",\"schema\":{\"type\":\"string\","
	    "\"minLength\":1,\"maxLength\":255,\"pattern\":\"^[!-~]+$\"}}" },
	{ "prefer",
	    "{\"name\":\"Prefer\",\"in\":\"header\",\"description\":\"`wait=5`: answer 200 with the outcome, when there is "
	    "one within so many seconds.\",\"schema\":{\"type\":\"string\",\"examples\":[\"wait=5\"]}}" },
	{ "if_match",
	    "{\"name\":\"If-Match\",\"in\":\"header\",\"required\":true,\"description\":\"The ETag of what you have "
	    "read; 412 when it has changed since.\",\"schema\":{\"type\":\"string\",\"examples\":[\"\\\"3\\\"\"]}}" },
	{ "if_none_match",
	    "{\"name\":\"If-None-Match\",\"in\":\"header\",\"description\":\"An ETag that you have; 304 when it "
	    "is still the one.\",\"schema\":{\"type\":\"string\",\"examples\":[\"\\\"3\\\"\"]}}" },
};

#define TEXT_HEADER(says) "{\"description\":\"" says "\",\"schema\":{\"type\":\"string\"}}"

static const struct shared headers[] = {
	{ "request_id", TEXT_HEADER("Names this request in the log.") },
	{ "ratelimit_policy", TEXT_HEADER("What is allowed: quota and window.") },
	{ "ratelimit", TEXT_HEADER("What is left of it, and until when.") },
	{ "retry_after", "{\"description\":\"Seconds to wait.\",\"schema\":{\"type\":\"integer\"}}" },
	{ "etag", TEXT_HEADER("The version of what was answered.") },
	{ "link", TEXT_HEADER("The next page, as `rel=\\\"next\\\"`.") },
	{ "location",
	    "{\"description\":\"Where it is.\",\"schema\":{\"type\":\"string\",\"format\":\"uri-reference\"}}" },
	{ "replayed", "{\"description\":\"`true` when this answer was kept under the key.\","
		      "\"schema\":{\"type\":\"string\",\"enum\":[\"true\"]}}" },
};

#define SECURITY \
	"{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An access token, or an API key where " \
	"the operation says so.\"}}"

static void
write_shared(struct document *document, const char *kind, const struct shared *list, size_t count)
{
	json_name(&document->writer, kind);
	json_begin(&document->writer, '{');
	for (size_t i = 0; i < count; i++) {
		if (!is_used(document, kind, list[i].name))
			continue;
		json_name(&document->writer, list[i].name);
		json_raw(&document->writer, list[i].json);
	}
	json_end(&document->writer, '}');
}

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

/* Those that refer to others come first. */
void
openapi_write_components(struct document *document)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "components");
	json_begin(writer, '{');
	json_name(writer, "securitySchemes");
	json_raw(writer, SECURITY);
	write_problems(document);
	write_shared(document, "parameters", parameters, COUNT_OF(parameters));
	write_shared(document, "headers", headers, COUNT_OF(headers));
	write_schemas(document);
	json_end(writer, '}');
}
