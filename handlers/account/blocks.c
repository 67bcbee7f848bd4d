/*
 * blocks.c -- blocking an agent, and letting it in again.  A block may begin in the past, because such things are found
 * late; what was counted since then is taken back.  One with an end ends by a job, but what is so at a given moment is
 * asked of the block itself.
 */
#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/work/event.h"
#include "core/work/queue.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

/* Otherwise who may block agents could keep a super user out who works for an account, or was said to. */
const struct problem *
judge_rights(struct request *req, void *found, void *context)
{
	const struct agent_rights_row *rights = found;

	(void)context;
	if (rights == NULL || rights->covered == NULL || *rights->covered)
		return NULL;
	return problem(req, PROBLEM_FORBIDDEN, "This would block somebody who may do things that you may not.");
}

/* The agent as it is now, and whoever listens is told of it. */
static const struct problem *
look_and_tell(struct request *req, struct uuid id, const char *event, struct agent_read_row **agent_r)
{
	const struct problem *p;

	if ((p = sql_agent_read(req, id, true, req->parties, agent_r)) != NULL)
		return p;
	event_append(req, &(struct event){ .type = event,
			      .subject = id,
			      .owner = (*agent_r)->account_id,
			      .shape = &agent_fact,
			      .data = *agent_r });
	return NULL;
}

static const struct problem *
show(struct reply *out, const struct agent_read_row *agent)
{
	reply_etag(out, agent->version);
	return reply_ok(out, agent);
}

static void
tell_excluded(struct request *req, const struct agent_read_row *agent, const struct agent_block_row *block)
{
	const struct usage_excluded fact = { agent->account_id, block->starts, block->ends, block->records };

	audit_say(req, agent->id,
	    arena_format(req->arena, "blocked since %s; uses taken back: %lld", instant_text(req->arena, block->starts),
		(long long)block->records));
	if (block->records > 0)
		event_append(req, &(struct event){ .type = "usage.excluded",
				      .subject = agent->id,
				      .owner = agent->account_id,
				      .shape = &usage_excluded_fact,
				      .data = &fact });
}

const struct problem *
agent_block(struct request *req, struct reply *out)
{
	const struct new_block *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct agent_block_row *block;
	struct agent_read_row *agent;
	const struct problem *p;

	sql_agent_rights_later(req, id, req->principal->permissions, judge_rights, NULL);
	if ((p = sql_agent_block(req, uuid_new(req->env), id, given->reason, given->since, given->until,
		 req->principal->party, &block)) != NULL)
		return p;
	if (block->ends != NULL)
		queue_enqueue(req, &(struct enqueue){ .kind = "account.block_end",
				       .shape = &ending_job,
				       .payload = &(struct ending){ block->block },
				       .run_at = *block->ends });
	if ((p = look_and_tell(req, id, "agent.blocked", &agent)) != NULL)
		return p;
	tell_excluded(req, agent, block);
	return show(out, agent);
}

const struct problem *
agent_unblock(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct agent_read_row *agent;
	const struct problem *p;

	sql_agent_unblock(req, id);
	if ((p = look_and_tell(req, id, "agent.unblocked", &agent)) != NULL)
		return p;
	return show(out, agent);
}

const struct problem *
block_run_out(struct request *req, struct reply *out)
{
	const struct ending *given = req->given;
	struct block_end_row *ended;
	struct agent_read_row *agent;
	const struct problem *p;

	if ((p = sql_block_end(req, given->block, &ended)) != NULL)
		return p;
	if (ended != NULL && (p = look_and_tell(req, ended->agent, "agent.unblocked", &agent)) != NULL)
		return p;
	return reply_no_content(out);
}
