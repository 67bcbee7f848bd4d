/* expirer.c -- asks the poster to let go of holds whose time is over; a hold that ends meanwhile has been faster. */
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/ledger/poster.h"
#include "handlers/ledger/queries.h"

const struct problem *
expirer_is_due(struct request *req, bool *due_r)
{
	struct ledger_hold_is_due_row *row;
	const struct problem *p;

	if ((p = sql_ledger_hold_is_due(req, &row)) == NULL)
		*due_r = row->due;
	return p;
}

const struct problem *
expirer_ask(struct request *req, struct leader_batch *batch)
{
	struct ledger_hold_expire_row *row;
	const struct problem *p;

	if ((p = sql_ledger_hold_expire(req, batch->limit, &row)) == NULL)
		batch->done = row->asked;
	return p;
}
