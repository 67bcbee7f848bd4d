/*
 * change.h -- how a handler is run: a read in one flush, a change in a transaction, a job like a change.  Both
 * are tried again, on an arena that forgets the try before, when transactions collide or rights have changed.
 */
#ifndef STOA_WEB_CHANGE_H
#define STOA_WEB_CHANGE_H

struct job_kind;
struct problem;
struct reply;
struct request;

const struct problem *run_read(struct request *req, struct reply *out);
const struct problem *run_change(struct request *req, struct reply *out);
const struct problem *run_job(struct request *req, struct reply *out, const struct job_kind *kind);

#endif
