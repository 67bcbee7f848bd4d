/* web_request.h -- a request without a server, for the tests of core/web. */
#ifndef STOA_TESTS_WEB_REQUEST_H
#define STOA_TESTS_WEB_REQUEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/web/problem.h"

static inline struct request *
request_new(void)
{
	struct arena *arena = arena_new();
	struct request *req = ARENA_NEW(arena, struct request);

	req->arena = arena;
	req->env = &env_system;
	req->method = GET;
	req->method_name = "GET";
	req->target = req->path = "/";
	req->query = "";
	req->address = "192.0.2.7";
	memcpy(req->id, "0123456789abcdef0123456789abcdef", REQUEST_ID_SIZE);
	return req;
}

static inline void
request_free(struct request *req)
{
	arena_free(req->arena);
}

static inline void
request_has(struct request *req, const char *name, const char *value)
{
	struct header *headers = ARENA_ARRAY(req->arena, req->header_count + 1, struct header);

	if (req->header_count > 0)
		memcpy(headers, req->headers, req->header_count * sizeof(*headers));
	headers[req->header_count++] = (struct header){ name, value };
	req->headers = headers;
}

/* Whether the problem complains about this pointer. */
static inline bool
points_to(const struct problem *p, const char *pointer)
{
	for (const struct problem_error *error = p == NULL ? NULL : p->errors; error != NULL; error = error->next)
		if (strcmp(error->pointer, pointer) == 0)
			return true;
	return false;
}

#endif
