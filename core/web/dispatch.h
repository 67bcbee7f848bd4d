/*
 * dispatch.h -- the way of a request: match the route, count it against its limits, find out who asks,
 * decode, prepare, and run the handler in a transaction; then the reply, or the problem.
 */
#ifndef STOA_WEB_DISPATCH_H
#define STOA_WEB_DISPATCH_H

struct area;
struct reply;
struct request;

/* Once per process, before any request: builds the area's routing table, and refuses rows with unset columns. */
void dispatch_open(const struct area *const *areas);

/* `out` always holds a complete answer afterwards. */
void dispatch(struct request *req, struct reply *out);

/* The same way for a claimed job; NULL: done and committed with whatever completes it. */
const struct problem *dispatch_job(struct request *req, struct reply *out);

#endif
