/*
 * reply.h -- the answer as it is being made.  It lives in the request's arena and leaves only after
 * COMMIT has answered COMMIT.
 */
#ifndef STOA_WEB_REPLY_H
#define STOA_WEB_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buffer.h"
#include "core/base/request.h"

struct field;
struct problem;

struct reply {
	struct request *req;
	unsigned status; /* 0: nothing said yet */
	struct header *headers;
	size_t header_count;
	size_t header_capacity;
	size_t header_kept; /* the first so many survive reply_clear: what the dispatcher said, not the handler */
	const char *content_type;
	struct buffer body;
	bool not_modified; /* the client has this version already: 304 */
	bool replayed;     /* this is a stored answer */
};

void reply_init(struct reply *out, struct request *req);
void reply_clear(struct reply *out);
void reply_header(struct reply *out, const char *name, const char *value);
/* The headers so far belong to whatever answer leaves in the end (limits, CORS). */
void reply_keep_headers(struct reply *out);
/* NULL when it was not set. */
const char *reply_find_header(const struct reply *out, const char *name);

/* Each ends a handler: `return reply_ok(out, session);`.  `object` is what the route's reply shape describes. */
const struct problem *reply_ok(struct reply *out, const void *object);
const struct problem *reply_created(struct reply *out, const char *location, const void *object);
const struct problem *reply_accepted(struct reply *out, const char *location, const void *object);
const struct problem *reply_no_content(struct reply *out);
const struct problem *reply_see_other(struct reply *out, const char *location);
/* A list: one page of `count` rows of `size` bytes each.  The handler asks the database for
 * page_limit(req) rows, which is one more than is shown, so that next_cursor is known without a count. */
const struct problem *reply_page(struct reply *out, const void *rows, size_t count, size_t size);
/* Not JSON: metrics, exports, pages. */
const struct problem *reply_text(struct reply *out, const char *content_type, const char *text);

/* ETag of things that people edit, from their version; answers If-None-Match with 304.  Before or after reply_ok. */
void reply_etag(struct reply *out, int64_t version);
/* Done last, by the dispatcher: 304 where it is due. */
void reply_finish(struct reply *out);

#endif
