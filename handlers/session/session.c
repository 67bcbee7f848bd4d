/* session.c -- who is signed in, and where. */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area session_area = {
	.name = "session",
	.says = "who is signed in, and where",
};
