/* request.c -- the two questions that every room may ask of a request. */
#include <string.h>

#include "core/base/env.h"
#include "core/base/request.h"

void
request_span(struct request *req, const char *name, int64_t began)
{
	unsigned place = req->span_count++;

	if (place >= REQUEST_SPANS_MAX)
		return;
	req->spans[place] = (struct span){
		.name = name,
		.began = began - req->began,
		.took = env_monotonic(req->env) - began,
	};
}

const char *
request_header(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++)
		if (strcmp(req->headers[i].name, name) == 0)
			return req->headers[i].value;
	return NULL;
}
