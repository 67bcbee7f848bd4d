/* agents.c -- the people who work for an account: adding, listing, changing. */
#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "core/work/event.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

const struct problem *
no_such_agent(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such agent.");
}

static void
tell(struct request *req, const char *type, const struct agent_read_row *agent)
{
	event_append(req,
	    &(struct event){
		.type = type, .subject = agent->id, .owner = agent->account_id, .shape = &agent_fact, .data = agent });
}

const struct problem *
agent_create(struct request *req, struct reply *out)
{
	const struct new_agent *given = req->given;
	const struct uuid account = path_uuid(req, "id");
	const struct invitation invitation = invitation_make(req);
	struct account_read_row *of;
	struct agent_read_row *row;
	const struct problem *p;

	if ((p = sql_agent_add(req, uuid_new(req->env), account, given->email, given->name, given->title,
		 invitation.hash, invitation.expires, &row)) != NULL ||
	    (p = sql_account_read(req, account, true, req->parties, &of)) != NULL)
		return p;
	tell(req, "agent.added", row);
	invitation_send(req, &invitation, row->user_id, given->email, of->name);
	audit_say(req, row->id, "agent added");
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/agents/%s", uuid_text(req->arena, row->id)), row);
}

const struct problem *
agent_list(struct request *req, struct reply *out)
{
	const struct uuid account = path_uuid(req, "id");
	struct agent_read_rows rows;
	const struct problem *p;

	account_look_later(req, account);
	if ((p = sql_agent_page(req, account, page_instant(req, 0, INSTANT_MAX), page_uuid(req, 1, UUID_MAX),
		 page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
agent_show(struct request *req, struct reply *out)
{
	struct agent_read_row *row;
	const struct problem *p;

	if ((p = sql_agent_read(req, path_uuid(req, "id"), principal_sees_all(req), req->parties, &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_agent(req);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
agent_change(struct request *req, struct reply *out)
{
	const struct agent_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct agent_lock_row *before;
	struct agent_read_row *row;
	const struct problem *p;

	if (given->name_came && given->name == NULL)
		return problem_field(req, "/name", "must not be null");
	if ((p = sql_agent_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_agent(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	sql_agent_edit(
	    req, id, given->name_came ? given->name : before->name, given->title_came ? given->title : before->title);
	if ((p = sql_agent_read(req, id, true, req->parties, &row)) != NULL)
		return p;
	tell(req, "agent.changed", row);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}
