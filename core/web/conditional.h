/*
 * conditional.h -- what a client has read before (RFC 9110 section 13).  A thing that people edit has a
 * version, its ETag is that number in quotes, and If-Match says which version an edit stands on.
 *
 * A handler of a route with `if_match` compares in its statement, or after it:
 *
 *	if (!if_match(req, session->version))
 *		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
 */
#ifndef STOA_WEB_CONDITIONAL_H
#define STOA_WEB_CONDITIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/value.h"

struct problem;
struct request;

enum tags_fault { TAGS_OK, TAGS_BROKEN };

/* A parsed list of entity tags.  Tags that are not versions of ours match nothing and are left out. */
struct tags {
	bool any; /* "*" */
	struct integers versions;
};

/* `weak`: whether W/"1" counts as "1", as it does for If-None-Match. */
enum tags_fault tags_parse(struct arena *arena, const char *text, bool weak, struct tags *tags_r);

/* Whether If-Match allows an edit of this version; true when the header did not come. */
bool if_match(struct request *req, int64_t version);
/* Whether If-None-Match says that the client has this version. */
bool if_none_match(struct request *req, int64_t version);
/* For the dispatcher: 428 when the route wants If-Match and there is none, 400 when it cannot be read. */
const struct problem *conditional_check(struct request *req);

#endif
