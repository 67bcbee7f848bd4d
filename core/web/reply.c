/*
 * reply.c -- the answer as it is being made.  Objects are encoded straight into the reply's own buffer;
 * nothing is copied on the way out.
 */
#include "core/web/reply.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/json/write.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "core/web/page_part.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "core/web/shape_part.h"

#define HEADERS_AT_FIRST 16

void
reply_init(struct reply *out, struct request *req)
{
	*out = (struct reply){ .req = req, .header_capacity = HEADERS_AT_FIRST };
	out->headers = ARENA_ARRAY(req->arena, HEADERS_AT_FIRST, struct header);
	buffer_init(&out->body, req->arena);
}

void
reply_clear(struct reply *out)
{
	out->status = 0;
	out->header_count = out->header_kept;
	out->content_type = NULL;
	out->not_modified = false;
	out->replayed = false;
	buffer_clear(&out->body);
}

void
reply_keep_headers(struct reply *out)
{
	out->header_kept = out->header_count;
}

/* A header is a line: a value with a control character in it would be two, and is dropped, loudly. */
static bool
value_is_clean(const char *value)
{
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

void
reply_header(struct reply *out, const char *name, const char *value)
{
	struct header *larger;

	if (!value_is_clean(value)) {
		log_line(ERROR, out->req, "web", "a header's value holds control characters and was left out",
		    { "header", .text = name });
		return;
	}
	if (out->header_count == out->header_capacity) {
		larger = ARENA_ARRAY(out->req->arena, out->header_capacity * 2, struct header);
		memcpy(larger, out->headers, out->header_count * sizeof(*larger));
		out->headers = larger;
		out->header_capacity *= 2;
	}
	out->headers[out->header_count++] =
	    (struct header){ arena_text(out->req->arena, name), arena_text(out->req->arena, value) };
}

const char *
reply_find_header(const struct reply *out, const char *name)
{
	for (size_t i = 0; i < out->header_count; i++)
		if (strcasecmp(out->headers[i].name, name) == 0)
			return out->headers[i].value;
	return NULL;
}

static void
encode_object(struct reply *out, unsigned status, const void *object)
{
	const struct route *route = out->req->route;

	out->status = status;
	if (route == NULL || route->reply == NULL || object == NULL)
		return;
	out->content_type = "application/json";
	buffer_clear(&out->body);
	shape_encode(route->reply, object, &out->body);
}

const struct problem *
reply_ok(struct reply *out, const void *object)
{
	encode_object(out, 200, object);
	return NULL;
}

const struct problem *
reply_created(struct reply *out, const char *location, const void *object)
{
	encode_object(out, 201, object);
	if (location != NULL)
		reply_header(out, "Location", location);
	return NULL;
}

const struct problem *
reply_accepted(struct reply *out, const char *location, const void *object)
{
	encode_object(out, 202, object);
	if (location != NULL)
		reply_header(out, "Location", location);
	return NULL;
}

const struct problem *
reply_no_content(struct reply *out)
{
	out->status = 204;
	return NULL;
}

const struct problem *
reply_see_other(struct reply *out, const char *location)
{
	out->status = 303;
	reply_header(out, "Location", location);
	return NULL;
}

/* The row past the page is not shown; that it is there is all that a client may learn of it, as a cursor. */
const struct problem *
reply_page(struct reply *out, const void *rows, size_t count, size_t size)
{
	const size_t shown = page_shown(out->req, count);
	const struct field *fields = out->req->route->reply->fields;
	const char *cursor = NULL;
	struct json_writer writer;

	out->status = 200;
	out->content_type = "application/json";
	buffer_clear(&out->body);
	json_writer_init(&writer, &out->body);
	json_begin(&writer, '{');
	json_name(&writer, "data");
	json_begin(&writer, '[');
	for (size_t i = 0; i < shown; i++)
		shape_write_object(&writer, fields, (const char *)rows + i * size);
	json_end(&writer, ']');
	if (count > shown)
		cursor = page_cursor(out->req, (const char *)rows + (shown - 1) * size);
	json_name(&writer, "next_cursor");
	json_text(&writer, cursor);
	json_end(&writer, '}');
	if (cursor != NULL)
		reply_header(out, "Link", page_link(out->req, cursor));
	return NULL;
}

const struct problem *
reply_text(struct reply *out, const char *content_type, const char *text)
{
	out->status = 200;
	out->content_type = content_type;
	buffer_clear(&out->body);
	buffer_text(&out->body, text);
	return NULL;
}

void
reply_etag(struct reply *out, int64_t version)
{
	reply_header(out, "ETag", arena_format(out->req->arena, "\"%" PRId64 "\"", version));
	out->not_modified = out->req->method == GET && if_none_match(out->req, version);
}

/* RFC 9110 section 15.4.5: a 304 has the headers of the 200, and no body. */
void
reply_finish(struct reply *out)
{
	if (!out->not_modified || out->status != 200)
		return;
	out->status = 304;
	out->content_type = NULL;
	buffer_clear(&out->body);
}
