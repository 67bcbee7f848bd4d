/* login.c -- who signed in when.  Which partitions hold a page's rows, the statement finds out by itself. */
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
	struct login_page_rows logins;
	const struct problem *p;

	if ((p = sql_login_page(req, party, types_asked_for(req->asked), page_instant(req, 0, INSTANT_MAX),
		 page_uuid(req, 1, UUID_MAX), page_limit(req), &logins)) != NULL)
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
