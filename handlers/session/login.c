/*
 * login.c -- who signed in when.  A page asks twice: first which partitions hold its rows, which is a few short rows by
 * their key, and then those partitions alone.
 */
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/session/queries.h"
#include "handlers/session/session.h"

static struct texts
types_asked_for(const struct login_query *asked)
{
	size_t count = 0;

	if (asked->device_type != NULL)
		return (struct texts){ &asked->device_type, 1 };
	while (device_types[count] != NULL)
		count++;
	return (struct texts){ device_types, count };
}

static const struct problem *
list(struct request *req, struct uuid party, struct reply *out)
{
	const struct instant before = page_instant(req, 0, INSTANT_MAX);
	const int32_t limit = page_limit(req);
	struct login_span_row *span;
	struct login_page_rows logins;
	const struct problem *p;

	if ((p = sql_login_span(req, party, types_asked_for(req->asked), before, limit, &span)) != NULL)
		return p;
	if (span->since == NULL || span->until == NULL)
		return reply_page(out, NULL, 0, sizeof(*logins.items));
	if ((p = sql_login_page(req, party, span->types, *span->since, *span->until, before,
		 page_uuid(req, 1, UUID_MAX), limit, &logins)) != NULL)
		return p;
	return reply_page(out, logins.items, logins.count, sizeof(*logins.items));
}

const struct problem *
login_list(struct request *req, struct reply *out)
{
	return list(req, req->principal->party, out);
}

const struct problem *
login_list_of(struct request *req, struct reply *out)
{
	return list(req, party_of_path(req), out);
}
