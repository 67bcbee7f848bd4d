/*
 * request.h -- one piece of work: what a client asked over HTTP, or a job claimed from the queue.  It is
 * the parameter that walks through the whole house; every function that needs memory, the clock, the
 * database or the caller's identity takes it first.
 *
 * This header only names the rooms above; each of them says itself what its part means.
 */
#ifndef STOA_BASE_REQUEST_H
#define STOA_BASE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct arena;
struct area;
struct config;
struct db;
struct env;
struct job;
struct page;
struct principal;
struct route;

enum method { METHOD_UNSET, GET, POST, PUT, PATCH, DELETE, METHOD__COUNT };

#define REQUEST_ID_SIZE 33 /* 32 hexadecimal digits, as nginx makes them */
#define REQUEST_TRACE_MAX 56

struct header {
	const char *name; /* lower case, '-' kept */
	const char *value;
};

/* What a route has to say of itself; see core/web/audit.h. */
struct audit_note {
	struct uuid subject; /* zero: the path or the Location tells */
	const char *what;    /* NULL: nothing */
};

/* How long a part of the work took, for the slow log: a statement, a call to another server, a hash. */
#define REQUEST_SPANS_MAX 32
struct span {
	const char *name;
	int64_t began, took; /* microseconds; `began` counts from the request's start */
};

struct request {
	struct arena *arena; /* reset when the answer is out */
	const struct env *env;
	const struct config *config;
	struct db *db;
	const struct area *area;

	/* As it came. */
	enum method method;
	const char *method_name;
	const char *target; /* raw, with the query; nginx's REQUEST_URI */
	const char *path;   /* decoded once, strictly */
	const char *query;  /* raw, "" when there is none */
	const struct header *headers;
	size_t header_count;
	struct bytes body;
	const char *address; /* the client's, after nginx's realip */
	bool secure;         /* came over TLS */
	char id[REQUEST_ID_SIZE];
	char trace[REQUEST_TRACE_MAX]; /* traceparent of ours, "" when none came */
	struct instant started;
	int64_t waited;   /* microseconds from nginx to this worker; 0: not known */
	int64_t deadline; /* env_monotonic at which the caller is told 504 */

	/* As it was understood. */
	const struct route *route;
	const struct job *job;          /* NULL: over HTTP */
	const char *const *path_values; /* one per {name} of the route, in order */
	void *asked;                    /* the route's `query` shape, decoded; NULL without one */
	void *given;                    /* the route's `body` shape, decoded; NULL without one */
	struct page *page;              /* of lists */
	struct principal *principal;    /* NULL: nobody signed in */
	struct uuids parties;           /* whom the principal acts for; empty when nobody is */
	const char *idempotency_key;    /* NULL: none came, or the route takes none */
	struct audit_note audit;        /* what the route adds to the row of this request */
	struct uuid awaited;            /* of a route's `outcome`: what was accepted */
	void *prepared;                 /* what the route's `prepare` found, for its handler */

	int64_t began; /* env_monotonic at the start */
	struct span spans[REQUEST_SPANS_MAX];
	unsigned span_count; /* those past the maximum are counted, not kept */
};

/* Since `began`, an env_monotonic. */
void request_span(struct request *req, const char *name, int64_t began);

/* NULL when it was not sent.  `name` in lower case. */
const char *request_header(const struct request *req, const char *name);

#endif
