/* nginx_door.c -- the doors of the house as nginx locations, and the pools behind them as upstreams. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/nginx.h"
#include "core/web/route.h"

#define BODY_LEAST (64 * 1024) /* what a route takes that does not say (route.h) */

/*
 * A door is one nginx location.  In areas.def a pool lists them: "/v1/x" is the path and all below it, "= /x" that
 * path alone, "cache:/v1/x" may be answered from nginx's cache, "wait:/v1/x" takes over POSTs that ask to
 * wait (Prefer: wait) from the pool that has the same path.
 */
struct door {
	const char *path;
	bool exact;
	bool cached;
	bool waits;
};

static struct door
door_parse(const char *text)
{
	struct door door = { .path = text };

	if (text_starts_with(text, "= "))
		door = (struct door){ .path = text + 2 + strspn(text + 2, " "), .exact = true };
	else if (text_starts_with(text, "cache:"))
		door = (struct door){ .path = text + strlen("cache:"), .cached = true };
	else if (text_starts_with(text, "wait:"))
		door = (struct door){ .path = text + strlen("wait:"), .waits = true };
	return door;
}

static const struct area_row *
area_of(const struct house *house, const struct pool_row *pool)
{
	for (size_t i = 0; i < house->area_count; i++)
		if (text_equal(house->areas[i].name, pool->area))
			return &house->areas[i];
	return NULL;
}

/* A pool's doors as texts: its own, or its area's prefixes. */
static char **
doors_of(struct nginx_writer *writer, const struct pool_row *pool)
{
	const struct area_row *area = area_of(writer->house, pool);
	char **doors;

	if (*pool->locations == '\0')
		return text_split(writer->arena, area != NULL ? area->prefixes : "", ' ');
	doors = text_split(writer->arena, pool->locations, '|');
	for (char **door = doors; *door != NULL; door++)
		*door = text_trim(*door);
	return doors;
}

/* The pool that takes the POSTs that wait at this path, if there is one. */
static const struct pool_row *
waiting_pool(struct nginx_writer *writer, const char *path)
{
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		for (char **text = doors_of(writer, pool); *text != NULL; text++) {
			struct door door = door_parse(*text);

			if (door.waits && text_equal(door.path, path))
				return pool;
		}
	}
	return NULL;
}

static int64_t
children(const struct pool_row *pool, const struct config_pool *settings)
{
	return settings->pm_max_children > 0 ? settings->pm_max_children : pool->max_children;
}

/*
 * How many requests of a pool nginx lets in at the same time.  32 for each worker is a wait of a few hundred
 * milliseconds at worst where a request takes ten; it stays below the socket's backlog, because a full backlog is an
 * error and no queue.
 */
static int64_t
connections(const struct pool_row *pool, const struct config_pool *settings)
{
	int64_t count = 32 * children(pool, settings);
	int64_t most = settings->listen_backlog * 3 / 4;

	if (count < 64)
		count = 64;
	return count < most ? count : most;
}

/* The largest body that some route of the area takes; what is too large for a route, its dispatcher refuses. */
static int64_t
body_max(const struct area_row *area)
{
	size_t most = BODY_LEAST;
	const struct route *route = area != NULL && area->area != NULL ? area->area->routes : NULL;

	for (; route != NULL && route->path != NULL; route++)
		if (route->body_max > most)
			most = route->body_max;
	return (int64_t)most;
}

/* nginx's names of variables take no '-'. */
static const char *
waits_variable(struct nginx_writer *writer, const struct pool_row *waits)
{
	char *name = arena_format(writer->arena, "$waits_%s", waits->name);

	for (char *c = name; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

static void
put_location(struct nginx_writer *writer, struct buffer *out, const char *match, const struct door *door,
    const struct pool_row *pool)
{
	const struct config_pool *settings = config_pool(writer->config, pool->name);
	const struct pool_row *waits = waiting_pool(writer, door->path);
	int64_t most = connections(pool, settings);
	/* Which pool it is, is known only when the request is there: a variable of nginx's (see put_waits). */
	const char *name = waits == NULL ? pool->name : waits_variable(writer, waits);
	const struct nginx_blank blanks[] = {
		{ "match", match },
		{ "pool", name },
		{ "upstream", waits == NULL ? name : "$pool" },
		{ "connections", nginx_number(writer, most) },
		{ "connections_each", nginx_number(writer, most * 3 / 4) },
		{ "body_max", nginx_number(writer, body_max(area_of(writer->house, pool))) },
		{ "timeout", nginx_number(writer, settings->request_terminate_timeout + 5) },
		{ "cache", door->cached ? "include cache.conf;\n\t" : "" },
		{ NULL, NULL },
	};

	nginx_fill(out, nginx_template(writer, "door.conf.in"), blanks);
}

/* "/v1/pools" and what is below it, and not "/v1/poolsX". */
static void
put_door(struct nginx_writer *writer, struct buffer *out, const struct door *door, const struct pool_row *pool)
{
	if (door->waits)
		return;
	writer->caches = writer->caches || door->cached;
	put_location(writer, out, arena_format(writer->arena, "= %s", door->path), door, pool);
	if (!door->exact)
		put_location(writer, out, arena_format(writer->arena, "%s/", door->path), door, pool);
}

const char *
nginx_doors(struct nginx_writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_text(&out, "# The doors of each pool, from handlers/areas.def.\n");
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		for (char **text = doors_of(writer, pool); *text != NULL; text++) {
			struct door door = door_parse(*text);

			put_door(writer, &out, &door, pool);
		}
	}
	return out.data;
}

/* Which of two pools a POST goes to: the one that waits, if it prefers to wait. */
static void
put_waits(struct nginx_writer *writer, struct buffer *out, const struct pool_row *waits)
{
	for (char **text = doors_of(writer, waits); *text != NULL; text++) {
		struct door door = door_parse(*text);
		const char *usual = waits->area;

		if (!door.waits)
			continue;
		for (size_t i = 0; i < writer->house->pool_count; i++)
			for (char **other = doors_of(writer, &writer->house->pools[i]); *other != NULL; other++)
				if (writer->house->pools[i].kind == LISTENER && !door_parse(*other).waits &&
				    text_equal(door_parse(*other).path, door.path))
					usual = writer->house->pools[i].name;
		buffer_format(out, "\tmap \"$request_method $http_prefer\" %s {\n\t\tdefault %s;\n"
		    "\t\t\"~*^POST (?:.*[,; ])?wait *=\" %s;\n\t}\n", waits_variable(writer, waits), usual, waits->name);
		return;
	}
}

/* Where a pool answers: its own socket if it runs here, and the other hosts. */
static const char *
servers(struct nginx_writer *writer, const struct pool_row *pool)
{
	const struct config_pool *settings = config_pool(writer->config, pool->name);
	const char *listen = settings->listen;
	struct buffer out;

	buffer_init(&out, writer->arena);
	if (*listen == '\0')
		listen = arena_format(writer->arena, "%s/%s.sock", writer->config->global.run_dir, pool->name);
	/* max_fails=0: nothing is gained by leaving our own pool alone for a while after it failed once. */
	if (config_runs(writer->config, pool->name))
		buffer_format(&out, "\t\tserver %s%s max_fails=0;\n", *listen == '/' ? "unix:" : "", listen);
	for (size_t i = 0; i < settings->hosts.count; i++)
		buffer_format(&out, "\t\tserver %s max_fails=3 fail_timeout=5s;\n", settings->hosts.items[i]);
	if (out.length == 0)
		buffer_text(&out, "\t\tserver 127.0.0.1:1 down; # runs on no host\n");
	return out.data;
}

const char *
nginx_pools(struct nginx_writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	if (writer->caches)
		buffer_format(&out, "\tfastcgi_cache_path %s/nginx/cache levels=1:2 keys_zone=answers:4m inactive=1m "
		    "max_size=64m use_temp_path=off;\n", writer->state);
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		const struct nginx_blank blanks[] = { { "pool", pool->name }, { "servers", servers(writer, pool) }, { NULL, NULL } };

		nginx_fill(&out, nginx_template(writer, "pool.conf.in"), blanks);
		put_waits(writer, &out, pool);
	}
	return out.data;
}
