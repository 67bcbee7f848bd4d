/*
 * client.c -- people who signed up.  A client has exactly one subscription, always: the pair is made and removed together,
 * and the database refuses half of one.
 */
#include "core/web/route.h"
#include "handlers/areas.h"

static const struct event_kind client_events[] = {
	{ "client.created", "client", "Somebody became a client" },
	{ "client.removed", "client", "A client was removed, with the subscription" },
	{ 0 },
};

const struct area client_area = {
	.name = "client",
	.says = "People who signed up",
	.events = client_events,
};
