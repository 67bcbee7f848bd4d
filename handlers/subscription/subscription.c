/*
 * subscription.c -- what can be subscribed to, and who does.  Every client has exactly one subscription; its terms follow
 * the calendar from one anchor and never overlap.
 */
#include "core/web/route.h"
#include "handlers/areas.h"

static const struct event_kind subscription_events[] = {
	{ "subscription.started", "subscription", "A client's first term began" },
	{ "subscription.removed", "subscription", "A subscription was removed, with its client" },
	{ 0 },
};

const struct area subscription_area = {
	.name = "subscription",
	.says = "What can be subscribed to, and who does",
	.events = subscription_events,
};
