/* history.c -- what went into a wallet and out of it, the newest first, each with the balance after it. */
#include "core/base/arena.h"
#include "core/db/db.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const struct problem *
keep_wallet(struct request *req, void *row, void *context)
{
	const struct wallet_currency_row *wallet = row;

	if (wallet == NULL)
		return no_such_wallet(req);
	*(struct wallet_currency_row *)context = *wallet;
	return NULL;
}

static struct history_entry
entry_of(struct request *req, const struct history_page_row *row, const struct wallet_currency_row *wallet)
{
	return (struct history_entry){ .position = row->position,
		.at = row->at,
		.kind = row->kind,
		.item = row->item,
		.direction = row->is_debit ? "out" : "in",
		.amount = amount_text(req, row->amount, wallet->exponent),
		.balance = amount_text(req, row->balance_after, wallet->exponent),
		.currency = wallet->currency };
}

const struct problem *
history_list(struct request *req, struct reply *out)
{
	const struct history_query *asked = req->asked;
	const struct texts kinds = { &asked->kind, asked->kind != NULL };
	const struct uuid id = path_uuid(req, "id");
	struct wallet_currency_row wallet = { 0 };
	struct history_page_rows rows;
	struct history_entry *entries;
	const struct problem *p;

	sql_wallet_currency_later(req, id, req->parties, sees_all_wallets(req), keep_wallet, &wallet);
	if ((p = sql_history_page(req, id, kinds, asked->from != NULL ? *asked->from : INSTANT_MIN,
		 asked->until != NULL ? *asked->until : INSTANT_MAX, page_integer(req, 0, INT64_MAX), page_limit(req),
		 &rows)) != NULL)
		return p;
	entries = ARENA_ARRAY(req->arena, rows.count, struct history_entry);
	for (size_t i = 0; i < rows.count; i++)
		entries[i] = entry_of(req, &rows.items[i], &wallet);
	return reply_page(out, entries, rows.count, sizeof(*entries));
}
