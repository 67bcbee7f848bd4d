/* sequencer.c -- from the outbox to the log, in batches; why their order is right is said in the schema. */
#include "handlers/event/sequencer.h"

#include "core/base/log.h"
#include "core/metric/metric.h"
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/event/queries.h"

const struct problem *
sequencer_is_pending(struct request *req, bool *pending_r)
{
	struct event_is_pending_row *row;
	const struct problem *p;

	if ((p = sql_event_is_pending(req, &row)) == NULL)
		*pending_r = row->pending;
	return p;
}

static const struct problem *
put_aside(struct request *req, struct leader_batch *batch)
{
	struct event_put_aside_row *row;
	const struct problem *p;

	if ((p = sql_event_put_aside(req, &row)) != NULL)
		return p;
	batch->done = 1;
	if (row->aside)
		log_line(ERROR, req, "sequencer", "an event could not be given a position; it is in event.aside");
	return NULL;
}

const struct problem *
sequencer_move(struct request *req, struct leader_batch *batch)
{
	struct event_sequence_row *row;
	const struct problem *p;

	if (batch->quarantine)
		return put_aside(req, batch);
	if ((p = sql_event_sequence(req, batch->limit, &row)) != NULL)
		return p;
	batch->done = row->moved;
	metric_count(COUNT_events_sequenced, (uint64_t)row->moved);
	return NULL;
}
