/*
 * retention.h -- what goes, and when.  core.retention has a row for each kind of thing that is kept for a time only;
 * migrations put them there.  The job `queue.retention` goes through them in batches of [global] retention_batch
 * rows, a job and so a transaction for each batch, so that no lock is held for long and no rule holds up another.
 */
#ifndef STOA_WORK_RETENTION_H
#define STOA_WORK_RETENTION_H

struct problem;
struct reply;
struct request;
struct shape;

#define RETENTION_KIND "queue.retention"

/* Without `what`, the job puts one job for each rule in the queue. */
extern const struct shape retention_job;
const struct problem *retention_run(struct request *req, struct reply *out);

#endif
