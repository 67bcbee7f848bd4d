/*
 * ledger.c -- money: who has how much, and how it came to be so.  No routes: wallets and payments put items in the
 * posting queue and ask for what became of them, by the functions that schema ledger publishes.
 */
#include "core/web/route.h"
#include "handlers/areas.h"

const struct area ledger_area = {
	.name = "ledger",
	.says = "money: accounts, transfers and the one order in which they happen",
};
