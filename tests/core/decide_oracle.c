/* decide_oracle.c -- slow and plain; see decide_oracle.h. */
#include "tests/core/decide_oracle.h"

minor_units
oracle_posted(const struct oracle *o, size_t account)
{
	minor_units sum = 0;

	for (size_t i = 0; i < o->movement_count; i++) {
		if (o->movements[i].to == account)
			sum += o->movements[i].amount;
		if (o->movements[i].from == account)
			sum -= o->movements[i].amount;
	}
	return sum;
}

minor_units
oracle_promised(const struct oracle *o, size_t account, bool incoming)
{
	minor_units sum = 0;

	for (size_t i = 0; i < o->promise_count; i++)
		if (o->promises[i].state == HOLD_HELD &&
		    (incoming ? o->promises[i].to : o->promises[i].from) == account)
			sum += o->promises[i].amount;
	return sum;
}

static bool
same_money(size_t a, size_t b)
{
	return (a == 4) == (b == 4);
}

/* An account's number of ACCOUNTS or more is one that is not there. */
static enum reason
oracle_pair(const struct oracle *o, size_t from, size_t to)
{
	if (from >= ACCOUNTS || to >= ACCOUNTS)
		return REASON_NO_ACCOUNT;
	if (from == to)
		return REASON_SAME_ACCOUNT;
	if (!same_money(from, to))
		return REASON_CURRENCY_MISMATCH;
	if (o->states[from] == ACCOUNT_CLOSED || o->states[to] == ACCOUNT_CLOSED)
		return o->states[from] == ACCOUNT_CLOSED ? REASON_FROM_CLOSED : REASON_TO_CLOSED;
	if (o->states[from] == ACCOUNT_FROZEN || o->states[to] == ACCOUNT_FROZEN)
		return o->states[from] == ACCOUNT_FROZEN ? REASON_FROM_FROZEN : REASON_TO_FROZEN;
	return REASON_NONE;
}

static bool
is_too_large(const struct oracle *o, size_t from, size_t to, minor_units amount)
{
	return oracle_posted(o, to) + amount > BALANCE_MAX || oracle_posted(o, from) - amount < -BALANCE_MAX ||
	       amount > BALANCE_MAX;
}

static enum reason
oracle_may(const struct oracle *o, size_t from, size_t to, minor_units amount)
{
	enum reason reason = oracle_pair(o, from, to);

	if (reason != REASON_NONE)
		return reason;
	if (is_too_large(o, from, to, amount))
		return REASON_BALANCE_LIMIT;
	if (o->limited[from] && oracle_posted(o, from) - oracle_promised(o, from, false) < o->floors[from] + amount)
		return REASON_INSUFFICIENT_FUNDS;
	return REASON_NONE;
}

size_t
next_account(size_t account)
{
	return (account + 1) % ACCOUNTS;
}

size_t
last_account(const struct step *step)
{
	size_t account = step->to;

	for (size_t leg = 0; leg < step->legs; leg++)
		account = next_account(account);
	return account;
}

static enum reason
oracle_transfer(struct oracle *o, const struct step *step, size_t item, size_t refund_of)
{
	size_t from = step->from, to = step->to, before = o->movement_count;
	enum reason reason = REASON_NONE;

	for (size_t leg = 0; leg <= step->legs && reason == REASON_NONE; leg++) {
		if ((reason = oracle_may(o, from, to, step->amount)) != REASON_NONE)
			break;
		o->movements[o->movement_count++] = (struct movement){ from, to, step->amount, item,
			leg == 0 ? refund_of : SIZE_MAX, leg == step->legs && step->kind == KIND_PAYMENT, step->from };
		from = to;
		to = next_account(to);
	}
	if (reason != REASON_NONE)
		o->movement_count = before;
	return reason;
}

static struct promise *
promise_of(struct oracle *o, size_t item)
{
	for (size_t i = 0; i < o->promise_count; i++)
		if (o->promises[i].item == item)
			return &o->promises[i];
	return NULL;
}

static enum reason
oracle_release(struct oracle *o, const struct step *step, size_t item)
{
	struct promise *promise = promise_of(o, step->of);
	enum reason reason;

	if (promise == NULL)
		return REASON_NO_HOLD;
	if (promise->state != HOLD_HELD)
		return REASON_HOLD_ENDED;
	if (step->kind != KIND_CAPTURE) {
		promise->state = step->kind == KIND_VOID ? HOLD_VOIDED : HOLD_EXPIRED;
		return REASON_NONE;
	}
	if (step->amount > promise->amount)
		return REASON_TOO_MUCH;
	if ((reason = oracle_pair(o, promise->from, promise->to)) != REASON_NONE)
		return reason;
	if (is_too_large(o, promise->from, promise->to, step->amount))
		return REASON_BALANCE_LIMIT;
	promise->state = HOLD_CAPTURED;
	o->movements[o->movement_count++] =
	    (struct movement){ promise->from, promise->to, step->amount, item, SIZE_MAX, false, promise->from };
	return REASON_NONE;
}

static enum reason
oracle_refund(struct oracle *o, const struct step *step, size_t item)
{
	const struct movement *paid = NULL;
	minor_units left;

	for (size_t i = 0; i < o->movement_count; i++)
		if (o->movements[i].item == step->of && o->movements[i].refundable)
			paid = &o->movements[i];
	if (paid == NULL || paid->payer != last_account(step) || paid->to != step->from)
		return REASON_NOT_PAID;
	left = paid->amount;
	for (size_t i = 0; i < o->movement_count; i++)
		if (o->movements[i].refund_of == step->of)
			left -= o->movements[i].amount;
	if (step->amount > left)
		return REASON_TOO_MUCH;
	return oracle_transfer(o, step, item, step->of);
}

static enum reason
oracle_account(struct oracle *o, const struct step *step)
{
	size_t account = step->from;

	if (account >= ACCOUNTS)
		return REASON_NO_ACCOUNT;
	if (o->states[account] == ACCOUNT_CLOSED)
		return REASON_CLOSED;
	if (step->kind == KIND_FLOOR) {
		if (step->amount > BALANCE_MAX || step->amount < -BALANCE_MAX)
			return REASON_BALANCE_LIMIT;
		if (step->amount > oracle_posted(o, account) - oracle_promised(o, account, false))
			return REASON_BELOW_FLOOR;
		o->floors[account] = step->amount;
		o->limited[account] = true;
		return REASON_NONE;
	}
	if (step->kind == KIND_FREEZE && o->states[account] == ACCOUNT_FROZEN)
		return REASON_FROZEN;
	if (step->kind == KIND_UNFREEZE && o->states[account] == ACCOUNT_OPEN)
		return REASON_NOT_FROZEN;
	if (step->kind == KIND_CLOSE && (oracle_posted(o, account) != 0 || oracle_promised(o, account, false) != 0 ||
					    oracle_promised(o, account, true) != 0))
		return REASON_NOT_EMPTY;
	o->states[account] = step->kind == KIND_FREEZE     ? ACCOUNT_FROZEN
			     : step->kind == KIND_UNFREEZE ? ACCOUNT_OPEN
							   : ACCOUNT_CLOSED;
	return REASON_NONE;
}

enum reason
oracle_decides(struct oracle *o, const struct step *step, size_t item)
{
	enum reason reason;

	switch (step->kind) {
	case KIND_HOLD:
		reason = oracle_may(o, step->from, step->to, step->amount);
		if (reason == REASON_NONE && (oracle_promised(o, step->from, false) + step->amount > BALANCE_MAX ||
						 oracle_promised(o, step->to, true) + step->amount > BALANCE_MAX))
			reason = REASON_BALANCE_LIMIT;
		if (reason == REASON_NONE)
			o->promises[o->promise_count++] =
			    (struct promise){ step->from, step->to, item, step->amount, HOLD_HELD };
		return reason;
	case KIND_CAPTURE:
	case KIND_VOID:
	case KIND_EXPIRY:
		return oracle_release(o, step, item);
	case KIND_REFUND:
		return oracle_refund(o, step, item);
	case KIND_FREEZE:
	case KIND_UNFREEZE:
	case KIND_CLOSE:
	case KIND_FLOOR:
		return oracle_account(o, step);
	default:
		return oracle_transfer(o, step, item, SIZE_MAX);
	}
}
