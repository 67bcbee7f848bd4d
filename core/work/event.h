/*
 * event.h -- facts, for whoever wants to know.  Appended in the transaction of the change, after its
 * subject's row is locked; the sequencer gives each its position, and feed, webhooks, NATS and RabbitMQ
 * are readers of one order.
 */
#ifndef STOA_WORK_EVENT_H
#define STOA_WORK_EVENT_H

#include "core/base/request.h"

struct shape;

struct event {
	const char *type; /* of the area's event table: "session.ended" */
	struct uuid subject;
	struct uuid owner;         /* the party that may read it; zero: operators only */
	const struct shape *shape; /* of `data`; both NULL: none */
	const void *data;
};

/* Queued like an :exec. */
void event_append(struct request *req, const struct event *event);

#endif
