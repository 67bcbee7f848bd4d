/* ops.c -- Health, metrics and what operators should know. */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area ops_area = {
	.name = "ops",
	.says = "Health, metrics and what operators should know",
};
