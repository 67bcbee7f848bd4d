/* command.c -- `stoad --pools`, and how many connections to PostgreSQL a configuration can need. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/pool/master.h"
#include "core/pool/pool.h"

int
pools_command(const struct command_line *line)
{
	static const char *const kinds[] = { [LISTENER] = "listener", [JOBS] = "jobs", [LEADER] = "leader", [HELPER] = "helper" };

	for (size_t i = 0; i < line->house->pool_count; i++) {
		const struct pool_row *row = &line->house->pools[i];
		const struct config_pool *settings = config_pool(line->config, row->name);
		const char *manager = row->kind != LISTENER				    ? "static"
		    : settings->pm != NULL && settings->pm[0] != '\0' ? settings->pm
								      : row->pm;

		printf("%s\t%s\t%s\t%s\t%d\t%s\t%s\n", row->name, row->area, kinds[row->kind], manager,
		    pool_children(row, settings),
		    row->kind == LISTENER ? pool_socket(line->arena, line->config, settings) : "-",
		    config_runs(line->config, row->name) ? "on" : "off");
	}
	return 0;
}

/*
 * Each worker has one connection at most.  While a reload is under way the old and the new workers of a pool together
 * are at most pm.max_children, but for one in each pool that the new generation starts with; the largest pool is counted twice, or
 * the number of pools if that is more, so that a reload that comes while another one drains fits as well.
 */
int
master_connections(const struct config *config, const struct house *house)
{
	int sum = 0, largest = 0, pools = 0;

	for (size_t i = 0; i < house->pool_count; i++) {
		const struct pool_row *row = &house->pools[i];
		int children;

		if (!config_runs(config, row->name) || row->kind == HELPER)
			continue;
		children = pool_children(row, config_pool(config, row->name));
		sum += children;
		pools++;
		largest = children > largest ? children : largest;
	}
	return sum + (largest > pools ? largest : pools);
}

static int
connections_allowed(const char *url)
{
	static const char question[] = "SELECT current_setting('max_connections')::int"
				       " - current_setting('superuser_reserved_connections')::int";
	const char *const names[] = { "dbname", "connect_timeout", "application_name", NULL };
	const char *const values[] = { url, "2", "stoad start", NULL };
	PGconn *connection = PQconnectdbParams(names, values, 1);
	PGresult *result = NULL;
	int allowed = -1;

	if (PQstatus(connection) == CONNECTION_OK)
		result = PQexecParams(connection, question, 0, NULL, NULL, NULL, NULL, 0);
	if (result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK)
		allowed = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
	else
		log_line(WARN, NULL, "master", "PostgreSQL does not say how many connections it allows",
		    { "reason", .text = PQerrorMessage(connection) });
	PQclear(result);
	PQfinish(connection);
	return allowed;
}

/* A PostgreSQL that is down at the moment is no reason not to start: its workers answer 503 until it is back. */
bool
connections_fit(const struct config *config, const struct house *house)
{
	int needed = master_connections(config, house), allowed;
	struct arena *arena;

	if (config->global.database_url == NULL || config->global.database_url[0] == '\0')
		return true;
	arena = arena_new();
	allowed = connections_allowed(db_url(config, arena_format(arena, "stoa_%s", house->areas[0].name), false));
	arena_free(arena);
	if (allowed < 0 || needed <= allowed)
		return true;
	log_line(ERROR, NULL, "master",
	    "this configuration can need more connections than PostgreSQL allows; lower pm.max_children or raise max_connections",
	    { "needed", .number = needed }, { "allowed", .number = allowed });
	return false;
}
