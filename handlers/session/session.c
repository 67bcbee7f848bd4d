/*
 * session.c -- who is signed in, and where; and who signed in when.  A session belongs to one party and is never
 * shared. Beginning and refreshing one is the area auth's, through the functions that schema session publishes; core
 * reads the row with every request (core/trust/principal.c).
 */
#include "handlers/session/session.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/session/queries.h"

#define SIX_HOURS 21600

static const struct page_key newest_session_first[] = {
	PAGE_KEY(struct session_page_row, created_at),
	PAGE_KEY(struct session_page_row, id),
	{ 0 },
};

static const struct page_key newest_login_first[] = {
	PAGE_KEY(struct login_page_row, occurred_at),
	PAGE_KEY(struct login_page_row, id),
	{ 0 },
};

static const struct route session_routes[] = {
	{ GET, "/v1/sessions", .who = USER, .limit = LIMIT_READ, .reply = &session_shape, .page = newest_session_first,
	    .handler = session_list, .says = "List my sessions",
	    .more = "Those that live. `last_used_at` is when its token was last refreshed." },
	{ DELETE, "/v1/sessions", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE,
	    .query = &scope_query_shape, .handler = session_end_many, .says = "Sign out my other sessions, or all",
	    .more = "It counts for their very next request." },
	{ DELETE, "/v1/sessions/{id}", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE,
	    .handler = session_end, .says = "Sign out one of my sessions" },
	{ GET, "/v1/sessions/of/{party_id}", .who = OPERATOR, .permission = "session.read", .limit = LIMIT_READ,
	    .allow_api_key = true, .reply = &session_shape, .page = newest_session_first, .handler = session_list_of,
	    .says = "List somebody's sessions" },
	{ DELETE, "/v1/sessions/of/{party_id}", .who = OPERATOR, .permission = "session.end", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .handler = session_end_of,
	    .says = "Sign somebody out everywhere", .more = "That one may sign in again; blocking is another matter." },
	{ GET, "/v1/login-history", .who = USER, .limit = LIMIT_READ, .query = &login_query_shape,
	    .reply = &login_shape, .page = newest_login_first, .handler = login_list,
	    .says = "List who signed in as me, newest first", .more = "Refused attempts too. Kept for 13 months." },
	{ GET, "/v1/login-history/of/{party_id}", .who = OPERATOR, .permission = "session.read", .limit = LIMIT_READ,
	    .allow_api_key = true, .query = &login_query_shape, .reply = &login_shape, .page = newest_login_first,
	    .handler = login_list_of, .says = "List who signed in as somebody, newest first" },
	{ 0 },
};

static const struct job_kind session_jobs[] = {
	{ "session.partitions", .handler = partitions_make,
	    .says = "Make the login history's partitions ahead, and move what came before its own was there" },
	{ 0 },
};

static const struct schedule session_schedules[] = {
	{ "session.partitions", "session.partitions", SIX_HOURS, .says = "Make the login history's partitions ahead" },
	{ 0 },
};

static const struct event_kind session_events[] = {
	{ "session.started", "session", .says = "Somebody has signed in." },
	{ "session.ended", "session", .says = "A session has ended before its time; `reason` says why." },
	{ "session.new_device", "session", .says = "Somebody has signed in with a device not seen before." },
	{ 0 },
};

const struct area session_area = {
	.name = "session",
	.says = "Who is signed in, and where",
	.routes = session_routes,
	.jobs = session_jobs,
	.schedules = session_schedules,
	.events = session_events,
	.statements = session_statements,
};
