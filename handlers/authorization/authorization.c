/*
 * authorization.c -- roles, what they hold, and who holds them.  The functions that schema authorization publishes are
 * asked whenever a session's rights are loaded (party.standing).
 */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area authorization_area = {
	.name = "authorization",
	.says = "Roles, what they hold, and who holds them",
};
