/*
 * client.c -- people who signed up.  A client has exactly one subscription, always: the pair is made and removed
 * together, and the database refuses half of one.  Whoever signs up becomes a client in the same transaction
 * (client.join).
 */
#include "handlers/client/client.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/client/queries.h"

static const struct page_key newest_first[] = {
	PAGE_KEY(struct client_read_row, created_at),
	PAGE_KEY(struct client_read_row, id),
	{ 0 },
};

static const struct page_key latest_first[] = { PAGE_KEY(struct client_history_row, number), { 0 } };

static const struct route client_routes[] = {
	{ POST, "/v1/clients", .who = OPERATOR, .permission = "client.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_client_shape, .reply = &client_shape,
	    .status = 201, .handler = client_create, .says = "Make a user a client",
	    .more = "With a subscription to the plan that the rules pick, for a month." },
	{ GET, "/v1/clients", .who = OPERATOR, .permission = "client.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &client_filter_shape, .reply = &client_shape, .page = newest_first, .handler = client_list,
	    .says = "List clients, newest first" },
	{ GET, "/v1/clients/stats", .who = OPERATOR, .permission = "client.read", .allow_api_key = true,
	    .limit = LIMIT_HEAVY, .query = &span_query_shape, .reply = &client_stats_shape, .handler = client_stats,
	    .says = "Count clients by plan, and who came and went by day" },
	{ GET, "/v1/clients/{id}", .who = USER, .widens = "client.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &client_shape, .handler = client_show, .says = "Read a client",
	    .more = "Oneself, or anybody with the permission `client.read`." },
	{ DELETE, "/v1/clients/{id}", .who = OPERATOR, .permission = "client.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .handler = client_remove,
	    .says = "Remove a client with its subscription", .more = "The user stays." },
	{ GET, "/v1/clients/{id}/history", .who = OPERATOR, .permission = "client.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &client_change_shape, .page = latest_first, .handler = client_history,
	    .says = "List what became of a client's subscription, newest first",
	    .more = "Also of clients that have been removed." },
	{ 0 },
};

static const struct event_kind client_events[] = {
	{ "client.created", "client", "Somebody became a client" },
	{ "client.removed", "client", "A client was removed, with the subscription" },
	{ 0 },
};

const struct area client_area = {
	.name = "client",
	.says = "People who signed up",
	.routes = client_routes,
	.events = client_events,
	.statements = client_statements,
};
