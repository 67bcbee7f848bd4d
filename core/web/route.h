/*
 * route.h -- what an area promises, in tables.  Everything that is the same for all routes happens in
 * the dispatcher, from these rows; a handler is left with what is its own.
 *
 * Zero is the unset value throughout: a forgotten column fails at start, never open.
 */
#ifndef STOA_WEB_ROUTE_H
#define STOA_WEB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/request.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/shape.h"

struct sql_statement;

/* Who may.  LOCAL is a request from this machine (metrics); nginx's own address does not count. */
enum who { WHO_UNSET, ANYONE, LOCAL, USER, OPERATOR };

/* Which class of [limits] counts it.  LIMIT_NONE is for health checks. */
enum limit_class { LIMIT_UNSET, LIMIT_NONE, LIMIT_READ, LIMIT_WRITE, LIMIT_HEAVY, LIMIT_SIGN_IN, LIMIT__COUNT };

/*
 * What a repeat does.  GETs need not say.  BY_NATURE: doing it twice is doing it once (PUT, DELETE).
 * BY_KEY: an Idempotency-Key is honoured.  NEVER: a repeat is a new deed (signing in).
 */
enum idempotency { IDEMPOTENCY_UNSET, BY_NATURE, BY_KEY, NEVER };

typedef const struct problem *handler_function(struct request *req, struct reply *out);

struct route {
	enum method method;
	const char *path; /* "/v1/sessions/{id}" */
	enum who who;
	const char *permission; /* of OPERATOR: "session.read" */
	const char *widens;     /* of USER: whoever holds it is answered about everybody's things: "wallet.read" */
	enum limit_class limit;
	enum idempotency idempotency;
	const struct shape *query; /* besides limit and cursor */
	const struct shape *body;
	const struct shape *reply;
	bool if_match;            /* the route edits what people read first: If-Match is required */
	unsigned status;          /* of success, for the reference; 0: 200, or 204 without a reply shape */
	unsigned also;            /* another status of success, without a body, for the reference; 0: none */
	const char *content_type; /* of success that no reply shape describes, for the reference: "text/plain" */
	size_t body_max;          /* bytes; 0: 64 KiB */
	bool form;                /* the body is a form instead of JSON, as OAuth's endpoints have it */
	bool read_only;           /* a POST that changes nothing, or does all in one statement that bears repeating */
	bool changes;   /* a GET that does change something */
	bool allow_api_key;
	bool audited; /* a read that leaves a row in the audit, as every change does: exports */
	bool sealed_reply; /* BY_KEY: the answer shows a secret once; what is kept of it opens only under the key */
	const struct page_key *page; /* a list, in this order; see page.h */
	/* Network calls and password hashing: runs once, outside any transaction. */
	handler_function *prepare;
	/* Database only; repeated when transactions collide. */
	handler_function *handler;
	/* Of a route that answers 202, for `Prefer: wait`: looks what became of req->awaited, and answers 200 when that is
	 * decided; as long as it is not, it leaves the reply alone.  Outside any transaction; see wait.h. */
	handler_function *outcome;
	/* Of such a route, where the 202 shows nothing that ever changes: answers it again about req->awaited.  Then the id
	 * is all that is kept under the key. */
	handler_function *accepted;
	const char *says; /* the summary, in the imperative */
	const char *more; /* a paragraph for the reference, or NULL */
};

/* A job's payload is decoded by its shape into req->given; it runs in a transaction like a POST's. */
struct job_kind {
	const char *kind; /* "notification.mail" */
	const struct shape *payload;
	unsigned attempts; /* 0: 12, over some eight hours */
	unsigned timeout;  /* seconds; 0: 60 */
	handler_function *prepare;
	handler_function *handler;
	const char *says;
};

/* What the scheduler makes of it: a job of `kind` with an empty payload, every `seconds`, counted from midnight UTC. */
struct schedule {
	const char *name;
	const char *kind;
	unsigned seconds;
	const char *says;
};

/* One order, one leader: see core/work/leader.h. */
struct leader;

struct event_kind {
	const char *type;    /* "session.ended" */
	const char *subject; /* "session" */
	const char *says;
};

struct area {
	const char *name;
	const char *says;
	const struct route *routes; /* each table ends with a zero row, each may be NULL */
	const struct job_kind *jobs;
	const struct schedule *schedules;
	const struct leader *leaders;
	const struct event_kind *events;
	const struct sql_statement *const *statements; /* NULL-terminated; made from queries.sql */
};

/* The value of {name} in the route's path, already checked where its name ends in "id". */
const char *path_text(const struct request *req, const char *name);
/* Not a UUID: the zero UUID, which no row has, so that the answer is "not found" like any other. */
struct uuid path_uuid(const struct request *req, const char *name);

#endif
