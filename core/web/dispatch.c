/*
 * dispatch.c -- the order in which a request is judged.  Each step is cheaper than the next, or must come before it
 * for the sake of what it would tell: an address that asks too often is not told whether its token is good, and
 * nobody without permission learns what a body should look like.
 */
#include "core/web/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/db.h"
#include "core/limit/limit.h"
#include "core/metric/metric.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/web/change.h"
#include "core/web/conditional.h"
#include "core/web/cors.h"
#include "core/web/idempotency.h"
#include "core/web/media.h"
#include "core/web/page.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route_table.h"
#include "core/web/wait.h"
#include "core/work/queue.h"

/* What a route without a query of its own has. */
static const struct shape no_query = { .name = "none", .fields = (const struct field[]){ SHAPE_END }, .size = 1 };

void
dispatch_open(const struct area *const *areas)
{
	if (!route_table_build(areas, stderr)) {
		fputs("stoad: the tables above must be mended before anything starts.\n", stderr);
		exit(2);
	}
}

static bool
is_named(const struct request *req, const char *method)
{
	return req->method_name != NULL && strcmp(req->method_name, method) == 0;
}

/* 404, 405, or the answer to OPTIONS; NULL with req->route set, or with the reply complete. */
static const struct problem *
match_route(struct request *req, struct reply *out)
{
	const struct route_match match = route_find(req->method, req->path);
	struct problem *wrong;
	const char *allow;

	req->route = match.route;
	if (match.route != NULL) {
		route_keep_values(req, &match);
		return NULL;
	}
	if (match.methods == 0)
		return problem(req, PROBLEM_NO_ROUTE, NULL);
	allow = route_allow(req->arena, match.methods);
	if (is_named(req, "OPTIONS")) {
		reply_header(out, "Allow", allow);
		cors_preflight(req, out, allow);
		return reply_no_content(out);
	}
	wrong = problem(req, PROBLEM_METHOD_NOT_ALLOWED, NULL);
	wrong->allow = allow;
	return wrong;
}

/*
 * Limits and identity.  Doors that are open to anyone do not look at tokens: an expired one must not keep its owner
 * from signing in again.
 */
static const struct problem *
identify(struct request *req, struct reply *out)
{
	const bool open = req->route->who == ANYONE || req->route->who == LOCAL;
	const struct problem *p = limit_address(req, out);

	if (p == NULL && !open)
		p = principal_recognise(req);
	if (p == NULL)
		p = limit_principal(req, out);
	reply_keep_headers(out);
	if (p == NULL && req->principal != NULL)
		p = principal_load(req);
	return p;
}

static const struct problem *
decode(struct request *req)
{
	const struct route *route = req->route;
	const struct problem *p;
	void *asked;

	if ((p = shape_decode_query(req, route->query != NULL ? route->query : &no_query, req->query, &asked)) != NULL)
		return p;
	req->asked = route->query != NULL ? asked : NULL;
	if (route->page != NULL && (p = page_open(req)) != NULL)
		return p;
	if (route->body == NULL)
		return NULL;
	return route->form ? shape_decode_form(req, route->body, req->body, &req->given)
			   : shape_decode(req, route->body, req->body, &req->given);
}

static const struct problem *
understand(struct request *req)
{
	const struct problem *p;

	if ((p = media_check(req)) != NULL || (p = decode(req)) != NULL || (p = conditional_check(req)) != NULL)
		return p;
	return idempotency_open(req);
}

static const struct problem *
admit(struct request *req)
{
	const struct problem *p = principal_admit(req);

	return p != NULL ? p : understand(req);
}

/*
 * Whoever is refused before the handler runs was judged by what this worker remembers.  The session's row says whether
 * that still holds: a role that was given a moment ago counts, and one whose session is over is told that alone.
 */
static const struct problem *
refuse(struct request *req, const struct problem *refusal)
{
	const struct problem *p;

	if (req->principal == NULL)
		return refusal;
	principal_check_later(req);
	if ((p = db_flush(req)) == NULL)
		return refusal;
	if (p->id != PROBLEM_AGAIN)
		return p;
	return (p = principal_load(req)) != NULL ? p : admit(req);
}

static const struct problem *
answer(struct request *req, struct reply *out)
{
	const struct problem *p;

	if ((p = match_route(req, out)) != NULL || req->route == NULL)
		return p;
	if ((p = identify(req, out)) != NULL)
		return p;
	if ((p = admit(req)) != NULL && (p = refuse(req, p)) != NULL)
		return p;
	if (route_only_reads(req->route))
		return run_read(req, out);
	if ((p = run_change(req, out)) == NULL)
		wait_for_outcome(req, out);
	return p;
}

/* What went wrong on our side is for the operator to read; what went wrong on the client's is in the answer. */
static void
log_failure(const struct request *req, const struct problem *p, unsigned status)
{
	if (status < 500)
		return;
	log_line(status == 500 ? ERROR : WARN, req, "web", "a request could not be answered",
	    { "problem", .text = p == NULL ? "none" : problem_slug(p->id) },
	    { "detail", .text = p == NULL || p->detail == NULL ? "" : p->detail },
	    { "route", .text = req->route == NULL ? "" : req->route->path }, { "status", .number = status });
}

void
dispatch(struct request *req, struct reply *out)
{
	const struct problem *p;

	reply_init(out, req);
	cors_answer(req, out);
	reply_keep_headers(out);
	if ((p = answer(req, out)) != NULL) {
		audit_refusal(req, p);
		problem_write(req, p, out);
	}
	reply_finish(out);
	log_failure(req, p, out->status);
	metric_request(req, out->status, env_monotonic(req->env) - req->began);
}

static const struct problem *
decode_payload(struct request *req, const struct job_kind *kind)
{
	const char *payload = req->job->payload == NULL ? "{}" : req->job->payload;

	if (kind->payload == NULL)
		return NULL;
	return shape_decode(
	    req, kind->payload, (struct bytes){ (const uint8_t *)payload, strlen(payload) }, &req->given);
}

const struct problem *
dispatch_job(struct request *req, struct reply *out)
{
	const struct job_kind *kind = route_find_job(req->job->kind);
	const struct problem *p;

	reply_init(out, req);
	if (kind == NULL)
		return problem_format(req, PROBLEM_NOT_FOUND, "No area knows jobs of the kind %s.", req->job->kind);
	if ((p = decode_payload(req, kind)) != NULL)
		return p;
	return run_job(req, out, kind);
}
