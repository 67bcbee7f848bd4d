/*
 * notify.h -- a message to a person.  The call joins the transaction; the message leaves after COMMIT.
 * Until an area for notifications is there, each mail becomes a file in mail_dir (<state_dir>/mail).
 */
#ifndef STOA_WORK_NOTIFY_H
#define STOA_WORK_NOTIFY_H

#include "core/base/request.h"

struct problem;
struct reply;
struct shape;

struct notification {
	const char *kind; /* "auth.verify-email": which template, and which settings of the person apply */
	struct uuid to;   /* a user; zero when the address below is all there is */
	const char *address;
	const char *subject;
	const char *text;
};

void notify(struct request *req, const struct notification *notification);

/* The job that it becomes, "notification.send", which the queue's own pool runs for the time being: `prepare` writes the
 * mail, once, however often the job is tried. */
extern const struct shape notify_job;
const struct problem *notify_write(struct request *req, struct reply *out);
const struct problem *notify_written(struct request *req, struct reply *out);

#endif
