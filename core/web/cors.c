/* cors.c -- the Fetch standard's questions, answered from the list of origins. */
#include "core/web/cors.h"

#include <string.h>

#include "core/base/request.h"
#include "core/config/config.h"
#include "core/web/reply.h"

#define CORS_SENT    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, traceparent"
#define CORS_SHOWN   "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
#define CORS_MAX_AGE "600"

static const struct texts *
origins(const struct request *req)
{
	return req->config == NULL ? NULL : &req->config->global.cors_origins;
}

/* "null" is what sandboxed pages of anybody say: it is never an origin that was listed. */
static bool
is_listed(const struct request *req, const char *origin)
{
	return strcmp(origin, "null") != 0 && strcmp(origin, "*") != 0 && texts_contain(*origins(req), origin);
}

void
cors_answer(struct request *req, struct reply *out)
{
	const char *origin = request_header(req, "origin");

	if (origins(req) == NULL || origins(req)->count == 0)
		return;
	/* Also without an Origin: what a cache keeps of this answer must not be given to a page. */
	reply_header(out, "Vary", "Origin");
	if (origin == NULL)
		return;
	if (is_listed(req, origin)) {
		reply_header(out, "Access-Control-Allow-Origin", origin);
		reply_header(out, "Access-Control-Allow-Credentials", "true");
	} else if (texts_contain(*origins(req), "*")) {
		reply_header(out, "Access-Control-Allow-Origin", "*");
	} else {
		return;
	}
	reply_header(out, "Access-Control-Expose-Headers", CORS_SHOWN);
}

void
cors_preflight(struct request *req, struct reply *out, const char *allow)
{
	if (request_header(req, "access-control-request-method") == NULL ||
	    reply_find_header(out, "Access-Control-Allow-Origin") == NULL)
		return;
	reply_header(out, "Access-Control-Allow-Methods", allow);
	reply_header(out, "Access-Control-Allow-Headers", CORS_SENT);
	reply_header(out, "Access-Control-Max-Age", CORS_MAX_AGE);
}
