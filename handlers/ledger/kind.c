/* kind.c -- the words of the ledger, and which event tells of which decision. */
#include "handlers/ledger/kind.h"

#include <stddef.h>

#include "core/base/text.h"

/* An expiry that comes too late has changed nothing, and nobody asked for it: no event. */
const struct kind_row kind_rows[KIND__COUNT] = {
	[KIND_PAYMENT] = { "payment", SUBJECT_ITEM, "payment.succeeded", "payment.failed" },
	[KIND_DEPOSIT] = { "deposit", SUBJECT_ITEM, "deposit.succeeded", "deposit.failed" },
	[KIND_WITHDRAWAL] = { "withdrawal", SUBJECT_ITEM, "withdrawal.succeeded", "withdrawal.failed" },
	[KIND_CONVERSION] = { "conversion", SUBJECT_ITEM, "conversion.succeeded", "conversion.failed" },
	[KIND_SPREAD] = { "spread", SUBJECT_ITEM, "spread.succeeded", "spread.failed" },
	[KIND_HOLD] = { "hold", SUBJECT_ITEM, "payment.held", "payment.failed" },
	[KIND_CAPTURE] = { "capture", SUBJECT_OF, "payment.succeeded", "payment.capture_failed" },
	[KIND_VOID] = { "void", SUBJECT_OF, "payment.canceled", "payment.cancel_failed" },
	[KIND_EXPIRY] = { "expiry", SUBJECT_OF, "payment.expired", NULL },
	[KIND_REFUND] = { "refund", SUBJECT_ITEM, "payment.succeeded", "payment.failed" },
	[KIND_FREEZE] = { "freeze", SUBJECT_ACCOUNT, "wallet.frozen", "wallet.change_failed" },
	[KIND_UNFREEZE] = { "unfreeze", SUBJECT_ACCOUNT, "wallet.unfrozen", "wallet.change_failed" },
	[KIND_CLOSE] = { "close", SUBJECT_ACCOUNT, "wallet.closed", "wallet.change_failed" },
	[KIND_FLOOR] = { "floor", SUBJECT_ACCOUNT, "wallet.floor_changed", "wallet.change_failed" },
};

static const char *const account_states[ACCOUNT__COUNT] = {
	[ACCOUNT_OPEN] = "open",
	[ACCOUNT_FROZEN] = "frozen",
	[ACCOUNT_CLOSED] = "closed",
};

static const char *const hold_states[HOLD__COUNT] = {
	[HOLD_HELD] = "held",
	[HOLD_CAPTURED] = "captured",
	[HOLD_VOIDED] = "voided",
	[HOLD_EXPIRED] = "expired",
};

static const char *const reasons[REASON__COUNT] = {
	[REASON_INSUFFICIENT_FUNDS] = "insufficient_funds",
	[REASON_FROM_FROZEN] = "from_frozen",
	[REASON_TO_FROZEN] = "to_frozen",
	[REASON_FROM_CLOSED] = "from_closed",
	[REASON_TO_CLOSED] = "to_closed",
	[REASON_NO_ACCOUNT] = "no_account",
	[REASON_CURRENCY_MISMATCH] = "currency_mismatch",
	[REASON_SAME_ACCOUNT] = "same_account",
	[REASON_BALANCE_LIMIT] = "balance_limit",
	[REASON_NO_HOLD] = "no_hold",
	[REASON_HOLD_ENDED] = "hold_ended",
	[REASON_TOO_MUCH] = "too_much",
	[REASON_NOT_PAID] = "not_paid",
	[REASON_FROZEN] = "frozen",
	[REASON_NOT_FROZEN] = "not_frozen",
	[REASON_CLOSED] = "closed",
	[REASON_NOT_EMPTY] = "not_empty",
	[REASON_BELOW_FLOOR] = "below_floor",
	[REASON_USED] = "used",
};

enum item_kind
kind_parse(const char *name)
{
	for (unsigned i = KIND_UNSET + 1; i < KIND__COUNT; i++)
		if (text_equal(kind_rows[i].name, name))
			return (enum item_kind)i;
	return KIND_UNSET;
}

enum account_state
account_state_parse(const char *name)
{
	for (unsigned i = ACCOUNT_UNSET + 1; i < ACCOUNT__COUNT; i++)
		if (text_equal(account_states[i], name))
			return (enum account_state)i;
	return ACCOUNT_UNSET;
}

enum hold_state
hold_state_parse(const char *name)
{
	for (unsigned i = HOLD_UNSET + 1; i < HOLD__COUNT; i++)
		if (text_equal(hold_states[i], name))
			return (enum hold_state)i;
	return HOLD_UNSET;
}

const char *
account_state_name(enum account_state state)
{
	return account_states[state];
}

const char *
hold_state_name(enum hold_state state)
{
	return hold_states[state];
}

/* NULL of REASON_NONE. */
const char *
reason_name(enum reason reason)
{
	return reasons[reason];
}
