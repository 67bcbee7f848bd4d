/*
 * dispatch.h -- the way of a request: match the route, count it against its limits, find out who asks,
 * decode, prepare, and run the handler in a transaction; then the reply, or the problem.
 */
#ifndef STOA_WEB_DISPATCH_H
#define STOA_WEB_DISPATCH_H

struct area;
struct reply;
struct request;

/* Once per process, before any request: builds the areas' routing table (`areas` ends with NULL and lives on), and
 * ends the process, saying which row and column, when a route leaves something unset. */
void dispatch_open(const struct area *const *areas);

/* `out` always holds a complete answer afterwards. */
void dispatch(struct request *req, struct reply *out);

/*
 * The same way for a claimed job, found by req->job->kind; NULL: done and committed.  `finish` queues, as the last
 * of the transaction, the statement that completes the job under its lease; it must fail the transaction when the
 * lease is lost.  It is called once for each try.
 */
typedef void job_finish(struct request *req);
const struct problem *dispatch_job(struct request *req, struct reply *out, job_finish *finish);

#endif
