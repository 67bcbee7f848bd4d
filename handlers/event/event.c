/* event.c -- facts in one order: each gets its position once, from one leader, and the positions have no gap. */
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/event/queries.h"
#include "handlers/event/sequencer.h"

static const struct leader event_leaders[] = {
	{ .name = "event.sequencer",
	    .batch = 1000,
	    .rest = 20 * MILLISECOND,
	    .pause = 30 * MILLISECOND,
	    .ready = sequencer_is_pending,
	    .work = sequencer_move,
	    .says = "Gives events their position" },
	{ 0 },
};

const struct area event_area = {
	.name = "event",
	.says = "facts in one order",
	.leaders = event_leaders,
	.statements = event_statements,
};
