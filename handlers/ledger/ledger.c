/*
 * ledger.c -- money: who has how much, and how it came to be so.  No routes: wallets and payments put items in the
 * posting queue and ask for what became of them, by the functions that schema ledger publishes.
 */
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/ledger/poster.h"
#include "handlers/ledger/queries.h"

static const struct leader ledger_leaders[] = {
	{ .name = "ledger.poster",
	    .batch = 2000,
	    .rest = 10 * MILLISECOND,
	    .pause = 20 * MILLISECOND,
	    .ready = poster_is_waiting,
	    .work = poster_post,
	    .says = "Decides what moves money, in the order of its acceptance" },
	{ .name = "ledger.expirer",
	    .batch = 1000,
	    .rest = 250 * MILLISECOND,
	    .ready = expirer_is_due,
	    .work = expirer_ask,
	    .says = "Lets go of holds whose time is over" },
	{ 0 },
};

const struct area ledger_area = {
	.name = "ledger",
	.says = "money: accounts, transfers and the one order in which they happen",
	.leaders = ledger_leaders,
	.statements = ledger_statements,
};
