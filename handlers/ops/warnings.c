/*
 * warnings.c -- what an operator should look at, each with its cure.  `scripts/stoa doctor` looks at the machine; this
 * looks at the platform that runs on it, from the inside.
 *
 * The database's facts are one row, read in one round trip; everything else is in memory or in a file.
 */
#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/metric/notice.h"
#include "handlers/ops/newest.h"
#include "handlers/ops/ops.h"
#include "handlers/ops/parts.h"
#include "handlers/ops/queries.h"

#define DAY                 (86400 * SECOND)
#define CERTIFICATE_SOON    (21 * DAY)
#define CONNECTIONS_PERCENT 80
#define JOBS_LATE           60 /* seconds past the moment at which the oldest should have begun */

/* Each answers NULL when all is well, and otherwise says what is wrong. */
typedef const char *check_function(struct request *req, const struct ops_facts_row *facts);

static const char *
pools_are_down(struct request *req, const struct ops_facts_row *facts)
{
	const struct list pools = part_pools(req);
	const struct pool_state *state = pools.items;

	(void)facts;
	for (size_t i = 0; i < pools.count; i++)
		if (!part_pool_is_up(&state[i]))
			return arena_format(req->arena, "The pool %s has no worker.", state[i].pool);
	return NULL;
}

static const char *
pools_are_full(struct request *req, const struct ops_facts_row *facts)
{
	const struct list pools = part_pools(req);
	const struct pool_state *state = pools.items;

	(void)facts;
	for (size_t i = 0; i < pools.count; i++)
		if (state[i].idle_processes == 0 && state[i].listen_queue > state[i].total_processes)
			return arena_format(req->arena, "In the pool %s %lld requests wait and no worker is free.",
			    state[i].pool, (long long)state[i].listen_queue);
	return NULL;
}

static const char *
sessions_are_blocked(struct request *req, const struct ops_facts_row *facts)
{
	if (facts->blocked == 0)
		return NULL;
	return arena_format(
	    req->arena, "%lld database sessions wait for a lock longer than a second.", (long long)facts->blocked);
}

static const char *
transaction_is_old(struct request *req, const struct ops_facts_row *facts)
{
	if (facts->oldest == NULL || *facts->oldest < req->config->global.transaction_old)
		return NULL;
	return arena_format(
	    req->arena, "A database transaction is open since %lld seconds.", (long long)*facts->oldest);
}

static const char *
connections_run_out(struct request *req, const struct ops_facts_row *facts)
{
	if (facts->connections * 100 < facts->connections_max * CONNECTIONS_PERCENT)
		return NULL;
	return arena_format(req->arena, "%lld of PostgreSQL's %lld connections are in use.",
	    (long long)facts->connections, (long long)facts->connections_max);
}

static const char *
jobs_are_late(struct request *req, const struct ops_facts_row *facts)
{
	if (facts->waiting == NULL || *facts->waiting < JOBS_LATE)
		return NULL;
	return arena_format(req->arena, "The oldest job has waited for %lld seconds.", (long long)*facts->waiting);
}

static const char *
jobs_were_given_up(struct request *req, const struct ops_facts_row *facts)
{
	if (facts->dead == 0)
		return NULL;
	return arena_format(req->arena, "%lld jobs were given up.", (long long)facts->dead);
}

static const char *
certificate_ends(struct request *req, const struct ops_facts_row *facts)
{
	struct instant ends;
	int64_t left;

	(void)facts;
	if (!part_certificate_ends(req, &ends))
		return NULL;
	left = ends.micros - env_now(req->env).micros;
	if (left > CERTIFICATE_SOON)
		return NULL;
	return left < 0
		   ? "The TLS certificate has expired."
		   : arena_format(req->arena, "The TLS certificate expires in %lld days.", (long long)(left / DAY));
}

static const char *
redis_is_silent(struct request *req, const struct ops_facts_row *facts)
{
	(void)facts;
	return part_redis_answers(req) ? NULL : "Redis does not answer; each host limits by itself.";
}

static const char *
proxy_is_untrusted(struct request *req, const struct ops_facts_row *facts)
{
	(void)facts;
	return noticed(req->config, NOTICE_PROXY_UNTRUSTED, req->started)
		   ? "X-Forwarded-For came from an address that is not trusted; limits count that address, not its "
		     "clients."
		   : NULL;
}

static const char *
host_is_unexpected(struct request *req, const struct ops_facts_row *facts)
{
	(void)facts;
	return noticed(req->config, NOTICE_HOST_UNEXPECTED, req->started)
		   ? "Clients ask for another host than public_url; links in answers lead to public_url."
		   : NULL;
}

/* The most pressing first. */
static const struct check {
	const char *id;
	check_function *says;
	const char *cure;
} checks[] = {
	{ "pool-down", pools_are_down,
	    "scripts/stoa logs shows why its workers end; scripts/stoa restart starts them again." },
	{ "pool-full", pools_are_full, "Raise pm.max_children of that pool: scripts/stoa scale POOL=N." },
	{ "database-blocked", sessions_are_blocked, "scripts/stoa doctor names who holds the lock." },
	{ "transaction-old", transaction_is_old,
	    "scripts/stoa doctor names whose it is; end it with pg_terminate_backend." },
	{ "connections-few", connections_run_out,
	    "Raise max_connections of PostgreSQL, or lower pm.max_children of pools." },
	{ "jobs-late", jobs_are_late, "Raise pm.max_children of the area's job pool: scripts/stoa scale POOL=N." },
	{ "jobs-dead", jobs_were_given_up, "scripts/stoa logs names why each failed; mend that, then put them back." },
	{ "certificate-expires", certificate_ends, "Renew it, then scripts/stoa reload." },
	{ "redis-silent", redis_is_silent, "Start Redis, or empty redis_url in stoa.conf." },
	{ "proxy-untrusted", proxy_is_untrusted,
	    "If the address in the log is your proxy's, add it to trusted_proxies in stoa.conf; otherwise it is a "
	    "client's "
	    "fancy, and not believed." },
	{ "host-unexpected", host_is_unexpected, "Set public_url in stoa.conf to the address that clients use." },
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

const struct problem *
warnings_list(struct request *req, struct reply *out)
{
	struct warning *found = ARENA_ARRAY(req->arena, CHECKS, struct warning);
	struct ops_facts_row *facts = NULL;
	const struct problem *p;
	size_t count = 0;

	if ((p = sql_ops_facts(req, &facts)) != NULL)
		return p;
	for (size_t i = 0; i < CHECKS; i++) {
		const char *says = checks[i].says(req, facts);

		if (says != NULL)
			found[count++] = (struct warning){ .id = checks[i].id, .says = says, .cure = checks[i].cure };
	}
	return reply_ok(out, &(struct warnings){ .data = { found, count } });
}
