/*
 * account.c -- customer companies and the people who work for them: who they are, what they may, what they used.  Here
 * is also everybody's profile.  Operators see all of it by permission; who works for an account sees that one; to
 * anybody else it is not there.
 */
#include "handlers/account/account.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/account/queries.h"
#include "handlers/areas.h"

#define USAGE_BODY_MAX (1024 * 1024)

static const struct page_key newest_account_first[] = {
	PAGE_KEY(struct account_read_row, created_at),
	PAGE_KEY(struct account_read_row, id),
	{ 0 },
};

static const struct page_key newest_agent_first[] = {
	PAGE_KEY(struct agent_read_row, created_at),
	PAGE_KEY(struct agent_read_row, id),
	{ 0 },
};

static const struct page_key by_day[] = {
	PAGE_KEY(struct usage_page_row, day),
	PAGE_KEY(struct usage_page_row, agent_id),
	PAGE_KEY(struct usage_page_row, unit),
	{ 0 },
};

static const struct route account_routes[] = {
	{ POST, "/v1/accounts", .who = OPERATOR, .permission = "account.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_account_shape, .reply = &account_shape,
	    .status = 201, .handler = account_create, .says = "Open an account" },
	{ GET, "/v1/accounts", .who = USER, .widens = "account.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &account_query_shape, .reply = &account_shape, .page = newest_account_first,
	    .handler = account_list, .says = "List accounts, newest first",
	    .more = "With account.read: all of them; otherwise those that the caller works for, without `q`." },
	{ GET, "/v1/accounts/{id}", .who = USER, .widens = "account.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &account_shape, .handler = account_show, .says = "Read an account" },
	{ PATCH, "/v1/accounts/{id}", .who = OPERATOR, .permission = "account.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &account_edit_shape,
	    .reply = &account_shape, .handler = account_change, .says = "Change an account, its tier too",
	    .more = "What is absent stays; `reference` null takes it away." },
	{ POST, "/v1/accounts/{id}/suspend", .who = OPERATOR, .permission = "account.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &reason_shape, .reply = &account_shape,
	    .handler = account_suspend, .says = "Suspend an account",
	    .more = "Its agents are signed out, and cannot sign in until it is resumed." },
	{ POST, "/v1/accounts/{id}/resume", .who = OPERATOR, .permission = "account.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &account_shape, .handler = account_resume,
	    .says = "Resume a suspended account" },
	{ POST, "/v1/accounts/{id}/close", .who = OPERATOR, .permission = "account.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &reason_shape, .reply = &account_shape,
	    .handler = account_close, .says = "Close an account for good" },

	{ POST, "/v1/accounts/{id}/agents", .who = OPERATOR, .permission = "agent.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_agent_shape, .reply = &agent_shape, .status = 201,
	    .handler = agent_create, .says = "Add an agent, and mail an invitation",
	    .more = "Whoever has the mailed link chooses a password. One agent for an address, in whichever account." },
	{ GET, "/v1/accounts/{id}/agents", .who = USER, .widens = "account.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &agent_shape, .page = newest_agent_first, .handler = agent_list,
	    .says = "List an account's agents, newest first" },
	{ GET, "/v1/agents/{id}", .who = USER, .widens = "account.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &agent_shape, .handler = agent_show, .says = "Read an agent" },
	{ PATCH, "/v1/agents/{id}", .who = OPERATOR, .permission = "agent.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &agent_edit_shape,
	    .reply = &agent_shape, .handler = agent_change, .says = "Change an agent",
	    .more = "What is absent stays; `title` null takes it away." },
	{ POST, "/v1/agents/{id}/block", .who = OPERATOR, .permission = "agent.block", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_block_shape, .reply = &agent_shape,
	    .handler = agent_block, .says = "Block an agent, also from an earlier time on",
	    .more =
		"What was used inside a block is charged to nobody. A block can be made to begin earlier; otherwise "
		"an agent that is blocked cannot be blocked again." },
	{ POST, "/v1/agents/{id}/unblock", .who = OPERATOR, .permission = "agent.block", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &agent_shape, .handler = agent_unblock,
	    .says = "Unblock an agent", .more = "What lies inside the block stays excluded." },

	{ POST, "/v1/agents/{id}/usage", .who = OPERATOR, .permission = "usage.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .body = &new_usage_shape, .reply = &usage_shape,
	    .handler = usage_tell, .says = "Tell what an agent used",
	    .more = "Counted once for each (source, source_id) in 32 days: a repeat is answered with what was told "
		    "first." },
	{ POST, "/v1/usage", .who = OPERATOR, .permission = "usage.write", .allow_api_key = true, .limit = LIMIT_WRITE,
	    .idempotency = BY_NATURE, .body = &usage_items_shape, .body_max = USAGE_BODY_MAX,
	    .reply = &usage_results_shape, .handler = usage_tell_many, .says = "Tell up to 1,000 uses at once",
	    .more = "Each is judged by itself; the results come in the order of the items." },
	{ GET, "/v1/accounts/{id}/usage", .who = USER, .widens = "account.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .query = &usage_query_shape, .reply = &usage_sum_shape, .page = by_day,
	    .handler = usage_list, .says = "Sum up an account's usage by day, agent and unit",
	    .more = "Days are UTC's." },

	{ GET, "/v1/profile", .who = USER, .limit = LIMIT_READ, .reply = &profile_shape, .handler = profile_show,
	    .says = "Read my profile" },
	{ PATCH, "/v1/profile", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true,
	    .body = &profile_edit_shape, .reply = &profile_shape, .handler = profile_change,
	    .says = "Change my profile", .more = "What is absent stays; null takes it away." },
	{ 0 },
};

static const struct job_kind account_jobs[] = {
	{ "account.block_end", .payload = &ending_job, .handler = block_run_out,
	    .says = "Let an agent in again whose block has run out" },
	{ 0 },
};

static const struct event_kind account_events[] = {
	{ "account.created", "account", .says = "An account was opened." },
	{ "account.changed", "account", .says = "An account's name, reference or tier has changed." },
	{ "account.suspended", "account", .says = "An account was suspended; its agents cannot act." },
	{ "account.resumed", "account", .says = "A suspended account was resumed." },
	{ "account.closed", "account", .says = "An account was closed for good." },
	{ "account.vip.created", "account", .says = "There is a VIP account more: opened or promoted." },
	{ "account.vip.removed", "account", .says = "There is a VIP account less: demoted or closed." },
	{ "agent.added", "agent", .says = "An account has an agent more." },
	{ "agent.changed", "agent", .says = "An agent's name or title has changed." },
	{ "agent.blocked", "agent", .says = "An agent was blocked, or its block begins earlier now." },
	{ "agent.unblocked", "agent", .says = "An agent's block was lifted or has run out." },
	{ "usage.excluded", "agent", .says = "What was counted already lies inside a block now." },
	{ "profile.changed", "user", .says = "Somebody's profile has changed." },
	{ 0 },
};

const struct area account_area = {
	.name = "account",
	.says = "Customer companies, their people, what they used; and everybody's profile",
	.routes = account_routes,
	.jobs = account_jobs,
	.events = account_events,
	.statements = account_statements,
};
