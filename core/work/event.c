/* event.c -- appending facts; the sequencer that gives them their order is in handlers/event. */
#include "core/work/event.h"

#include "core/work/queries.h"
#include "core/work/work.h"

void
event_append(struct request *req, const struct event *event)
{
	sql_event_append(req, uuid_new(req->env), event->type, event->subject,
	    uuid_is_zero(event->owner) ? NULL : &event->owner, work_json(req, event->shape, event->data),
	    work_trace(req));
}
