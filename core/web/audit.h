/*
 * audit.h -- what is written down of a request: who, what, to what, from where, under which request, and how it ended.
 *
 * The dispatcher writes it, so that no route can forget: each change that is done has a row in its own transaction;
 * each change that is refused has one that outlives the rollback; reads have one when their route says `.audited`.  A
 * refusal that anybody can provoke at will (nobody is signed in, or a limit is spent) is counted instead, and the
 * counts become rows every [audit] count_every: whoever attacks cannot make us write.
 *
 * The rows, what they mean and how they are sealed: handlers/audit/README.md.
 */
#ifndef STOA_WEB_AUDIT_H
#define STOA_WEB_AUDIT_H

#include "core/base/request.h"

struct problem;
struct reply;

/*
 * For routes that know more than their address tells: the subject (zero: leave it) and a few words ("signed in").  Said
 * again, the later counts; said before a try that is repeated, it is forgotten with that try.  A refusal that somebody
 * has said this of is written as a row of its own, also when nobody is signed in.
 */
void audit_say(struct request *req, struct uuid subject, const char *what);

/* For change.c.  Both are queued: the row is there exactly when what is committed with it is. */
void audit_success_later(struct request *req, const struct reply *out);
void audit_refusal_later(struct request *req, const struct problem *problem);

/* For dispatch.c, outside any transaction: of what is refused in the end and has no row yet. */
void audit_refusal(struct request *req, const struct problem *problem);

/* The route as rows name it: "POST /v1/notes/{id}". */
const char *audit_route(struct request *req);

#endif
