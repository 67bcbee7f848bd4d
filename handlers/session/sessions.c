/* sessions.c -- those that live: listing them, and ending them. */
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/session/queries.h"
#include "handlers/session/session.h"

static const char signed_out[] = "signed-out", by_operator[] = "ended-by-operator";

static const struct problem *
judge_party(struct request *req, void *found, void *context)
{
	(void)context;
	return found == NULL ? problem(req, PROBLEM_NOT_FOUND, "No such party.") : NULL;
}

struct uuid
party_of_path(struct request *req)
{
	const struct uuid party = path_uuid(req, "party_id");

	sql_session_party_later(req, party, judge_party, NULL);
	return party;
}

static const struct problem *
list(struct request *req, struct uuid party, struct reply *out)
{
	struct session_page_rows sessions;
	const struct problem *p;

	if ((p = sql_session_page(req, party, req->principal->session, page_instant(req, 0, INSTANT_MAX),
		 page_uuid(req, 1, UUID_MAX), page_limit(req), &sessions)) != NULL)
		return p;
	return reply_page(out, sessions.items, sessions.count, sizeof(*sessions.items));
}

const struct problem *
session_list(struct request *req, struct reply *out)
{
	return list(req, req->principal->party, out);
}

const struct problem *
session_list_of(struct request *req, struct reply *out)
{
	return list(req, party_of_path(req), out);
}

/* Someone else's session is "not found": the statement only sees the caller's own. */
const struct problem *
session_end(struct request *req, struct reply *out)
{
	struct session_leave_row *ended;
	const struct problem *p;

	if ((p = sql_session_leave(req, path_uuid(req, "id"), req->principal->party, signed_out, &ended)) != NULL)
		return p;
	if (ended == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such session.");
	return reply_no_content(out);
}

const struct problem *
session_end_many(struct request *req, struct reply *out)
{
	const struct scope_query *asked = req->asked;
	const struct principal *who = req->principal;
	struct session_leave_others_row *others;
	struct session_leave_all_row *all;
	const struct problem *p;

	if (text_equal(asked->scope, "all"))
		p = sql_session_leave_all(req, who->party, signed_out, &all);
	else
		p = sql_session_leave_others(req, who->party, who->session, signed_out, &others);
	return p != NULL ? p : reply_no_content(out);
}

const struct problem *
session_end_of(struct request *req, struct reply *out)
{
	struct session_leave_all_row *all;
	const struct problem *p;

	if ((p = sql_session_leave_all(req, party_of_path(req), by_operator, &all)) != NULL)
		return p;
	return reply_no_content(out);
}
