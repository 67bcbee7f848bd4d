/*
 * dispatch.h -- the way of a request: match the route, count it against its limits, find out who asks,
 * decode, prepare, and run the handler in a transaction; then the reply, or the problem.
 */
#ifndef STOA_WEB_DISPATCH_H
#define STOA_WEB_DISPATCH_H

struct area;
struct reply;
struct request;

/* Once per process, before any request: builds the areas' routing table (`areas` ends with NULL), and
 * ends the process, saying which row and column, when a route leaves something unset. */
void dispatch_open(const struct area *const *areas);

/* `out` always holds a complete answer afterwards.  HEAD is answered like GET; whoever sends the answer leaves its
 * body out (RFC 9110 section 9.3.2: the length stays). */
void dispatch(struct request *req, struct reply *out);

/*
 * The same way for a claimed job, found by req->job->kind; NULL: done and committed, with the statement that completes
 * the job under its lease as the last of the transaction.
 */
const struct problem *dispatch_job(struct request *req, struct reply *out);

#endif
