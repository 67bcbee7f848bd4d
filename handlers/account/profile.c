/* profile.c -- the person behind a user.  Who one is to the platform, /v1/auth/me tells. */
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/conditional.h"
#include "core/work/event.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

static const struct problem *
show(struct request *req, struct reply *out)
{
	const struct uuid id = req->principal->party;
	struct profile_read_row *row;
	const struct problem *p;

	if ((p = sql_profile_read(req, id, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, &(struct profile){ id, row->name, row->email, row->locale, row->time_zone, row->phone,
				 row->avatar, row->version });
}

const struct problem *
profile_show(struct request *req, struct reply *out)
{
	return show(req, out);
}

/* Absent: as it was; null: nothing. */
#define EDITED(given, member, before) ((given)->member##_came ? (given)->member : (before)->member)

const struct problem *
profile_change(struct request *req, struct reply *out)
{
	const struct profile_edit *given = req->given;
	const struct uuid id = req->principal->party;
	struct profile_hold_row *before;
	struct profile_edit_row *edited;
	const struct problem *p;

	if ((p = sql_profile_hold(req, id, &before)) != NULL)
		return p;
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_profile_edit(req, id, EDITED(given, name, before), EDITED(given, locale, before),
		 EDITED(given, time_zone, before), EDITED(given, phone, before), EDITED(given, avatar, before),
		 &edited)) != NULL)
		return p;
	event_append(req, &(struct event){ .type = "profile.changed",
			      .subject = id,
			      .owner = id,
			      .shape = &profile_fact,
			      .data = &(struct profile){ .version = edited->version } });
	return show(req, out);
}
