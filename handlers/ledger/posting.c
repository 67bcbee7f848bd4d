/* posting.c -- from decisions to arrays: one statement for each table, however many rows. */
#include "handlers/ledger/posting.h"

#include "core/base/arena.h"
#include "handlers/ledger/queries.h"

static void
write_balances(struct request *req, const struct book *book)
{
	size_t most = book->account_count, count = 0;
	struct uuid *ids = ARENA_ARRAY(req->arena, most, struct uuid);
	minor_units *posted = ARENA_ARRAY(req->arena, most, minor_units);
	minor_units *held = ARENA_ARRAY(req->arena, most, minor_units);
	minor_units *incoming = ARENA_ARRAY(req->arena, most, minor_units);
	minor_units *floors = ARENA_ARRAY(req->arena, most, minor_units);
	bool *unlimited = ARENA_ARRAY(req->arena, most, bool);
	const char **states = ARENA_ARRAY(req->arena, most, const char *);

	for (size_t i = 0; i < most; i++) {
		const struct book_account *account = &book->accounts[i];

		if (!account->changed)
			continue;
		ids[count] = account->id;
		posted[count] = account->posted;
		held[count] = account->held;
		incoming[count] = account->incoming;
		floors[count] = account->floor;
		unlimited[count] = !account->limited;
		states[count++] = account_state_name(account->state);
	}
	if (count > 0)
		sql_ledger_write_balances(req, (struct uuids){ ids, count }, (struct amounts){ posted, count },
		    (struct amounts){ held, count }, (struct amounts){ incoming, count },
		    (struct amounts){ floors, count }, (struct flags){ unlimited, count },
		    (struct texts){ states, count });
}

static void
write_transfers(struct request *req, const struct posting *posting)
{
	size_t count = posting->decisions.transfer_count;
	struct uuid *debits = ARENA_ARRAY(req->arena, count, struct uuid);
	struct uuid *credits = ARENA_ARRAY(req->arena, count, struct uuid);
	struct uuid *items = ARENA_ARRAY(req->arena, count, struct uuid);
	const char **kinds = ARENA_ARRAY(req->arena, count, const char *);
	int64_t *legs = ARENA_ARRAY(req->arena, count, int64_t);
	minor_units *amounts = ARENA_ARRAY(req->arena, count, minor_units);
	minor_units *debit_after = ARENA_ARRAY(req->arena, count, minor_units);
	minor_units *credit_after = ARENA_ARRAY(req->arena, count, minor_units);

	for (size_t i = 0; i < count; i++) {
		const struct transfer *transfer = &posting->decisions.transfers[i];

		debits[i] = transfer->leg.debit;
		credits[i] = transfer->leg.credit;
		items[i] = posting->items[transfer->item].id;
		kinds[i] = kind_rows[transfer->leg.kind].name;
		legs[i] = transfer->number;
		amounts[i] = transfer->leg.amount;
		debit_after[i] = transfer->debit_after;
		credit_after[i] = transfer->credit_after;
	}
	if (count == 0)
		return;
	sql_ledger_write_transfers(req, posting->position + 1, posting->at, (struct uuids){ debits, count },
	    (struct uuids){ credits, count }, (struct uuids){ items, count }, (struct texts){ kinds, count },
	    (struct integers){ legs, count }, (struct amounts){ amounts, count },
	    (struct amounts){ debit_after, count }, (struct amounts){ credit_after, count });
	sql_ledger_write_head(req, posting->position + (int64_t)count, posting->at);
}

/* What moved money is told by its transfers, and a hold by its own row; all else has a result. */
static bool
has_result(const struct item *item, const struct decision *decision)
{
	return decision->reason != REASON_NONE || (decision->transfer_count == 0 && item->kind != KIND_HOLD);
}

/* Of linked transfers, which go through the house: the first wallet that one of them was to reach. */
static struct uuid
receiver_of(const struct book *book, const struct item *item)
{
	for (size_t i = 0; i < item->more_count; i++) {
		const struct book_account *account = book_account(book, item->more[i].credit);

		if (account != NULL && !uuid_is_zero(account->owner))
			return account->id;
	}
	return item->first.credit;
}

static void
write_results(struct request *req, const struct posting *posting)
{
	size_t most = posting->count, count = 0;
	struct uuid *items = ARENA_ARRAY(req->arena, most, struct uuid);
	struct uuid *debits = ARENA_ARRAY(req->arena, most, struct uuid);
	struct uuid *credits = ARENA_ARRAY(req->arena, most, struct uuid);
	const char **kinds = ARENA_ARRAY(req->arena, most, const char *);
	const char **reasons = ARENA_ARRAY(req->arena, most, const char *);

	for (size_t i = 0; i < most; i++) {
		const struct item *item = &posting->items[i];
		const struct decision *decision = &posting->decisions.items[i];

		if (!has_result(item, decision))
			continue;
		items[count] = item->id;
		debits[count] = item->first.debit;
		credits[count] = receiver_of(posting->book, item);
		kinds[count] = kind_rows[item->kind].name;
		reasons[count++] = decision->reason == REASON_NONE ? "" : reason_name(decision->reason);
	}
	if (count > 0)
		sql_ledger_write_results(req, posting->at, (struct uuids){ items, count },
		    (struct texts){ kinds, count }, (struct uuids){ debits, count }, (struct uuids){ credits, count },
		    (struct texts){ reasons, count });
}

static void
add_holds(struct request *req, const struct posting *posting)
{
	const struct book *book = posting->book;
	size_t most = book->hold_count, count = 0;
	struct uuid *items = ARENA_ARRAY(req->arena, most, struct uuid);
	struct uuid *debits = ARENA_ARRAY(req->arena, most, struct uuid);
	struct uuid *credits = ARENA_ARRAY(req->arena, most, struct uuid);
	minor_units *amounts = ARENA_ARRAY(req->arena, most, minor_units);
	minor_units *captured = ARENA_ARRAY(req->arena, most, minor_units);
	const char **states = ARENA_ARRAY(req->arena, most, const char *);
	struct instant *expire = ARENA_ARRAY(req->arena, most, struct instant);

	for (size_t i = 0; i < most; i++) {
		const struct book_hold *hold = &book->holds[i];

		if (!hold->fresh)
			continue;
		items[count] = hold->id;
		debits[count] = hold->debit;
		credits[count] = hold->credit;
		amounts[count] = hold->amount;
		captured[count] = hold->captured;
		states[count] = hold_state_name(hold->state);
		expire[count++] = hold->expires_at;
	}
	if (count > 0)
		sql_ledger_add_holds(req, posting->at, (struct uuids){ items, count }, (struct uuids){ debits, count },
		    (struct uuids){ credits, count }, (struct amounts){ amounts, count },
		    (struct amounts){ captured, count }, (struct texts){ states, count },
		    (struct instants){ expire, count });
}

static void
write_holds(struct request *req, const struct posting *posting)
{
	const struct book *book = posting->book;
	size_t most = book->hold_count, count = 0;
	struct uuid *items = ARENA_ARRAY(req->arena, most, struct uuid);
	minor_units *captured = ARENA_ARRAY(req->arena, most, minor_units);
	const char **states = ARENA_ARRAY(req->arena, most, const char *);

	for (size_t i = 0; i < most; i++) {
		const struct book_hold *hold = &book->holds[i];

		if (hold->fresh || !hold->changed)
			continue;
		items[count] = hold->id;
		captured[count] = hold->captured;
		states[count++] = hold_state_name(hold->state);
	}
	if (count > 0)
		sql_ledger_write_holds(req, (struct uuids){ items, count }, (struct amounts){ captured, count },
		    (struct texts){ states, count }, posting->at);
}

static void
write_refunded(struct request *req, const struct book *book)
{
	size_t most = book->paid_count, count = 0;
	struct uuid *items = ARENA_ARRAY(req->arena, most, struct uuid);
	minor_units *amounts = ARENA_ARRAY(req->arena, most, minor_units);

	for (size_t i = 0; i < most; i++) {
		if (!book->paid[i].changed)
			continue;
		items[count] = book->paid[i].id;
		amounts[count++] = book->paid[i].refunded;
	}
	if (count > 0)
		sql_ledger_write_refunded(req, (struct uuids){ items, count }, (struct amounts){ amounts, count });
}

static struct uuid
subject_of(const struct item *item)
{
	switch (kind_rows[item->kind].subject) {
	case SUBJECT_OF:
		return item->of;
	case SUBJECT_ACCOUNT:
		return item->first.debit;
	case SUBJECT_ITEM:
	case SUBJECT_UNSET:
		break;
	}
	return item->id;
}

/* Whoever owns what it is taken from, or what it is given to where that is nobody's. */
static struct uuid
reader_of(const struct book *book, const struct item *item)
{
	const struct book_account *debit = book_account(book, item->first.debit);
	const struct book_account *credit = book_account(book, item->first.credit);

	if (debit != NULL && !uuid_is_zero(debit->owner))
		return debit->owner;
	return credit != NULL ? credit->owner : (struct uuid){ { 0 } };
}

static const char *
event_data(struct request *req, const struct posting *posting, size_t place)
{
	const struct decision *decision = &posting->decisions.items[place];

	if (decision->reason != REASON_NONE)
		return arena_format(req->arena, "{\"reason\":\"%s\"}", reason_name(decision->reason));
	if (decision->transfer_count > 0)
		return arena_format(req->arena, "{\"position\":%lld}",
		    (long long)(posting->position + 1 + (int64_t)decision->transfer));
	return "{}";
}

static void
tell(struct request *req, const struct posting *posting)
{
	size_t most = posting->count, count = 0;
	struct uuid *ids = ARENA_ARRAY(req->arena, most, struct uuid);
	const char **types = ARENA_ARRAY(req->arena, most, const char *);
	struct uuid *subjects = ARENA_ARRAY(req->arena, most, struct uuid);
	struct uuid *owners = ARENA_ARRAY(req->arena, most, struct uuid);
	const char **data = ARENA_ARRAY(req->arena, most, const char *);

	for (size_t i = 0; i < most; i++) {
		const struct item *item = &posting->items[i];
		const struct kind_row *kind = &kind_rows[item->kind];
		const char *type = posting->decisions.items[i].reason == REASON_NONE ? kind->done : kind->refused;

		if (type == NULL)
			continue;
		ids[count] = uuid_new(req->env);
		types[count] = type;
		subjects[count] = subject_of(item);
		owners[count] = reader_of(posting->book, item);
		data[count++] = event_data(req, posting, i);
	}
	if (count > 0)
		sql_ledger_tell(req, (struct uuids){ ids, count }, (struct texts){ types, count },
		    (struct uuids){ subjects, count }, (struct uuids){ owners, count }, (struct texts){ data, count });
}

void
posting_write(struct request *req, const struct posting *posting)
{
	write_transfers(req, posting);
	write_balances(req, posting->book);
	write_results(req, posting);
	add_holds(req, posting);
	write_holds(req, posting);
	write_refunded(req, posting->book);
	tell(req, posting);
}
