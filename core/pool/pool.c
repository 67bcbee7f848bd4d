/* pool.c -- a pool's sizes: what stoa.conf says, and where it says nothing, FPM's own rules for the rest. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/pool/pool.h"

const char *
pool_socket(struct arena *arena, const struct config *config, const struct config_pool *settings)
{
	if (settings->listen != NULL && settings->listen[0] != '\0')
		return settings->listen;
	return arena_format(arena, "%s/%s.sock", config->global.run_dir, settings->name);
}

int
pool_children(const struct pool_row *row, const struct config_pool *settings)
{
	return settings->pm_max_children > 0 ? (int)settings->pm_max_children : row->max_children;
}

/* Workers without a listener wait for nobody's connection: there are always as many as may be. */
static enum manager
manager_of(const struct pool_row *row, const struct config_pool *settings, const char **name_r)
{
	static const char *const names[] = { [STATIC] = "static", [DYNAMIC] = "dynamic", [ONDEMAND] = "ondemand" };
	enum manager manager = STATIC;
	const char *said = settings->pm != NULL && settings->pm[0] != '\0' ? settings->pm : row->pm;

	for (enum manager known = STATIC; known <= ONDEMAND && row->kind == LISTENER; known++)
		if (strcmp(said, names[known]) == 0)
			manager = known;
	*name_r = names[manager];
	return manager;
}

static int
clamp(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

static void
size_pool(struct pool *pool)
{
	const struct config_pool *said = pool->settings;
	int most = pool->max_children;

	pool->min_spare = clamp(said->pm_min_spare_servers > 0 ? (int)said->pm_min_spare_servers : 1, 1, most);
	pool->max_spare = said->pm_max_spare_servers > 0 ? (int)said->pm_max_spare_servers : most / 2;
	pool->max_spare = clamp(pool->max_spare, pool->min_spare, most);
	/* FPM: the middle between the least and the most idle ones. */
	pool->start_servers = said->pm_start_servers > 0 ? (int)said->pm_start_servers
							 : pool->min_spare + (pool->max_spare - pool->min_spare) / 2;
	if (pool->manager == STATIC)
		pool->start_servers = most;
	if (pool->manager == ONDEMAND)
		pool->start_servers = 1; /* one must be seen to start; it ends when nobody needs it */
	pool->start_servers = clamp(pool->start_servers, 1, most);
}

bool
pools_open(struct master *master)
{
	const struct house *house = master->house;

	master->pools = ARENA_ARRAY(master->arena, house->pool_count, struct pool);
	for (size_t i = 0; i < house->pool_count; i++) {
		const struct pool_row *row = &house->pools[i];
		struct pool *pool = &master->pools[master->pool_count];

		if (!config_runs(master->config, row->name))
			continue;
		*pool = (struct pool){ .row = row, .settings = config_pool(master->config, row->name),
			.area = house_area(house, row->area), .listener = -1 };
		pool->manager = manager_of(row, pool->settings, &pool->manager_name);
		pool->max_children = clamp(pool_children(row, pool->settings), 1, 10000);
		size_pool(pool);
		master->pool_count++;
	}
	return master->pool_count > 0;
}
