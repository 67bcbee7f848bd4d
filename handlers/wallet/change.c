/*
 * change.c -- freezing, unfreezing and closing a wallet, and moving its floor.  Each is an item of the posting queue,
 * so that it has its place among the payments: what came before it is decided before it.
 */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const struct uuids no_parties;

static const struct problem *
ask_for(struct request *req, const char *kind, bool anyone, const minor_units *floor, struct reply *out)
{
	const struct uuid id = uuid_new(req->env), wallet = path_uuid(req, "id");
	struct change_add_row *row;
	const struct problem *p;

	if ((p = sql_change_add(req, id, wallet, req->parties, anyone, kind, floor, req->principal->party, &row)) !=
	    NULL)
		return p;
	if (row == NULL)
		return no_such_wallet(req);
	return reply_accepted(out,
	    arena_format(
		req->arena, "/v1/wallets/%s/changes/%s", uuid_text(req->arena, wallet), uuid_text(req->arena, id)),
	    &(struct change){ .id = id,
		.wallet = wallet,
		.kind = kind,
		.floor = floor != NULL ? amount_text(req, *floor, row->exponent) : NULL,
		.currency = floor != NULL ? row->currency : NULL,
		.status = "pending",
		.created_at = row->created_at });
}

const struct problem *
wallet_freeze(struct request *req, struct reply *out)
{
	return ask_for(req, "freeze", true, NULL, out);
}

const struct problem *
wallet_unfreeze(struct request *req, struct reply *out)
{
	return ask_for(req, "unfreeze", true, NULL, out);
}

const struct problem *
wallet_close(struct request *req, struct reply *out)
{
	return ask_for(req, "close", false, NULL, out);
}

const struct problem *
wallet_floor(struct request *req, struct reply *out)
{
	const struct new_floor *given = req->given;
	struct wallet_currency_row *wallet;
	const struct problem *p;
	minor_units floor;

	if ((p = sql_wallet_currency(req, path_uuid(req, "id"), no_parties, true, &wallet)) != NULL)
		return p;
	if (wallet == NULL)
		return no_such_wallet(req);
	if (!text_equal(wallet->currency, given->currency))
		return problem_field(req, "/currency", "is not the wallet's");
	if ((p = amount_read_signed(req, "/floor", given->floor, wallet->exponent, &floor)) != NULL)
		return p;
	return ask_for(req, "floor", true, &floor, out);
}

static const struct problem *
reply_change(struct request *req, const struct change_read_row *row, struct reply *out)
{
	return reply_ok(out, &(struct change){ .id = row->id,
				 .wallet = row->wallet,
				 .kind = row->kind,
				 .floor = row->floor != NULL ? amount_text(req, *row->floor, row->exponent) : NULL,
				 .currency = row->floor != NULL ? row->currency : NULL,
				 .status = row->status,
				 .reason = row->reason,
				 .created_at = row->created_at,
				 .decided_at = row->decided_at });
}

const struct problem *
change_show(struct request *req, struct reply *out)
{
	struct change_read_row *row;
	const struct problem *p;

	if ((p = sql_change_read(req, path_uuid(req, "change_id"), req->parties, sees_all_wallets(req), &row)) != NULL)
		return p;
	if (row == NULL || !uuid_equal(row->wallet, path_uuid(req, "id")))
		return problem(req, PROBLEM_NOT_FOUND, "No such change.");
	return reply_change(req, row, out);
}

const struct problem *
change_outcome(struct request *req, struct reply *out)
{
	struct change_read_row *row;
	const struct problem *p;

	if ((p = sql_change_read(req, req->awaited, no_parties, true, &row)) != NULL)
		return p;
	return row == NULL || row->decided_at == NULL ? NULL : reply_change(req, row, out);
}
