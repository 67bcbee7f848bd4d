/*
 * poster.c -- a batch: items out of the queue in the order of their acceptance, the accounts, holds and payments that
 * they name, the decisions (decide.c), and everything that follows from them (posting.c), in one transaction and three
 * round trips.
 *
 * It looks a hundred times a second whether anything waits.  Waking it from the request instead would take a NOTIFY in
 * the hot transaction, which takes a lock of the whole database at COMMIT.
 */
#include "handlers/ledger/poster.h"

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/money.h"
#include "core/metric/metric.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/ledger/posting.h"
#include "handlers/ledger/queries.h"

/*
 * Where an old transaction keeps dead rows in place, the front of the queue is slow to walk over; so a batch begins
 * behind the last one's.  Numbers are drawn before COMMIT: one that was drawn earlier may appear later, by as many
 * as there are writers at the same time.  SLACK is many times that; and once in WHOLE everything is looked at.
 */
#define SLACK 5000
#define WHOLE SECOND

static struct {
	int64_t last;     /* the highest number that this process has taken */
	int64_t whole_at; /* env_monotonic */
} low_water;

static int64_t
begin_after(const struct request *req)
{
	if (env_monotonic(req->env) >= low_water.whole_at || low_water.last < SLACK)
		return 0;
	return low_water.last - SLACK;
}

const struct problem *
poster_is_waiting(struct request *req, bool *waiting_r)
{
	struct ledger_is_waiting_row *row;
	const struct problem *p;

	if ((p = sql_ledger_is_waiting(req, begin_after(req), &row)) == NULL)
		*waiting_r = row->waiting;
	return p;
}

static const struct problem *
judge_head(struct request *req, void *row, void *context)
{
	const struct ledger_head_row *head = row;
	struct posting *posting = context;

	if (head == NULL)
		return problem(req, PROBLEM_INTERNAL, "ledger.head has no row.");
	posting->position = head->position;
	posting->at = head->at;
	return NULL;
}

static const struct leg *
linked_legs(struct request *req, const struct ledger_take_row *row)
{
	size_t count = row->leg_amounts == NULL ? 0 : row->leg_amounts->count;
	struct leg *legs = ARENA_ARRAY(req->arena, count, struct leg);

	for (size_t i = 0; i < count; i++)
		legs[i] = (struct leg){
			.kind = kind_parse(row->leg_kinds->items[i]),
			.debit = row->leg_debits->items[i],
			.credit = row->leg_credits->items[i],
			.amount = row->leg_amounts->items[i],
		};
	return legs;
}

static struct item *
items_of(struct request *req, const struct ledger_take_rows *rows)
{
	struct item *items = ARENA_ARRAY(req->arena, rows->count, struct item);

	for (size_t i = 0; i < rows->count; i++) {
		const struct ledger_take_row *row = &rows->items[i];
		enum item_kind kind = kind_parse(row->kind);

		items[i] = (struct item){
			.id = row->id,
			.kind = kind,
			.first = { kind, row->debit, row->credit, row->amount },
			.of = row->of_item,
			.expires_at = row->expires_at,
			.more = linked_legs(req, row),
			.more_count = row->leg_amounts == NULL ? 0 : row->leg_amounts->count,
		};
		if (row->number > low_water.last)
			low_water.last = row->number;
	}
	return items;
}

struct named {
	struct id_set accounts, holds, paid;
};

static size_t
count_legs(const struct posting *posting)
{
	size_t legs = 0;

	for (size_t i = 0; i < posting->count; i++)
		legs += 1 + posting->items[i].more_count;
	return legs;
}

static void
name_item(struct named *named, const struct item *item)
{
	id_set_add(&named->accounts, item->first.debit);
	id_set_add(&named->accounts, item->first.credit);
	for (size_t i = 0; i < item->more_count; i++) {
		id_set_add(&named->accounts, item->more[i].debit);
		id_set_add(&named->accounts, item->more[i].credit);
	}
	if (item->kind == KIND_CAPTURE || item->kind == KIND_VOID || item->kind == KIND_EXPIRY)
		id_set_add(&named->holds, item->of);
	if (item->kind == KIND_REFUND)
		id_set_add(&named->paid, item->of);
}

static struct named
name_all(struct request *req, const struct posting *posting)
{
	struct named named;

	/* Each hold that is named may name two accounts more. */
	id_set_init(&named.accounts, req->arena, 2 * count_legs(posting) + 2 * posting->count);
	id_set_init(&named.holds, req->arena, posting->count);
	id_set_init(&named.paid, req->arena, posting->count);
	for (size_t i = 0; i < posting->count; i++)
		name_item(&named, &posting->items[i]);
	return named;
}

static const struct problem *
read_holds(struct request *req, struct book *book, struct named *named)
{
	struct ledger_holds_rows rows;
	const struct problem *p;

	if (named->holds.count == 0)
		return NULL;
	if ((p = sql_ledger_holds(req, (struct uuids){ named->holds.items, named->holds.count }, &rows)) != NULL)
		return p;
	for (size_t i = 0; i < rows.count; i++) {
		const struct ledger_holds_row *row = &rows.items[i];

		book_add_hold(book, (struct book_hold){ .id = row->item,
					.debit = row->debit,
					.credit = row->credit,
					.amount = row->amount,
					.captured = row->captured,
					.state = hold_state_parse(row->state),
					.expires_at = row->expires_at });
		id_set_add(&named->accounts, row->debit);
		id_set_add(&named->accounts, row->credit);
	}
	return NULL;
}

static const struct problem *
read_paid(struct request *req, struct book *book, const struct named *named)
{
	struct ledger_paid_rows rows;
	const struct problem *p;

	if (named->paid.count == 0)
		return NULL;
	if ((p = sql_ledger_paid(req, (struct uuids){ named->paid.items, named->paid.count }, &rows)) != NULL)
		return p;
	for (size_t i = 0; i < rows.count; i++)
		book_add_paid(book, (struct book_paid){ .id = rows.items[i].item,
					.debit = rows.items[i].debit,
					.credit = rows.items[i].credit,
					.amount = rows.items[i].amount,
					.refunded = rows.items[i].refunded });
	return NULL;
}

static const struct problem *
read_accounts(struct request *req, struct book *book, const struct named *named)
{
	struct ledger_accounts_rows rows;
	const struct problem *p;

	if ((p = sql_ledger_accounts(req, (struct uuids){ named->accounts.items, named->accounts.count }, &rows)) !=
	    NULL)
		return p;
	for (size_t i = 0; i < rows.count; i++) {
		const struct ledger_accounts_row *row = &rows.items[i];

		book_add_account(book, (struct book_account){ .id = row->account,
					   .owner = row->owner != NULL ? *row->owner : (struct uuid){ { 0 } },
					   .currency = row->currency,
					   .state = account_state_parse(row->state),
					   .posted = row->posted,
					   .held = row->held,
					   .incoming = row->incoming,
					   .limited = row->floor != NULL,
					   .floor = row->floor != NULL ? *row->floor : 0 });
	}
	return NULL;
}

static const struct problem *
read_book(struct request *req, struct posting *posting)
{
	struct named named = name_all(req, posting);
	const struct problem *p;

	posting->book = book_new(req->arena, named.accounts.count + 2 * named.holds.count,
	    named.holds.count + posting->count, named.paid.count);
	if ((p = read_holds(req, posting->book, &named)) != NULL || (p = read_paid(req, posting->book, &named)) != NULL)
		return p;
	return read_accounts(req, posting->book, &named);
}

static void
put_aside(struct request *req, const struct ledger_take_row *row)
{
	char amount[MONEY_TEXT_SIZE];

	sql_ledger_put_aside(req, row->number,
	    arena_format(req->arena,
		"{\"id\":\"%s\",\"kind\":\"%s\",\"debit\":\"%s\",\"credit\":\"%s\",\"amount\":\"%s\",\"of\":\"%s\"}",
		uuid_text(req->arena, row->id), row->kind, uuid_text(req->arena, row->debit),
		uuid_text(req->arena, row->credit), minor_units_print(row->amount, amount),
		uuid_text(req->arena, row->of_item)));
	log_line(ERROR, req, "poster", "an item could not be decided; it is in ledger.aside",
	    { "number", .number = row->number });
}

const struct problem *
poster_post(struct request *req, struct leader_batch *batch)
{
	struct posting posting = { 0 };
	int64_t after = begin_after(req);
	struct ledger_take_rows rows;
	const struct problem *p;

	sql_ledger_head_later(req, judge_head, &posting);
	if ((p = sql_ledger_take(req, after, batch->limit, &rows)) != NULL)
		return p;
	if (after == 0 && rows.count < (size_t)batch->limit)
		low_water.whole_at = env_monotonic(req->env) + WHOLE;
	batch->done = (int32_t)rows.count;
	if (rows.count == 0)
		return NULL;
	if (batch->quarantine) {
		put_aside(req, &rows.items[0]);
		return NULL;
	}
	posting.items = items_of(req, &rows);
	posting.count = rows.count;
	if ((p = read_book(req, &posting)) != NULL)
		return p;
	posting.decisions = decide(req->arena, posting.book, posting.items, posting.count);
	posting_write(req, &posting);
	metric_count(COUNT_items_decided, (uint64_t)rows.count);
	return NULL;
}
