/*
 * party.c -- who can own something.  No routes: users, accounts and organizations have areas of their own, which
 * call the functions that schema party publishes.
 */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area party_area = {
	.name = "party",
	.says = "Who can own something: users, accounts, organizations, services",
};
