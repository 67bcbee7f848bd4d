/* accounts.c -- opening, reading, changing, suspending and closing accounts. */
#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/web/conditional.h"
#include "core/work/event.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

static const struct problem *
no_such_account(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such account.");
}

static const struct problem *
judge_account(struct request *req, void *found, void *context)
{
	(void)context;
	return found == NULL ? no_such_account(req) : NULL;
}

void
account_look_later(struct request *req, struct uuid id)
{
	sql_account_read_later(req, id, principal_sees_all(req), req->parties, judge_account, NULL);
}

static void
tell(struct request *req, const char *type, const struct account_read_row *account)
{
	event_append(req,
	    &(struct event){
		.type = type, .subject = account->id, .owner = account->id, .shape = &account_fact, .data = account });
}

/* What the success team follows. */
static void
tell_tier(struct request *req, const char *before, const struct account_read_row *account)
{
	const bool was = text_equal(before, "vip"), is = text_equal(account->tier, "vip");

	if (!was && is)
		tell(req, "account.vip.created", account);
	if (was && !is)
		tell(req, "account.vip.removed", account);
}

const struct problem *
account_create(struct request *req, struct reply *out)
{
	const struct new_account *given = req->given;
	struct account_read_row *row;
	const struct problem *p;

	p = sql_account_add(req, uuid_new(req->env), given->name, given->reference,
	    given->tier != NULL ? given->tier : "standard", &row);
	if (p != NULL)
		return p;
	tell(req, "account.created", row);
	tell_tier(req, "standard", row);
	audit_say(req, row->id, "account opened");
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/accounts/%s", uuid_text(req->arena, row->id)), row);
}

const struct problem *
account_show(struct request *req, struct reply *out)
{
	struct account_read_row *row;
	const struct problem *p;

	if ((p = sql_account_read(req, path_uuid(req, "id"), principal_sees_all(req), req->parties, &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_account(req);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
account_change(struct request *req, struct reply *out)
{
	const struct account_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct account_lock_row *before;
	struct account_read_row *row;
	const struct problem *p;

	if (given->name_came && given->name == NULL)
		return problem_field(req, "/name", "must not be null");
	if ((p = sql_account_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_account(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_account_edit(req, id, given->name_came ? given->name : before->name,
		 given->reference_came ? given->reference : before->reference,
		 given->tier != NULL ? given->tier : before->tier, &row)) != NULL)
		return p;
	tell(req, "account.changed", row);
	tell_tier(req, before->tier, row);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
account_suspend(struct request *req, struct reply *out)
{
	const struct reason *given = req->given;
	struct account_read_row *row;
	const struct problem *p;

	sql_account_rights_later(req, path_uuid(req, "id"), req->principal->permissions, judge_rights, NULL);
	if ((p = sql_account_suspend(req, path_uuid(req, "id"), given->reason, &row)) != NULL)
		return p;
	tell(req, "account.suspended", row);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
account_resume(struct request *req, struct reply *out)
{
	struct account_read_row *row;
	const struct problem *p;

	if ((p = sql_account_resume(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	tell(req, "account.resumed", row);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
account_close(struct request *req, struct reply *out)
{
	const struct reason *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct account_lock_row *before;
	struct account_read_row *row;
	const struct problem *p;

	if ((p = sql_account_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_account(req);
	sql_account_rights_later(req, id, req->principal->permissions, judge_rights, NULL);
	if ((p = sql_account_close(req, id, given->reason, &row)) != NULL)
		return p;
	tell(req, "account.closed", row);
	tell_tier(req, before->tier, row);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}
