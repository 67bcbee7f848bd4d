/*
 * permission.h -- the catalogue of permissions: what the routes of all areas ask for, or are widened by.  There is no
 * other list of them.
 */
#ifndef STOA_WEB_PERMISSION_H
#define STOA_WEB_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/value.h"

struct house;
struct problem;
struct request;

struct permission {
	const char *name;    /* "session.read" */
	struct texts routes; /* "GET /v1/sessions/of/{party_id}" */
};

/* Sorted by name. */
size_t permission_list(struct arena *arena, const struct house *house, struct permission **list_r);
bool permission_exists(const struct house *house, const char *name);
/* 422 for the names in a body's list at `pointer` that no route asks for. */
const struct problem *permission_check(
    struct request *req, const struct house *house, struct texts names, const char *pointer);

#endif
