/* audit.c -- what a row holds, and which refusals get one. */
#include "core/web/audit.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/db/db.h"
#include "core/trust/principal.h"
#include "core/web/audit_tally.h"
#include "core/web/problem.h"
#include "core/web/queries.h"
#include "core/web/reply.h"
#include "core/web/route_table.h"

/* Of what a client put in a path and we keep, in bytes. */
#define SUBJECT_MAX 128

void
audit_say(struct request *req, struct uuid subject, const char *what)
{
	req->audit =
	    (struct audit_note){ .subject = subject, .what = what == NULL ? NULL : arena_text(req->arena, what) };
}

const char *
audit_route(struct request *req)
{
	return arena_format(req->arena, "%s %s", method_text(req->route->method), req->route->path);
}

/* Cut between two characters. */
static const char *
cut(struct request *req, const char *text)
{
	size_t left = strlen(text), kept = 0, next;

	while (left > kept && (next = text_character((const unsigned char *)text + kept, left - kept)) > 0 &&
	       kept + next <= SUBJECT_MAX)
		kept += next;
	return arena_copy(req->arena, text, kept);
}

/* What a path names last is what is acted on: of /v1/accounts/{id}/agents/{agent_id} the agent. */
static const char *
subject_in_path(struct request *req)
{
	const char *at = req->route->path, *last = NULL;
	struct route_slice name;

	for (size_t i = 0; req->path_values != NULL && route_next_name(&at, &name); i++)
		last = req->path_values[i];
	return last == NULL ? NULL : cut(req, last);
}

/* What was made is at the end of its Location. */
static const char *
subject_made(const struct reply *out)
{
	const char *location = out->status == 201 || out->status == 202 ? reply_find_header(out, "Location") : NULL;
	const char *last = location == NULL ? NULL : strrchr(location, '/');
	struct uuid id;

	return last != NULL && uuid_parse(last + 1, &id) ? last + 1 : NULL;
}

static const char *
subject_of(struct request *req, const struct reply *out)
{
	const char *made = out == NULL ? NULL : subject_made(out);

	if (!uuid_is_zero(req->audit.subject))
		return uuid_text(req->arena, req->audit.subject);
	return made != NULL ? made : subject_in_path(req);
}

static void
append_later(struct request *req, const char *subject, unsigned status, const char *problem)
{
	const struct principal *who = req->principal;

	sql_audit_append(req, who == NULL ? NULL : &who->party, who == NULL ? NULL : &who->session, audit_route(req),
	    subject, req->audit.what, (int32_t)status, problem, *req->address == '\0' ? NULL : req->address, req->id,
	    1);
}

void
audit_success_later(struct request *req, const struct reply *out)
{
	append_later(req, subject_of(req, out), out->status, NULL);
}

void
audit_refusal_later(struct request *req, const struct problem *problem)
{
	append_later(req, subject_of(req, NULL), problem_status(problem->id), problem_slug(problem->id));
}

/* Not refused, but not answered: the database was not there, or not in time.  The log has those. */
static bool
is_outage(enum problem_id id)
{
	return problem_status(id) == problem_status(PROBLEM_UNAVAILABLE) ||
	       problem_status(id) == problem_status(PROBLEM_DEADLINE);
}

static bool
is_free_of_charge(const struct request *req, enum problem_id id)
{
	return req->audit.what == NULL && (req->principal == NULL || id == PROBLEM_TOO_MANY_REQUESTS);
}

void
audit_refusal(struct request *req, const struct problem *problem)
{
	if (req->route == NULL || (route_only_reads(req->route) && !req->route->audited) || is_outage(problem->id))
		return;
	if (is_free_of_charge(req, problem->id)) {
		audit_tally(req, problem->id);
		return;
	}
	audit_refusal_later(req, problem);
	if (db_flush(req) != NULL)
		log_line(WARN, req, "audit", "a refusal could not be written down",
		    { "route", .text = req->route->path }, { "problem", .text = problem_slug(problem->id) });
}
