/*
 * route_check.c -- whether an area's rows say everything that they must.  A forgotten column would be a door
 * without a lock, so the process does not start; the complaint names the row and the column.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/web/page_part.h"
#include "core/web/route_table.h"
#include "core/web/shape_part.h"

struct complaint {
	const struct area *area;
	const struct route *route;
	FILE *out;
	bool any;
};

static void
complain(struct complaint *complaint, bool wrong, const char *what)
{
	if (!wrong)
		return;
	complaint->any = true;
	fprintf(complaint->out, "area %s: route %s %s: %s\n", complaint->area->name,
	    method_text(complaint->route->method), complaint->route->path, what);
}

static void
check_path(struct complaint *complaint)
{
	const char *path = complaint->route->path, *at = path;
	size_t segments = 0, names = 0, length = strlen(path);
	struct route_slice name;

	for (const char *c = path; *c != '\0'; c++)
		segments += *c == '/';
	while (route_next_name(&at, &name)) {
		names++;
		complain(complaint, name.length == 0 || name.data[-2] != '/' || (*at != '/' && *at != '\0'),
		    ".path has a {name} that is not a whole segment");
	}
	complain(complaint, path[0] != '/' || strstr(path, "//") != NULL, ".path must begin with one slash");
	complain(complaint, length > 1 && path[length - 1] == '/', ".path must not end with a slash");
	complain(complaint, segments > ROUTE_SEGMENTS_MAX, ".path has too many segments");
	complain(complaint, names > ROUTE_PARAMETERS_MAX, ".path has too many {names}");
}

static void
check_columns(struct complaint *complaint)
{
	const struct route *route = complaint->route;

	complain(complaint, route->method <= METHOD_UNSET || route->method >= METHOD__COUNT, ".method is not set");
	complain(complaint, route->who == WHO_UNSET, ".who is not set");
	complain(complaint, route->limit == LIMIT_UNSET, ".limit is not set");
	complain(complaint, route->handler == NULL, ".handler is not set");
	complain(complaint, route->says == NULL || *route->says == '\0', ".says is not set");
	complain(complaint, route->idempotency == IDEMPOTENCY_UNSET && !route_only_reads(route),
	    ".idempotency is not set, and the route changes things");
	complain(complaint, route->who == OPERATOR && route->permission == NULL,
	    ".permission is not set, and the route is for operators");
	complain(complaint, route->who != OPERATOR && route->permission != NULL,
	    ".permission is set, but only operators have any");
	complain(complaint, route->who != USER && route->widens != NULL,
	    ".widens is set, but only what is for users can be widened");
	complain(complaint, route->page != NULL && route->reply == NULL, ".page is set, but not .reply");
	complain(complaint, route->page != NULL && route->method != GET, ".page is only for GET");
	complain(complaint, route->method == GET && route->body != NULL, ".body is set, but GET has none");
	complain(complaint, route->form && route->body == NULL, ".form is set, but not .body");
	complain(complaint, route->method == GET && route->read_only, ".read_only is not for GET");
	complain(complaint, route->method != GET && route->changes, ".changes is only for GET");
	complain(
	    complaint, route->read_only && route->prepare != NULL, ".prepare is only for routes that change things");
	complain(complaint, route->audited && !route_only_reads(route), ".audited is set, but every change is audited");
	complain(complaint, route->outcome != NULL && (route->status != 202 || route->reply == NULL),
	    ".outcome is only for routes that answer 202");
	complain(complaint, route->accepted != NULL && (route->outcome == NULL || route->sealed_reply),
	    ".accepted is only for routes with .outcome and without .sealed_reply");
	complain(complaint, route->page != NULL && page_columns(route->page) > PAGE_COLUMNS_MAX,
	    ".page has too many columns");
}

static void
check_shape(struct complaint *complaint, struct arena *arena, const struct shape *shape, const char *column)
{
	const char *fault = shape == NULL ? NULL : shape_table_fault(arena, shape->fields);

	if (fault != NULL)
		complain(complaint, true, arena_format(arena, "%s: shape %s: %s", column, shape->name, fault));
}

static void
check_query(struct complaint *complaint, struct arena *arena)
{
	const struct shape *query = complaint->route->query;

	if (query == NULL)
		return;
	check_shape(complaint, arena, query, ".query");
	for (const struct field *field = query->fields; field->kind != FIELD_END; field++) {
		complain(complaint,
		    field->kind == FIELD_OBJECT || field->kind == FIELD_LIST || field->kind == FIELD_JSON,
		    ".query has a field that cannot stand in a query string");
		complain(complaint,
		    complaint->route->page != NULL &&
			(strcmp(field->name, "limit") == 0 || strcmp(field->name, "cursor") == 0),
		    ".query names limit or cursor, which the page has already");
	}
}

/* "/a/{id}" and "/a/{name}" are one address. */
static bool
same_address(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		if (*a != *b)
			return false;
		if (*a == '{') {
			a += strcspn(a, "}");
			b += strcspn(b, "}");
		}
	}
	return *a == *b;
}

static void
check_twins(struct complaint *complaint)
{
	for (const struct route *other = complaint->area->routes; other != complaint->route; other++) {
		if (!same_address(other->path, complaint->route->path))
			continue;
		complain(complaint, other->method == complaint->route->method, "stands there twice");
		complain(complaint, strcmp(other->path, complaint->route->path) != 0,
		    ".path calls its {name} otherwise than another route of the same address");
	}
}

static bool
jobs_are_right(const struct area *area, struct arena *arena, FILE *complaints)
{
	const char *fault;
	bool right = true;

	for (const struct job_kind *job = area->jobs; job != NULL && job->kind != NULL; job++) {
		fault = job->payload == NULL ? NULL : shape_table_fault(arena, job->payload->fields);
		if (fault == NULL && job->handler == NULL)
			fault = ".handler is not set";
		if (fault == NULL && job->says == NULL)
			fault = ".says is not set";
		if (fault != NULL)
			fprintf(complaints, "area %s: job %s: %s\n", area->name, job->kind, fault);
		right = right && fault == NULL;
	}
	return right;
}

bool
route_rows_are_right(const struct area *area, FILE *complaints)
{
	struct complaint complaint = { .area = area, .out = complaints };
	struct arena *arena = arena_new();
	bool right;

	for (const struct route *route = area->routes; route != NULL && route->path != NULL; route++) {
		complaint.route = route;
		check_columns(&complaint);
		check_path(&complaint);
		check_twins(&complaint);
		check_query(&complaint, arena);
		check_shape(&complaint, arena, route->body, ".body");
		check_shape(&complaint, arena, route->reply, ".reply");
	}
	right = jobs_are_right(area, arena, complaints) && !complaint.any;
	arena_free(arena);
	return right;
}
