/*
 * target.h -- the request's target, decoded once and strictly.  nginx's own decoded path is never used:
 * what it makes of %0d%0a, %2f or ".." is a way into somebody else's header, route or file.
 */
#ifndef STOA_WEB_TARGET_H
#define STOA_WEB_TARGET_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define TARGET_MAX 4096

enum target_fault {
	TARGET_OK,
	TARGET_TOO_LONG,
	TARGET_NOT_A_PATH,     /* does not begin with '/' */
	TARGET_BAD_ESCAPE,     /* '%' without two hexadecimal digits */
	TARGET_FORBIDDEN_BYTE, /* control characters, '#', an encoded slash, a backslash */
	TARGET_NOT_UTF8,
	TARGET_BAD_SEGMENT, /* "//", "/./", "/../" */
};

struct target {
	const char *path;  /* decoded */
	const char *query; /* raw, behind the '?'; "" when there is none */
};

enum target_fault target_parse(struct arena *arena, const char *raw, struct target *target_r);
const char *target_fault_text(enum target_fault fault);

/* One parameter of a query: '+' is a space, %XX is decoded once.  Order and repeats are kept. */
struct query_pair {
	const char *name, *value;
};
struct query {
	struct query_pair *pairs;
	size_t count;
};

#define QUERY_PAIRS_MAX 64

/* NULL, or what is wrong with it for the person who sent it. */
const char *query_parse(struct arena *arena, const char *raw, struct query *query_r);
const char *query_value(const struct query *query, const char *name);

#endif
