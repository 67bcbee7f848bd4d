/* party.c -- who can own something. */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area party_area = {
	.name = "party",
	.says = "who can own something",
};
