/* event.c -- facts in one order. */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area event_area = {
	.name = "event",
	.says = "facts in one order",
};
