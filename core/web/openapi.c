/*
 * openapi.c -- `stoad --openapi`: the whole house as one OpenAPI 3.1 document.  It is made of the same tables that
 * decide at run time, so it cannot say anything else.
 */
#include <json-c/json.h>
#include <string.h>

#include "config.h"
#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/json/check.h"
#include "core/web/openapi.h"
#include "core/web/openapi_part.h"
#include "core/web/route_table.h"

#define DESCRIPTION \
	"Users, money, messages, files and devices, on hosts of your own.\n\n" \
	"Everything is JSON in UTF-8 over HTTPS. Ids are UUIDs, times are RFC 3339 in UTC, money is a decimal " \
	"string beside its currency. Unknown fields and parameters are refused. Errors are " \
	"`application/problem+json` (RFC 9457): `type` names the kind, `instance` is the request's id, and " \
	"`errors` points to each field that is wrong.\n\n" \
	"Send `Authorization: Bearer <token>`. Where a change takes an `Idempotency-Key`, a repeat with the same " \
	"key gets the first answer again and does nothing twice; without a signed-in caller the header is ignored."

void
openapi_pair(struct json_writer *writer, const char *name, const char *text)
{
	json_name(writer, name);
	json_text(writer, text);
}

void
openapi_ref(struct document *document, const char *kind, const char *name)
{
	json_begin(&document->writer, '{');
	openapi_pair(&document->writer, "$ref", arena_format(document->arena, "#/components/%s/%s", kind, name));
	json_end(&document->writer, '}');
}

static void
write_info(struct document *document)
{
	struct json_writer *writer = &document->writer;

	openapi_pair(writer, "openapi", "3.1.0");
	json_name(writer, "info");
	json_begin(writer, '{');
	openapi_pair(writer, "title", "Stoa");
	openapi_pair(writer, "version", PACKAGE_VERSION);
	openapi_pair(writer, "description", DESCRIPTION);
	json_name(writer, "contact");
	json_begin(writer, '{');
	openapi_pair(writer, "name", "Whoever runs this host");
	json_end(writer, '}');
	json_end(writer, '}');
	json_name(writer, "servers");
	json_begin(writer, '[');
	json_begin(writer, '{');
	openapi_pair(writer, "url", "/");
	openapi_pair(writer, "description", "The host that serves this document.");
	json_end(writer, '}');
	json_end(writer, ']');
}

static bool
has_routes(const struct area_row *row)
{
	return row->area->routes != NULL && row->area->routes[0].path != NULL;
}

static void
write_tags(struct document *document)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "tags");
	json_begin(writer, '[');
	for (size_t i = 0; i < document->house->area_count; i++) {
		if (!has_routes(&document->house->areas[i]))
			continue;
		json_begin(writer, '{');
		openapi_pair(writer, "name", document->house->areas[i].name);
		openapi_pair(writer, "description", document->house->areas[i].says);
		json_end(writer, '}');
	}
	json_end(writer, ']');
}

/* The first row of a path writes all of them, because a path stands in the document once. */
static bool
is_first_of_path(const struct area *area, const struct route *route)
{
	for (const struct route *other = area->routes; other != route; other++)
		if (strcmp(other->path, route->path) == 0)
			return false;
	return true;
}

static void
write_path(struct document *document, const struct area *area, const struct route *first)
{
	struct json_writer *writer = &document->writer;
	static const char *const names[METHOD__COUNT] = {
		[GET] = "get",
		[POST] = "post",
		[PUT] = "put",
		[PATCH] = "patch",
		[DELETE] = "delete",
	};

	json_name(writer, first->path);
	json_begin(writer, '{');
	for (const struct route *route = first; route->path != NULL; route++) {
		if (strcmp(route->path, first->path) != 0)
			continue;
		json_name(writer, names[route->method]);
		openapi_write_operation(document, area, route);
	}
	json_end(writer, '}');
}

static void
write_paths(struct document *document)
{
	json_name(&document->writer, "paths");
	json_begin(&document->writer, '{');
	for (size_t i = 0; i < document->house->area_count; i++) {
		const struct area *area = document->house->areas[i].area;

		for (const struct route *route = area->routes; route != NULL && route->path != NULL; route++)
			if (is_first_of_path(area, route))
				write_path(document, area, route);
	}
	json_end(&document->writer, '}');
}

static bool
rows_are_right(const struct document *document)
{
	bool right = true;

	for (size_t i = 0; i < document->house->area_count; i++)
		right = route_rows_are_right(document->house->areas[i].area, document->complaints) && right;
	return right;
}

/* Read back and printed with indentation; a path that two areas claim shows here as a key that appears twice. */
static const char *
pretty(struct document *document)
{
	struct json_fault fault;
	json_object *object = json_parse(document->arena, document->text.data, document->text.length, &fault);

	if (object == NULL) {
		fprintf(document->complaints, "the document is not JSON at byte %zu: %s\n", fault.offset, fault.reason);
		return NULL;
	}
	return arena_text(
	    document->arena, json_object_to_json_string_ext(object,
				 JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
}

const char *
openapi_print(struct arena *arena, const struct house *house, FILE *complaints)
{
	struct document document = { .arena = arena, .house = house, .complaints = complaints };

	if (!rows_are_right(&document))
		return NULL;
	buffer_init(&document.text, arena);
	json_writer_init(&document.writer, &document.text);
	json_begin(&document.writer, '{');
	write_info(&document);
	write_tags(&document);
	write_paths(&document);
	openapi_write_components(&document);
	json_end(&document.writer, '}');
	return document.wrong ? NULL : pretty(&document);
}

int
openapi_command(const struct command_line *line)
{
	const char *text = openapi_print(line->arena, line->house, stderr);

	if (text == NULL)
		return 1;
	return puts(text) >= 0 && fflush(stdout) == 0 ? 0 : 1;
}
