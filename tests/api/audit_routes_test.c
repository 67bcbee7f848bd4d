/*
 * audit_routes_test.c -- no route can forget: every change that the house's tables have is tried by somebody signed in,
 * and leaves exactly one row under its request, however it ends.  Made of the tables, so a new route is in it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/web/route_table.h"
#include "handlers/areas.h"
#include "tests/api/kit/world.h"

/* Each {name} is an id that nothing has. */
static const char *
path_of(struct world *w, const struct route *route)
{
	const char *at = route->path, *from = at;
	struct route_slice name;
	struct buffer path;

	buffer_init(&path, w->arena);
	for (; route_next_name(&at, &name); from = at) {
		buffer_add(&path, from, (size_t)(name.data - 1 - from));
		buffer_text(&path, uuid_text(w->arena, uuid_new(&env_system)));
	}
	buffer_text(&path, from);
	return path.data;
}

/* Route, party and whether a refusal says why: of the one row that a request has left; NULL: none, or several. */
static const char *
row_of(struct world *w, const char *request)
{
	return given_sql(w, arena_format(w->arena,
				"SELECT min(route || ' by ' || coalesce(party::text, 'nobody') || ' ' || status || "
				"coalesce(' ' || problem, ''))"
				" FROM (SELECT request, route, party, status, problem FROM audit.inbox UNION ALL "
				"SELECT request, route, party,"
				" status, problem FROM audit.entry) r WHERE request = '%s' HAVING count(*) = 1",
				request));
}

static bool
leaves_its_row(struct world *w, const struct route *route)
{
	const char *slug, *wanted, *row, *path = path_of(w, route);

	given_user(w, "ada");
	as(w, "ada");
	call(w, route->method, path, route->body == NULL ? NULL : "{}");
	slug = answer_field(&w->answer, "/type");
	wanted = arena_format(w->arena, "%s %s by %s %u%s%s", method_text(route->method), route->path, id_of(w, "ada"),
	    w->answer.status, slug == NULL ? "" : " ", slug == NULL ? "" : slug + strlen("/problems/"));
	row = row_of(w, answer_header(&w->answer, "x-request-id"));
	if (row != NULL && strcmp(row, wanted) == 0)
		return true;
	print_error("expected the row \"%s\", found \"%s\"\n", wanted, row == NULL ? "none, or several" : row);
	return false;
}

static bool
must_leave_one(const struct route *route)
{
	return (route->who == USER || route->who == OPERATOR) && (route->audited || !route_only_reads(route));
}

static void
every_change_of_every_area_leaves_one_row(void **state)
{
	struct world *w = *state;
	unsigned tried = 0, wrong = 0;

	for (size_t i = 0; i < house.area_count; i++) {
		const struct route *route = house.areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++) {
			if (!must_leave_one(route))
				continue;
			tried++;
			wrong += !leaves_its_row(w, route);
		}
	}
	print_message("%u routes tried\n", tried);
	assert_true(tried > 20);
	assert_int_equal(wrong, 0);
}

static const struct CMUnitTest audit_routes_tests[] = {
	api_test(every_change_of_every_area_leaves_one_row),
};

int
main(void)
{
	return run_world(audit_routes_tests);
}
