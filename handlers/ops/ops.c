/*
 * ops.c -- health, metrics and what operators should know.  This area must answer when nothing else does:
 * it owns no table, asks PostgreSQL one short question at most, and never waits for it longer than two seconds.
 */
#include "handlers/ops/ops.h"

#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/ops/queries.h"

static const struct route ops_routes[] = {
	{ GET, "/health", .who = ANYONE, .limit = LIMIT_NONE, .reply = &health_shape, .handler = health_show,
	    .says = "Ask whether the platform answers" },
	{ GET, "/health/{area}", .who = ANYONE, .limit = LIMIT_NONE, .reply = &health_shape,
	    .handler = health_show_area, .says = "Ask whether one area answers",
	    .more = "It tells whether the area's pools have living workers on this host." },
	{ GET, "/ready", .who = ANYONE, .limit = LIMIT_NONE, .reply = &readiness_shape, .handler = ready_show,
	    .says = "Ask whether everything is there that requests need",
	    .more =
		"PostgreSQL, Redis, the migrations this version was built with, each pool of this host: a 503 names "
		"in `errors` what is missing. Without Redis requests are still answered, so send traffic by "
		"/health and hold a deployment by /ready." },
	{ GET, "/version", .who = ANYONE, .limit = LIMIT_NONE, .reply = &version_shape, .handler = version_show,
	    .says = "Read which version answers" },
	{ GET, "/openapi.json", .who = ANYONE, .limit = LIMIT_READ, .status = 200, .content_type = "application/json",
	    .handler = reference_show, .says = "Read this description" },
	{ GET, "/metrics", .who = LOCAL, .limit = LIMIT_NONE, .status = 200, .content_type = "text/plain",
	    .handler = metrics_show, .says = "Read the counters of this host",
	    .more = "Prometheus text, for this machine and the networks in `metrics_allow` only." },
	{ GET, "/v1/pools", .who = OPERATOR, .permission = "ops.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .reply = &pools_shape, .handler = pools_list,
	    .says = "List the pools of this host and what their workers do",
	    .more = "The fields are PHP-FPM's, and mean what they mean there." },
	{ GET, "/v1/warnings", .who = OPERATOR, .permission = "ops.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .reply = &warnings_shape, .handler = warnings_list, .says = "List what an operator should look at",
	    .more = "Each with what is wrong and what cures it. An empty list is good news." },
	{ 0 },
};

const struct area ops_area = {
	.name = "ops",
	.says = "Health, metrics and what operators should know",
	.routes = ops_routes,
	.statements = ops_statements,
};
