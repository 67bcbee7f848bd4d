/* decide.c -- the rules of money, a function for each kind of item. */
#include "handlers/ledger/decide.h"

#include "core/base/arena.h"
#include "core/base/text.h"

struct deciding {
	struct book *book;
	const struct item *item;
	size_t place; /* the item's */
	struct decisions *out;
};

static enum reason
both_take_part(const struct book_account *debit, const struct book_account *credit)
{
	if (debit == NULL || credit == NULL)
		return REASON_NO_ACCOUNT;
	if (debit == credit)
		return REASON_SAME_ACCOUNT;
	if (!text_equal(debit->currency, credit->currency))
		return REASON_CURRENCY_MISMATCH;
	if (debit->state == ACCOUNT_CLOSED)
		return REASON_FROM_CLOSED;
	if (credit->state == ACCOUNT_CLOSED)
		return REASON_TO_CLOSED;
	if (debit->state == ACCOUNT_FROZEN)
		return REASON_FROM_FROZEN;
	if (credit->state == ACCOUNT_FROZEN)
		return REASON_TO_FROZEN;
	return REASON_NONE;
}

static enum reason
fits(const struct book_account *debit, const struct book_account *credit, minor_units amount)
{
	if (amount <= 0 || amount > BALANCE_MAX || debit->posted - amount < -BALANCE_MAX ||
	    credit->posted + amount > BALANCE_MAX)
		return REASON_BALANCE_LIMIT;
	return REASON_NONE;
}

/* Whether `amount` may leave one for the other, as a transfer or as a hold. */
static enum reason
may_move(const struct book_account *debit, const struct book_account *credit, minor_units amount)
{
	enum reason reason = both_take_part(debit, credit);

	if (reason == REASON_NONE)
		reason = fits(debit, credit, amount);
	if (reason == REASON_NONE && debit->limited && debit->posted - debit->held - amount < debit->floor)
		reason = REASON_INSUFFICIENT_FUNDS;
	return reason;
}

static void
move(struct book_account *debit, struct book_account *credit, minor_units amount)
{
	debit->posted -= amount;
	credit->posted += amount;
	debit->changed = credit->changed = true;
}

static void
note_transfer(
    struct deciding *d, const struct leg *leg, const struct book_account *debit, const struct book_account *credit)
{
	struct decision *decision = &d->out->items[d->place];

	d->out->transfers[d->out->transfer_count++] = (struct transfer){
		.leg = *leg,
		.item = d->place,
		.number = (int32_t)decision->transfer_count++,
		.debit_after = debit->posted,
		.credit_after = credit->posted,
	};
}

static enum reason
decide_leg(struct deciding *d, const struct leg *leg)
{
	struct book_account *debit = book_account(d->book, leg->debit), *credit = book_account(d->book, leg->credit);
	enum reason reason = may_move(debit, credit, leg->amount);

	if (reason != REASON_NONE)
		return reason;
	move(debit, credit, leg->amount);
	note_transfer(d, leg, debit, credit);
	return REASON_NONE;
}

/* One leg does not fit: those before it are taken back, so that none of them was posted. */
static void
take_back(struct deciding *d)
{
	struct decision *decision = &d->out->items[d->place];

	for (; decision->transfer_count > 0; decision->transfer_count--) {
		const struct leg *leg = &d->out->transfers[--d->out->transfer_count].leg;

		move(book_account(d->book, leg->credit), book_account(d->book, leg->debit), leg->amount);
	}
}

static enum reason
decide_transfer(struct deciding *d)
{
	enum reason reason = decide_leg(d, &d->item->first);

	for (size_t i = 0; reason == REASON_NONE && i < d->item->more_count; i++)
		reason = decide_leg(d, &d->item->more[i]);
	if (reason != REASON_NONE)
		take_back(d);
	return reason;
}

static enum reason
decide_hold(struct deciding *d)
{
	const struct leg *leg = &d->item->first;
	struct book_account *debit = book_account(d->book, leg->debit), *credit = book_account(d->book, leg->credit);
	enum reason reason = may_move(debit, credit, leg->amount);

	if (reason != REASON_NONE)
		return reason;
	if (book_hold(d->book, d->item->id) != NULL)
		return REASON_USED;
	if (debit->held + leg->amount > BALANCE_MAX || credit->incoming + leg->amount > BALANCE_MAX)
		return REASON_BALANCE_LIMIT;
	debit->held += leg->amount;
	credit->incoming += leg->amount;
	debit->changed = credit->changed = true;
	book_add_hold(d->book, (struct book_hold){ .id = d->item->id,
				   .debit = leg->debit,
				   .credit = leg->credit,
				   .amount = leg->amount,
				   .state = HOLD_HELD,
				   .expires_at = d->item->expires_at,
				   .fresh = true });
	return REASON_NONE;
}

static void
release(struct book_hold *hold, enum hold_state state, struct book_account *debit, struct book_account *credit)
{
	debit->held -= hold->amount;
	credit->incoming -= hold->amount;
	debit->changed = credit->changed = true;
	hold->state = state;
	hold->changed = true;
}

/* What is held is there: posted - held never falls below the floor, so no floor is asked again. */
static enum reason
decide_capture(struct deciding *d)
{
	struct book_hold *hold = book_hold(d->book, d->item->of);
	struct book_account *debit, *credit;
	struct leg leg = d->item->first;
	enum reason reason;

	if (hold == NULL)
		return REASON_NO_HOLD;
	if (hold->state != HOLD_HELD)
		return REASON_HOLD_ENDED;
	if (leg.amount > hold->amount)
		return REASON_TOO_MUCH;
	/* Whom it is between, the hold says. */
	debit = book_account(d->book, leg.debit = hold->debit);
	credit = book_account(d->book, leg.credit = hold->credit);
	if ((reason = both_take_part(debit, credit)) != REASON_NONE ||
	    (reason = fits(debit, credit, leg.amount)) != REASON_NONE)
		return reason;
	release(hold, HOLD_CAPTURED, debit, credit);
	hold->captured = leg.amount;
	move(debit, credit, leg.amount);
	note_transfer(d, &leg, debit, credit);
	return REASON_NONE;
}

/* Nothing moves, so it may also be done to frozen accounts. */
static enum reason
decide_release(struct deciding *d, enum hold_state state)
{
	struct book_hold *hold = book_hold(d->book, d->item->of);
	struct book_account *debit, *credit;

	if (hold == NULL)
		return REASON_NO_HOLD;
	if (hold->state != HOLD_HELD)
		return REASON_HOLD_ENDED;
	debit = book_account(d->book, hold->debit);
	credit = book_account(d->book, hold->credit);
	if (debit == NULL || credit == NULL)
		return REASON_NO_ACCOUNT;
	release(hold, state, debit, credit);
	return REASON_NONE;
}

/* The first leg is what is given back, and the last one reaches whoever paid; of a payment of one currency they are
 * one. */
static enum reason
decide_refund(struct deciding *d)
{
	struct book_paid *paid = book_paid(d->book, d->item->of);
	const struct leg *given = &d->item->first;
	const struct leg *got = d->item->more_count > 0 ? &d->item->more[d->item->more_count - 1] : given;
	enum reason reason;

	if (paid == NULL || !uuid_equal(paid->debit, got->credit) || !uuid_equal(paid->credit, given->debit))
		return REASON_NOT_PAID;
	if (given->amount > paid->amount - paid->refunded)
		return REASON_TOO_MUCH;
	if ((reason = decide_transfer(d)) != REASON_NONE)
		return reason;
	paid->refunded += given->amount;
	paid->changed = true;
	return REASON_NONE;
}

static enum reason
decide_state(struct deciding *d, enum account_state state)
{
	struct book_account *account = book_account(d->book, d->item->first.debit);

	if (account == NULL)
		return REASON_NO_ACCOUNT;
	if (account->state == ACCOUNT_CLOSED)
		return REASON_CLOSED;
	if (state == ACCOUNT_FROZEN && account->state == ACCOUNT_FROZEN)
		return REASON_FROZEN;
	if (state == ACCOUNT_OPEN && account->state != ACCOUNT_FROZEN)
		return REASON_NOT_FROZEN;
	if (state == ACCOUNT_CLOSED && (account->posted != 0 || account->held != 0 || account->incoming != 0))
		return REASON_NOT_EMPTY;
	account->state = state;
	account->changed = true;
	return REASON_NONE;
}

static enum reason
decide_floor(struct deciding *d)
{
	struct book_account *account = book_account(d->book, d->item->first.debit);
	minor_units wanted = d->item->first.amount;

	if (account == NULL)
		return REASON_NO_ACCOUNT;
	if (account->state == ACCOUNT_CLOSED)
		return REASON_CLOSED;
	if (wanted < -BALANCE_MAX || wanted > BALANCE_MAX)
		return REASON_BALANCE_LIMIT;
	if (account->posted - account->held < wanted)
		return REASON_BELOW_FLOOR;
	account->floor = wanted;
	account->limited = true;
	account->changed = true;
	return REASON_NONE;
}

static enum reason
decide_item(struct deciding *d)
{
	switch (d->item->kind) {
	case KIND_PAYMENT:
	case KIND_DEPOSIT:
	case KIND_WITHDRAWAL:
	case KIND_CONVERSION:
	case KIND_SPREAD:
		return decide_transfer(d);
	case KIND_HOLD:
		return decide_hold(d);
	case KIND_CAPTURE:
		return decide_capture(d);
	case KIND_VOID:
		return decide_release(d, HOLD_VOIDED);
	case KIND_EXPIRY:
		return decide_release(d, HOLD_EXPIRED);
	case KIND_REFUND:
		return decide_refund(d);
	case KIND_FREEZE:
		return decide_state(d, ACCOUNT_FROZEN);
	case KIND_UNFREEZE:
		return decide_state(d, ACCOUNT_OPEN);
	case KIND_CLOSE:
		return decide_state(d, ACCOUNT_CLOSED);
	case KIND_FLOOR:
		return decide_floor(d);
	case KIND_UNSET:
	case KIND__COUNT:
		break;
	}
	return REASON_NO_ACCOUNT;
}

struct decisions
decide(struct arena *arena, struct book *book, const struct item *items, size_t count)
{
	struct decisions out = { .items = ARENA_ARRAY(arena, count, struct decision) };
	size_t legs = count;

	for (size_t i = 0; i < count; i++)
		legs += items[i].more_count;
	out.transfers = ARENA_ARRAY(arena, legs, struct transfer);
	for (size_t i = 0; i < count; i++) {
		struct deciding deciding = { .book = book, .item = &items[i], .place = i, .out = &out };

		out.items[i].transfer = out.transfer_count;
		out.items[i].reason = decide_item(&deciding);
	}
	return out;
}
