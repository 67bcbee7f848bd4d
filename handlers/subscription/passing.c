/*
 * passing.c -- from state to state, as clients and operators ask and as time goes by.  The functions of the schema hold
 * the rules: what cannot be is a conflict that names the state.
 */
#include <string.h>

#include "core/base/log.h"
#include "core/config/config.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/work/queue.h"
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

/* Whose the caller may change; NULL: anybody's. */
static const struct uuids *
changeable(const struct request *req)
{
	return principal_sees_all(req) ? NULL : &req->parties;
}

/* Whose subscription is meant; nobody's, where the caller may not say whose. */
static struct uuid
whose(const struct request *req)
{
	const struct choice *given = req->given;

	if (given->client == NULL)
		return req->principal->party;
	if (principal_sees_all(req) || uuid_equal(*given->client, req->principal->party))
		return *given->client;
	return (struct uuid){ { 0 } };
}

const struct problem *
subscription_choose(struct request *req, struct reply *out)
{
	const struct choice *given = req->given;
	const int32_t months = given->months != NULL ? (int32_t)*given->months : 0;
	const bool at_once = given->from != NULL && strcmp(given->from, "now") == 0;
	struct subscription_read_row *row;
	const struct problem *p;

	if (given->months != NULL && !months_are_sold(months))
		return problem_field(req, "/months", "is none of 1, 3 and 6");
	p = sql_subscription_subscribe(
	    req, whose(req), given->plan, given->months != NULL ? &months : NULL, at_once, &row);
	if (p != NULL)
		return p;
	audit_say(req, row->id, "another plan or term chosen");
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
subscription_cancel(struct request *req, struct reply *out)
{
	struct subscription_read_row *row;
	const struct problem *p;

	if ((p = sql_subscription_cancel(req, path_uuid(req, "id"), changeable(req), &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
subscription_reactivate(struct request *req, struct reply *out)
{
	struct subscription_read_row *row;
	const struct problem *p;

	if ((p = sql_subscription_reactivate(req, path_uuid(req, "id"), changeable(req), &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
subscription_renew(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct subscription_read_row *row;
	const struct problem *p;

	if ((p = sql_subscription_renew(req, (struct uuids){ &id, 1 }, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

/* A batch in a transaction of its own; while there is more, another job follows. */
const struct problem *
subscription_pass(struct request *req, struct reply *out)
{
	const struct config_subscription *settings = &req->config->subscription;
	struct subscription_pass_row *row;
	const struct problem *p;

	p = sql_subscription_pass(
	    req, settings->past_due_after, settings->expired_after, (int32_t)settings->batch, &row);
	if (p != NULL)
		return p;
	if (row->moved >= settings->batch)
		queue_enqueue(req, &(struct enqueue){ .kind = "subscription.renew", .unique_key = "more" });
	if (row->moved > 0)
		log_line(INFO, req, "subscription", "terms have ended", { "most", .number = row->moved });
	return reply_no_content(out);
}
