/*
 * problem.h -- an error as a value.  A function that can fail returns `const struct problem *`; NULL
 * means that all went well.  Problems live in the request's arena and end as application/problem+json.
 *
 * What the client may know is the detail.  What only we may know is logged under the request's id.
 */
#ifndef STOA_WEB_PROBLEM_H
#define STOA_WEB_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

struct reply;
struct request;

enum problem_id {
	PROBLEM_UNSET,
#define PROBLEM(id, status, slug, lasting, title) PROBLEM_##id,
#include "core/web/problem.def"
#undef PROBLEM
	/* Never sent: the work is done again from its start (a conflict of transactions, a stale cache). */
	PROBLEM_AGAIN,
	PROBLEM__COUNT
};

struct problem_error {
	const char *pointer; /* RFC 6901 into the body, or "?name" for a query parameter */
	const char *detail;
	struct problem_error *next;
};

struct problem {
	enum problem_id id;
	const char *detail;
	struct problem_error *errors;
	unsigned retry_after; /* seconds; 0: not said */
	const char *allow;    /* of METHOD_NOT_ALLOWED */
};

/* `detail` is a sentence for the person who sent the request, or NULL where the title says it all. */
struct problem *problem(struct request *req, enum problem_id id, const char *detail);
struct problem *problem_format(struct request *req, enum problem_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* 422 about one field: problem_field(req, "/amount", "has more decimals than USD's 2"). */
struct problem *problem_field(struct request *req, const char *pointer, const char *detail);
void problem_add(struct request *req, struct problem *problem, const char *pointer, const char *detail);

unsigned problem_status(enum problem_id id);
const char *problem_slug(enum problem_id id);
const char *problem_title(enum problem_id id);
/* Whether a repeat under the same key must get the same refusal. */
bool problem_is_final(enum problem_id id);

/* Turns the reply, whatever it held, into this problem. */
void problem_write(struct request *req, const struct problem *problem, struct reply *out);

#endif
