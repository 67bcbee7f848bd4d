/* openapi_operation.c -- one route: what it takes, what it answers, and in which ways it can refuse. */
#include <string.h>

#include "core/base/arena.h"
#include "core/web/openapi_part.h"
#include "core/web/route_table.h"

/* "get_v1_sessions_id": unique, because method and path are. */
static const char *
operation_id(struct document *document, const struct route *route)
{
	struct buffer id;

	buffer_init(&id, document->arena);
	for (const char *c = method_text(route->method); *c != '\0'; c++)
		buffer_char(&id, (char)(*c - 'A' + 'a'));
	for (const char *c = route->path; *c != '\0'; c++) {
		if (*c == '/' || *c == '-' || *c == '.')
			buffer_char(&id, '_');
		else if (*c != '{' && *c != '}')
			buffer_char(&id, *c);
	}
	return id.data;
}

static const char *
description(struct document *document, const struct route *route)
{
	const char *text = route->more != NULL ? route->more : arena_format(document->arena, "%s.", route->says);

	if (route->permission != NULL)
		text = arena_format(document->arena, "%s\n\nNeeds the permission `%s`.", text, route->permission);
	if (route->widens != NULL)
		text = arena_format(
		    document->arena, "%s\n\nWith the permission `%s`, for everybody's.", text, route->widens);
	if (route->allow_api_key)
		text = arena_format(document->arena, "%s\n\nAn API key will do.", text);
	return text;
}

/* Whether people edit what is at this path, so that reading it gives a version. */
static bool
is_edited(const struct area *area, const struct route *route)
{
	for (const struct route *other = area->routes; other->path != NULL; other++)
		if (other->if_match && strcmp(other->path, route->path) == 0)
			return true;
	return false;
}

static void
write_security(struct document *document, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "security");
	json_begin(writer, '[');
	if (route->who == USER || route->who == OPERATOR) {
		json_begin(writer, '{');
		json_name(writer, "bearer");
		json_begin(writer, '[');
		json_end(writer, ']');
		json_end(writer, '}');
	}
	json_end(writer, ']');
}

static void
write_path_parameters(struct document *document, const struct route *route)
{
	struct json_writer *writer = &document->writer;
	const char *at = route->path;
	struct route_slice name;

	while (route_next_name(&at, &name)) {
		bool is_id = name.length >= 2 && memcmp(name.data + name.length - 2, "id", 2) == 0;

		json_begin(writer, '{');
		openapi_pair(writer, "name", arena_copy(document->arena, name.data, name.length));
		openapi_pair(writer, "in", "path");
		json_name(writer, "required");
		json_boolean(writer, true);
		json_name(writer, "schema");
		json_raw(writer,
		    is_id ? "{\"type\":\"string\",\"format\":\"uuid\"}" : "{\"type\":\"string\",\"minLength\":1}");
		json_end(writer, '}');
	}
}

static void
write_query_parameter(struct document *document, const struct field *field)
{
	struct json_writer *writer = &document->writer;
	struct field plain = *field;

	/* There is no null in a query: a parameter comes or it does not. */
	plain.required = true;
	plain.doc = NULL;
	json_begin(writer, '{');
	openapi_pair(writer, "name", field->name);
	openapi_pair(writer, "in", "query");
	json_name(writer, "required");
	json_boolean(writer, field->required);
	if (field->doc != NULL)
		openapi_pair(writer, "description", field->doc);
	if (field->kind == FIELD_TEXTS || field->kind == FIELD_UUIDS) {
		openapi_pair(writer, "style", "form");
		json_name(writer, "explode");
		json_boolean(writer, false);
	}
	json_name(writer, "schema");
	shape_write_field_schema(writer, &plain, SHAPE_ASKED);
	json_end(writer, '}');
}

static void
write_parameters(struct document *document, const struct area *area, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "parameters");
	json_begin(writer, '[');
	write_path_parameters(document, route);
	if (route->query != NULL)
		for (const struct field *field = route->query->fields; field->kind != FIELD_END; field++)
			write_query_parameter(document, field);
	if (route->page != NULL) {
		openapi_ref(document, "parameters", "limit");
		openapi_ref(document, "parameters", "cursor");
	}
	if (route->idempotency == BY_KEY && route->who != ANYONE && route->who != LOCAL)
		openapi_ref(document, "parameters", "idempotency_key");
	if (route->outcome != NULL)
		openapi_ref(document, "parameters", "prefer");
	if (route->if_match)
		openapi_ref(document, "parameters", "if_match");
	if (route->method == GET && is_edited(area, route))
		openapi_ref(document, "parameters", "if_none_match");
	json_end(writer, ']');
}

static void
write_request_body(struct document *document, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	if (route->body == NULL)
		return;
	json_name(writer, "requestBody");
	json_begin(writer, '{');
	json_name(writer, "required");
	json_boolean(writer, true);
	json_name(writer, "content");
	json_begin(writer, '{');
	json_name(writer, route->form ? "application/x-www-form-urlencoded" : "application/json");
	json_begin(writer, '{');
	json_name(writer, "schema");
	openapi_ref(document, "schemas", openapi_schema(document, route->body, SHAPE_ASKED));
	json_name(writer, "example");
	shape_write_example(writer, route->body->fields);
	json_end(writer, '}');
	json_end(writer, '}');
	json_end(writer, '}');
}

static void
write_header(struct document *document, const char *name, const char *component)
{
	json_name(&document->writer, name);
	openapi_ref(document, "headers", component);
}

static void
write_success_headers(struct document *document, const struct area *area, const struct route *route, unsigned status)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "headers");
	json_begin(writer, '{');
	write_header(document, "X-Request-Id", "request_id");
	if (route->limit != LIMIT_NONE) {
		write_header(document, "RateLimit-Policy", "ratelimit_policy");
		write_header(document, "RateLimit", "ratelimit");
	}
	if (route->page != NULL)
		write_header(document, "Link", "link");
	if (is_edited(area, route) && status != 204)
		write_header(document, "ETag", "etag");
	if (status == 201 || status == 202 || status == 303)
		write_header(document, "Location", "location");
	if (route->idempotency == BY_KEY && route->who != ANYONE && route->who != LOCAL)
		write_header(document, "Idempotency-Replayed", "replayed");
	json_end(writer, '}');
}

static void
write_success_content(struct document *document, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "content");
	json_begin(writer, '{');
	json_name(writer, route->reply != NULL          ? "application/json"
			  : route->content_type != NULL ? route->content_type
							: "*/*");
	json_begin(writer, '{');
	json_name(writer, "schema");
	if (route->reply == NULL)
		json_raw(writer, "{}");
	else if (route->page != NULL)
		openapi_ref(document, "schemas", openapi_page_schema(document, route->reply));
	else
		openapi_ref(document, "schemas", openapi_schema(document, route->reply, SHAPE_ANSWERED));
	json_end(writer, '}');
	json_end(writer, '}');
}

static unsigned
success_status(const struct route *route)
{
	if (route->status != 0)
		return route->status;
	return route->reply != NULL || route->content_type != NULL ? 200 : 204;
}

static void
write_success(struct document *document, const struct area *area, const struct route *route, unsigned status)
{
	static const struct {
		unsigned status;
		const char *says;
	} words[] = { { 200, "It went well." }, { 201, "It was made." },
		{ 202, "It was taken, and is being worked on." }, { 204, "It went well; there is nothing to say." },
		{ 303, "The answer is at another address." } };
	struct json_writer *writer = &document->writer;
	const char *says = words[0].says;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].status == status)
			says = words[i].says;
	json_name(writer, arena_format(document->arena, "%u", status));
	json_begin(writer, '{');
	openapi_pair(writer, "description", says);
	write_success_headers(document, area, route, status);
	if (status != 204 && status != 303)
		write_success_content(document, route);
	json_end(writer, '}');
}

/* What anyone may ask, and where asking again is a new deed: doors at which somebody shows a secret. */
static bool
signs_in(const struct route *route)
{
	return route->who == ANYONE && route->idempotency == NEVER;
}

/* In which ways the dispatcher, or a handler of such a route, can refuse. */
static bool
can_answer(const struct route *route, unsigned status)
{
	switch (status) {
	case 400:
	case 422: /* unknown parameters are refused everywhere */
	case 500:
	case 503:
	case 504:
		return true;
	case 401:
		return route->who == USER || route->who == OPERATOR || signs_in(route);
	case 403:
		return route->who != ANYONE || signs_in(route);
	case 404:
		return strchr(route->path, '{') != NULL || route->body != NULL || route->reply == NULL;
	case 406:
		return route->reply != NULL;
	case 409:
		return !route_only_reads(route);
	case 412:
	case 428:
		return route->if_match;
	case 413:
	case 415:
		return route->body != NULL;
	case 429:
		return route->limit != LIMIT_NONE;
	default:
		return false;
	}
}

static void
write_responses(struct document *document, const struct area *area, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	json_name(writer, "responses");
	json_begin(writer, '{');
	if (route->outcome != NULL)
		write_success(document, area, route, 200);
	write_success(document, area, route, success_status(route));
	if (route->also != 0) {
		json_name(writer, arena_format(document->arena, "%u", route->also));
		json_raw(writer, "{\"description\":\"It was taken; there is nothing more to say.\"}");
	}
	if (route->method == GET && is_edited(area, route)) {
		json_name(writer, "304");
		json_raw(writer, "{\"description\":\"You have this version already.\"}");
	}
	for (unsigned status = 400; status < 600; status++) {
		if (!can_answer(route, status))
			continue;
		json_name(writer, arena_format(document->arena, "%u", status));
		openapi_ref(document, "responses", arena_format(document->arena, "problem_%u", status));
	}
	json_end(writer, '}');
}

void
openapi_write_operation(struct document *document, const struct area *area, const struct route *route)
{
	struct json_writer *writer = &document->writer;

	json_begin(writer, '{');
	openapi_pair(writer, "operationId", operation_id(document, route));
	json_name(writer, "tags");
	json_begin(writer, '[');
	json_text(writer, area->name);
	json_end(writer, ']');
	openapi_pair(writer, "summary", route->says);
	openapi_pair(writer, "description", description(document, route));
	write_security(document, route);
	write_parameters(document, area, route);
	write_request_body(document, route);
	write_responses(document, area, route);
	json_end(writer, '}');
}
