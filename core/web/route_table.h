/*
 * route_table.h -- the routes and jobs of a process, as dispatch finds them.  The table is built once;
 * matching walks it without allocating anything.
 */
#ifndef STOA_WEB_ROUTE_TABLE_H
#define STOA_WEB_ROUTE_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "core/web/route.h"

#define ROUTE_SEGMENTS_MAX   12
#define ROUTE_PARAMETERS_MAX 4

struct route_slice {
	const char *data;
	size_t length;
};

struct route_match {
	const struct route *route; /* NULL: none */
	struct route_slice values[ROUTE_PARAMETERS_MAX];
	size_t value_count;
	unsigned methods; /* a bit for each method that the path takes; 0: no such path */
};

/* Says on `complaints`, a line each, every row that cannot be; false then, and nothing was built. */
bool route_table_build(const struct area *const *areas, FILE *complaints);
/* One area's rows alone: for `stoad --openapi`. */
bool route_rows_are_right(const struct area *area, FILE *complaints);

/* By method and decoded path; literal segments win over {names}. */
struct route_match route_find(enum method method, const char *path);
const struct job_kind *route_find_job(const char *kind);

const char *method_text(enum method method);
/* "GET, HEAD, OPTIONS" of the methods' bits. */
const char *route_allow(struct arena *arena, unsigned methods);
/* Puts the match's values into the request, with a NUL behind each. */
void route_keep_values(struct request *req, const struct route_match *match);
/* The next {name} of a path: its slice, and where to look on; false when there is none. */
bool route_next_name(const char **at, struct route_slice *name_r);
/* Whether the route's handler runs outside a transaction. */
bool route_only_reads(const struct route *route);

#endif
