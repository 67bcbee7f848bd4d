/*
 * movement.c -- deposits and withdrawals, against the account of the outside world.  Whoever reports one says its
 * reference: reported again it is the same one, and one that was refused stays refused.
 */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const struct uuids no_parties;

#define MOVEMENT_OF(req, row) \
	(struct movement) \
	{ \
		.id = (row)->id, .wallet = (row)->wallet, .amount = amount_text(req, (row)->amount, (row)->exponent), \
		.currency = (row)->currency, .reference = (row)->reference, .description = (row)->description, \
		.status = (row)->status, .reason = (row)->reason, .created_at = (row)->created_at, \
		.decided_at = (row)->decided_at \
	}

/* One with that reference was there before: the same is told as it stands, another is a conflict. */
static const struct problem *
answer_known(struct request *req, const struct movement_add_row *known, minor_units amount, struct reply *out)
{
	const struct new_movement *given = req->given;
	struct movement_read_row *row;
	struct movement movement;
	const struct problem *p;

	if (!uuid_equal(known->wallet, given->wallet) || known->amount != amount ||
	    !text_equal(known->description, given->description != NULL ? given->description : ""))
		return problem(req, PROBLEM_CONFLICT, "The reference belongs to another one, which differs.");
	if ((p = sql_movement_read(req, known->id, "", no_parties, true, &row)) != NULL)
		return p;
	movement = MOVEMENT_OF(req, row);
	return reply_ok(out, &movement);
}

static const struct problem *
create(struct request *req, const char *kind, struct reply *out)
{
	const struct new_movement *given = req->given;
	const char *description = given->description != NULL ? given->description : "";
	struct wallet_currency_row *wallet;
	struct movement_add_row *row;
	const struct problem *p;
	minor_units amount;

	if ((p = sql_wallet_currency(req, given->wallet, no_parties, true, &wallet)) != NULL)
		return p;
	if (wallet == NULL)
		return no_such_wallet(req);
	if (!text_equal(wallet->currency, given->currency))
		return problem_field(req, "/currency", "is not the wallet's");
	if ((p = amount_read(req, "/amount", given->amount, wallet->exponent, &amount)) != NULL)
		return p;
	if ((p = sql_movement_add(req, uuid_new(req->env), kind, given->wallet, amount, given->reference, description,
		 req->principal->party, &row)) != NULL)
		return p;
	if (!row->is_new)
		return answer_known(req, row, amount, out);
	return reply_accepted(out, arena_format(req->arena, "/v1/%ss/%s", kind, uuid_text(req->arena, row->id)),
	    &(struct movement){ .id = row->id,
		.wallet = row->wallet,
		.amount = amount_text(req, amount, wallet->exponent),
		.currency = wallet->currency,
		.reference = given->reference,
		.description = description,
		.status = "pending",
		.created_at = row->created_at });
}

const struct problem *
deposit_create(struct request *req, struct reply *out)
{
	return create(req, "deposit", out);
}

const struct problem *
withdrawal_create(struct request *req, struct reply *out)
{
	return create(req, "withdrawal", out);
}

static const struct problem *
list(struct request *req, const char *kind, struct reply *out)
{
	const struct movement_query *asked = req->asked;
	struct movement_page_rows rows;
	struct movement *movements;
	const struct problem *p;

	if ((p = sql_movement_page(req, kind, asked->wallet, asked->reference, page_uuid(req, 0, UUID_MAX),
		 page_limit(req), &rows)) != NULL)
		return p;
	movements = ARENA_ARRAY(req->arena, rows.count, struct movement);
	for (size_t i = 0; i < rows.count; i++)
		movements[i] = MOVEMENT_OF(req, &rows.items[i]);
	return reply_page(out, movements, rows.count, sizeof(*movements));
}

const struct problem *
deposit_list(struct request *req, struct reply *out)
{
	return list(req, "deposit", out);
}

const struct problem *
withdrawal_list(struct request *req, struct reply *out)
{
	return list(req, "withdrawal", out);
}

static const struct problem *
show(struct request *req, const char *kind, struct reply *out)
{
	struct movement_read_row *row;
	struct movement movement;
	const struct problem *p;

	if ((p = sql_movement_read(req, path_uuid(req, "id"), kind, req->parties, sees_all_wallets(req), &row)) != NULL)
		return p;
	if (row == NULL)
		return problem_format(req, PROBLEM_NOT_FOUND, "No such %s.", kind);
	movement = MOVEMENT_OF(req, row);
	return reply_ok(out, &movement);
}

const struct problem *
deposit_show(struct request *req, struct reply *out)
{
	return show(req, "deposit", out);
}

const struct problem *
withdrawal_show(struct request *req, struct reply *out)
{
	return show(req, "withdrawal", out);
}

const struct problem *
movement_outcome(struct request *req, struct reply *out)
{
	struct movement_read_row *row;
	struct movement movement;
	const struct problem *p;

	if ((p = sql_movement_read(req, req->awaited, "", no_parties, true, &row)) != NULL)
		return p;
	if (row == NULL || row->decided_at == NULL)
		return NULL;
	movement = MOVEMENT_OF(req, row);
	return reply_ok(out, &movement);
}
