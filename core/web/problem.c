/*
 * problem.c -- errors as values, and how they look on the wire (RFC 9457).  The table is problem.def; what
 * stands here is only its lookup and its printing.
 */
#include "core/web/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/json/write.h"
#include "core/web/reply.h"

enum lasting { PASSING, FINAL };

static const struct problem_row {
	unsigned status;
	const char *slug;
	enum lasting lasting;
	const char *title;
} rows[PROBLEM__COUNT] = {
#define PROBLEM(id, status_, slug_, lasting_, title_) \
	[PROBLEM_##id] = { .status = status_, .slug = slug_, .lasting = lasting_, .title = title_ },
#include "core/web/problem.def"
#undef PROBLEM
};

/* What has no row of its own (unset, AGAIN) must never be sent; should it be, it is our fault and nobody else's. */
static const struct problem_row *
row_of(enum problem_id id)
{
	if (id <= PROBLEM_UNSET || id >= PROBLEM__COUNT || rows[id].status == 0)
		return &rows[PROBLEM_INTERNAL];
	return &rows[id];
}

struct problem *
problem(struct request *req, enum problem_id id, const char *detail)
{
	struct problem *made = ARENA_NEW(req->arena, struct problem);

	made->id = id;
	made->detail = detail == NULL ? NULL : arena_text(req->arena, detail);
	return made;
}

struct problem *
problem_format(struct request *req, enum problem_id id, const char *format, ...)
{
	struct problem *made = ARENA_NEW(req->arena, struct problem);
	va_list arguments;

	made->id = id;
	va_start(arguments, format);
	made->detail = arena_vformat(req->arena, format, arguments);
	va_end(arguments);
	return made;
}

struct problem *
problem_field(struct request *req, const char *pointer, const char *detail)
{
	struct problem *made = problem(req, PROBLEM_INVALID, NULL);

	problem_add(req, made, pointer, detail);
	return made;
}

/* Errors keep the order in which they were found, which is the order of the body. */
void
problem_add(struct request *req, struct problem *problem, const char *pointer, const char *detail)
{
	struct problem_error *error = ARENA_NEW(req->arena, struct problem_error);
	struct problem_error **last = &problem->errors;

	error->pointer = arena_text(req->arena, pointer);
	error->detail = arena_text(req->arena, detail);
	while (*last != NULL)
		last = &(*last)->next;
	*last = error;
}

unsigned
problem_status(enum problem_id id)
{
	return row_of(id)->status;
}

const char *
problem_slug(enum problem_id id)
{
	return row_of(id)->slug;
}

const char *
problem_title(enum problem_id id)
{
	return row_of(id)->title;
}

bool
problem_is_final(enum problem_id id)
{
	return row_of(id)->lasting == FINAL;
}

static void
write_errors(struct json_writer *writer, const struct problem_error *errors)
{
	json_name(writer, "errors");
	json_begin(writer, '[');
	for (; errors != NULL; errors = errors->next) {
		json_begin(writer, '{');
		json_name(writer, "pointer");
		json_text(writer, errors->pointer);
		json_name(writer, "detail");
		json_text(writer, errors->detail);
		json_end(writer, '}');
	}
	json_end(writer, ']');
}

static void
write_body(struct request *req, const struct problem *problem, struct buffer *body)
{
	struct json_writer writer;
	char type[96];

	snprintf(type, sizeof(type), "/problems/%s", problem_slug(problem->id));
	json_writer_init(&writer, body);
	json_begin(&writer, '{');
	json_name(&writer, "type");
	json_text(&writer, type);
	json_name(&writer, "title");
	json_text(&writer, problem_title(problem->id));
	json_name(&writer, "status");
	json_number(&writer, problem_status(problem->id));
	if (problem->detail != NULL) {
		json_name(&writer, "detail");
		json_text(&writer, problem->detail);
	}
	json_name(&writer, "instance");
	json_text(&writer, req->id);
	if (problem->errors != NULL)
		write_errors(&writer, problem->errors);
	json_end(&writer, '}');
}

/* RFC 9110 section 11.6.1 wants a challenge with every 401; RFC 6750 says how it looks for bearer tokens. */
static void
write_headers(struct request *req, const struct problem *problem, struct reply *out)
{
	if (problem->id == PROBLEM_UNAUTHENTICATED)
		reply_header(out, "WWW-Authenticate",
		    request_header(req, "authorization") == NULL ? "Bearer" : "Bearer error=\"invalid_token\"");
	if (problem->retry_after != 0)
		reply_header(out, "Retry-After", arena_format(req->arena, "%u", problem->retry_after));
	else if (problem->id == PROBLEM_UNAVAILABLE)
		reply_header(out, "Retry-After", "1");
	if (problem->allow != NULL)
		reply_header(out, "Allow", problem->allow);
	reply_header(out, "Cache-Control", "no-store");
}

void
problem_write(struct request *req, const struct problem *problem, struct reply *out)
{
	reply_clear(out);
	out->status = problem_status(problem->id);
	out->content_type = "application/problem+json";
	write_headers(req, problem, out);
	write_body(req, problem, &out->body);
}
