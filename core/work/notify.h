/*
 * notify.h -- a message to a person.  The call joins the transaction; the message leaves after COMMIT.
 * Until an area for notifications is there, each mail becomes a file under var/<env>/mail/.
 */
#ifndef STOA_WORK_NOTIFY_H
#define STOA_WORK_NOTIFY_H

#include "core/base/request.h"

struct notification {
	const char *kind; /* "auth.verify-email": which template, and which settings of the person apply */
	struct uuid to;   /* a user; zero when the address below is all there is */
	const char *address;
	const char *subject;
	const char *text;
};

void notify(struct request *req, const struct notification *notification);

#endif
