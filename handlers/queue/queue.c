/* queue.c -- work to be done later. */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area queue_area = {
	.name = "queue",
	.says = "work to be done later",
};
