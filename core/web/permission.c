/* permission.c -- the catalogue of permissions, collected from the route tables. */
#include "core/web/permission.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/web/route_table.h"

/* One route that asks for one permission. */
struct use {
	const char *permission;
	const struct route *route;
	size_t place; /* in the order of the tables */
};

/* A door asks for one or is widened by one, never both. */
static const char *
asked_for(const struct route *route)
{
	return route->permission != NULL ? route->permission : route->widens;
}

static int
by_permission(const void *a, const void *b)
{
	const struct use *one = a, *other = b;
	const int order = strcmp(one->permission, other->permission);

	return order != 0 ? order : (one->place > other->place) - (one->place < other->place);
}

/* With `uses` NULL they are only counted. */
static size_t
collect(const struct house *house, struct use *uses)
{
	size_t count = 0;

	for (size_t i = 0; i < house->area_count; i++) {
		const struct route *route = house->areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++) {
			if (asked_for(route) == NULL)
				continue;
			if (uses != NULL)
				uses[count] = (struct use){ asked_for(route), route, count };
			count++;
		}
	}
	return count;
}

/* The uses of one permission stand beside each other. */
static struct texts
routes_of(struct arena *arena, const struct use *uses, size_t count)
{
	const char **routes = ARENA_ARRAY(arena, count, const char *);

	for (size_t i = 0; i < count; i++)
		routes[i] = arena_format(arena, "%s %s", method_text(uses[i].route->method), uses[i].route->path);
	return (struct texts){ routes, count };
}

size_t
permission_list(struct arena *arena, const struct house *house, struct permission **list_r)
{
	const size_t total = collect(house, NULL);
	struct use *uses = ARENA_ARRAY(arena, total, struct use);
	struct permission *list = ARENA_ARRAY(arena, total, struct permission);
	size_t count = 0;

	collect(house, uses);
	qsort(uses, total, sizeof(*uses), by_permission);
	for (size_t i = 0, end; i < total; i = end) {
		for (end = i + 1; end < total && text_equal(uses[end].permission, uses[i].permission);)
			end++;
		list[count++] = (struct permission){ uses[i].permission, routes_of(arena, uses + i, end - i) };
	}
	*list_r = list;
	return count;
}

bool
permission_exists(const struct house *house, const char *name)
{
	for (size_t i = 0; i < house->area_count; i++) {
		const struct route *route = house->areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++)
			if (asked_for(route) != NULL && text_equal(asked_for(route), name))
				return true;
	}
	return false;
}

const struct problem *
permission_check(struct request *req, const struct house *house, struct texts names, const char *pointer)
{
	struct problem *unknown = NULL;

	for (size_t i = 0; i < names.count; i++) {
		if (permission_exists(house, names.items[i]))
			continue;
		if (unknown == NULL)
			unknown = problem(req, PROBLEM_INVALID, NULL);
		problem_add(req, unknown, arena_format(req->arena, "%s/%zu", pointer, i),
		    "is no permission; GET /v1/permissions lists them");
	}
	return unknown;
}
