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

static const struct problem *
show(struct request *req, struct uuid id, const char *event, struct agent *agent_r, struct reply *out)
{
	struct agent_read_row *row;
	const struct problem *p;

	if ((p = sql_agent_read(req, id, true, req->parties, &row)) != NULL)
		return p;
	*agent_r = AGENT_OF(row);
	event_append(req,
	    &(struct event){
		.type = event, .subject = id, .owner = agent_r->account_id, .shape = &agent_fact, .data = agent_r });
	reply_etag(out, agent_r->version);
	return reply_ok(out, agent_r);
}

static void
tell_excluded(struct request *req, const struct agent *agent, const struct agent_block_row *block)
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
	struct agent agent;
	const struct problem *p;

	if ((p = sql_agent_block(req, uuid_new(req->env), id, given->reason, given->since, given->until,
		 req->principal->party, &block)) != NULL)
		return p;
	if (block->ends != NULL)
		queue_enqueue(req, &(struct enqueue){ .kind = "account.block_end",
				       .shape = &ending_job,
				       .payload = &(struct ending){ block->block },
				       .run_at = *block->ends });
	if ((p = show(req, id, "agent.blocked", &agent, out)) != NULL)
		return p;
	tell_excluded(req, &agent, block);
	return NULL;
}

const struct problem *
agent_unblock(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct agent agent;

	sql_agent_unblock(req, id);
	return show(req, id, "agent.unblocked", &agent, out);
}

const struct problem *
block_run_out(struct request *req, struct reply *out)
{
	const struct ending *given = req->given;
	struct block_end_row *ended;
	const struct problem *p;

	if ((p = sql_block_end(req, given->block, &ended)) != NULL)
		return p;
	if (ended != NULL)
		event_append(req, &(struct event){ .type = "agent.unblocked",
				      .subject = ended->agent,
				      .owner = ended->account,
				      .shape = &ended_fact_shape,
				      .data = &(struct ended_fact){ ended->account } });
	return reply_no_content(out);
}
