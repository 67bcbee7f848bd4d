/*
 * route.c -- the routing table.  An area has some dozens of routes at most, so the table is walked: each row
 * knows its segments, and most are dismissed by their number or their first literal one.
 */
#include "core/web/route_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"

struct segment {
	struct route_slice text;
	bool is_name; /* {name}: takes any one segment */
};

struct entry {
	const struct route *route;
	struct segment segments[ROUTE_SEGMENTS_MAX];
	size_t segment_count;
};

static struct {
	struct entry *entries;
	size_t count;
	const struct area **areas; /* NULL-terminated */
} table;

static const char *const method_names[METHOD__COUNT] = {
	[GET] = "GET",
	[POST] = "POST",
	[PUT] = "PUT",
	[PATCH] = "PATCH",
	[DELETE] = "DELETE",
};

const char *
method_text(enum method method)
{
	return method > METHOD_UNSET && method < METHOD__COUNT ? method_names[method] : "?";
}

bool
route_only_reads(const struct route *route)
{
	return route->method == GET ? !route->changes : route->read_only;
}

/* Splits "/a/b" at its slashes; more segments than fit are counted, and match nothing. */
static size_t
split_path(const char *path, struct route_slice *segments)
{
	size_t count = 0;

	while (*path == '/') {
		size_t length = strcspn(++path, "/");

		if (count < ROUTE_SEGMENTS_MAX)
			segments[count] = (struct route_slice){ path, length };
		count++;
		path += length;
	}
	return count;
}

static void
fill_entry(struct entry *entry, const struct route *route)
{
	struct route_slice slices[ROUTE_SEGMENTS_MAX];

	entry->route = route;
	entry->segment_count = split_path(route->path, slices);
	for (size_t i = 0; i < entry->segment_count; i++)
		entry->segments[i] = (struct segment){ slices[i], slices[i].data[0] == '{' };
}

/* Literal before {name} at the first place where two rows differ, so that /v1/users/me is not an id. */
static int
by_precision(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	for (size_t i = 0; i < one->segment_count && i < other->segment_count; i++)
		if (one->segments[i].is_name != other->segments[i].is_name)
			return one->segments[i].is_name ? 1 : -1;
	return (one->route > other->route) - (one->route < other->route);
}

static const struct area **
copy_areas(const struct area *const *areas)
{
	const struct area **copy;
	size_t count = 0;

	while (areas[count] != NULL)
		count++;
	if ((copy = calloc(count + 1, sizeof(*copy))) == NULL)
		abort();
	memcpy(copy, areas, count * sizeof(*copy));
	return copy;
}

static size_t
count_routes(const struct area *const *areas)
{
	size_t count = 0;

	for (; *areas != NULL; areas++)
		for (const struct route *route = (*areas)->routes; route != NULL && route->path != NULL; route++)
			count++;
	return count;
}

bool
route_table_build(const struct area *const *areas, FILE *complaints)
{
	bool right = true;
	size_t place = 0;

	for (const struct area *const *area = areas; *area != NULL; area++)
		right = route_rows_are_right(*area, complaints) && right;
	if (!right)
		return false;
	free(table.entries);
	free(table.areas);
	table.count = count_routes(areas);
	table.areas = copy_areas(areas);
	if ((table.entries = calloc(table.count + 1, sizeof(*table.entries))) == NULL)
		abort();
	for (const struct area *const *area = areas; *area != NULL; area++)
		for (const struct route *route = (*area)->routes; route != NULL && route->path != NULL; route++)
			fill_entry(&table.entries[place++], route);
	qsort(table.entries, table.count, sizeof(*table.entries), by_precision);
	return true;
}

static bool
entry_matches(const struct entry *entry, const struct route_slice *segments, size_t count)
{
	if (entry->segment_count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct segment *segment = &entry->segments[i];

		if (segment->is_name ? segments[i].length == 0
				     : segment->text.length != segments[i].length ||
					   memcmp(segment->text.data, segments[i].data, segments[i].length) != 0)
			return false;
	}
	return true;
}

static void
keep_match(struct route_match *match, const struct entry *entry, const struct route_slice *segments)
{
	match->route = entry->route;
	match->value_count = 0;
	for (size_t i = 0; i < entry->segment_count; i++)
		if (entry->segments[i].is_name)
			match->values[match->value_count++] = segments[i];
}

struct route_match
route_find(enum method method, const char *path)
{
	struct route_slice segments[ROUTE_SEGMENTS_MAX];
	const size_t count = split_path(path, segments);
	struct route_match match = { 0 };

	if (count > ROUTE_SEGMENTS_MAX)
		return match;
	for (size_t i = 0; i < table.count; i++) {
		const struct entry *entry = &table.entries[i];

		if (!entry_matches(entry, segments, count))
			continue;
		match.methods |= 1u << entry->route->method;
		if (match.route == NULL && entry->route->method == method)
			keep_match(&match, entry, segments);
	}
	return match;
}

const struct job_kind *
route_find_job(const char *kind)
{
	for (const struct area **area = table.areas; area != NULL && *area != NULL; area++)
		for (const struct job_kind *job = (*area)->jobs; job != NULL && job->kind != NULL; job++)
			if (strcmp(job->kind, kind) == 0)
				return job;
	return NULL;
}

const char *
route_allow(struct arena *arena, unsigned methods)
{
	struct buffer allow;

	buffer_init(&allow, arena);
	for (enum method method = GET; method < METHOD__COUNT; method++)
		if ((methods & 1u << method) != 0)
			buffer_format(&allow, "%s, ", method == GET ? "GET, HEAD" : method_text(method));
	buffer_text(&allow, "OPTIONS");
	return allow.data;
}

bool
route_next_name(const char **at, struct route_slice *name_r)
{
	const char *open = strchr(*at, '{');
	const char *close = open == NULL ? NULL : strchr(open, '}');

	if (close == NULL)
		return false;
	*name_r = (struct route_slice){ open + 1, (size_t)(close - open - 1) };
	*at = close + 1;
	return true;
}

void
route_keep_values(struct request *req, const struct route_match *match)
{
	const char **values;

	if (match->value_count == 0)
		return;
	values = ARENA_ARRAY(req->arena, match->value_count, const char *);
	for (size_t i = 0; i < match->value_count; i++)
		values[i] = arena_copy(req->arena, match->values[i].data, match->values[i].length);
	req->path_values = values;
}

const char *
path_text(const struct request *req, const char *name)
{
	const char *at = req->route == NULL ? "" : req->route->path;
	struct route_slice slice;

	for (size_t i = 0; req->path_values != NULL && route_next_name(&at, &slice); i++)
		if (strlen(name) == slice.length && memcmp(name, slice.data, slice.length) == 0)
			return req->path_values[i];
	return "";
}

struct uuid
path_uuid(const struct request *req, const char *name)
{
	struct uuid uuid;

	return uuid_parse(path_text(req, name), &uuid) ? uuid : (struct uuid){ 0 };
}
