/*
 * session.c -- who is signed in, and where.  A session belongs to one party and is never shared.  No routes as yet: core
 * reads the row with every request (core/trust/principal.c) through the functions that schema session publishes.
 */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area session_area = {
	.name = "session",
	.says = "Who is signed in, and where",
};
