/* kind.h -- the words of the ledger: kinds of items, states, reasons; as schema ledger has them. */
#ifndef STOA_HANDLERS_LEDGER_KIND_H
#define STOA_HANDLERS_LEDGER_KIND_H

enum item_kind {
	KIND_UNSET,
	KIND_PAYMENT,
	KIND_DEPOSIT,
	KIND_WITHDRAWAL,
	KIND_CONVERSION,
	KIND_SPREAD,
	KIND_HOLD,
	KIND_CAPTURE,
	KIND_VOID,
	KIND_EXPIRY,
	KIND_REFUND,
	KIND_FREEZE,
	KIND_UNFREEZE,
	KIND_CLOSE,
	KIND_FLOOR,
	KIND__COUNT
};

enum account_state { ACCOUNT_UNSET, ACCOUNT_OPEN, ACCOUNT_FROZEN, ACCOUNT_CLOSED, ACCOUNT__COUNT };
enum hold_state { HOLD_UNSET, HOLD_HELD, HOLD_CAPTURED, HOLD_VOIDED, HOLD_EXPIRED, HOLD__COUNT };

/* Why an item was refused; REASON_NONE: it was not. */
enum reason {
	REASON_NONE,
	REASON_INSUFFICIENT_FUNDS,
	REASON_FROM_FROZEN,
	REASON_TO_FROZEN,
	REASON_FROM_CLOSED,
	REASON_TO_CLOSED,
	REASON_NO_ACCOUNT,
	REASON_CURRENCY_MISMATCH,
	REASON_SAME_ACCOUNT,
	REASON_BALANCE_LIMIT,
	REASON_NO_HOLD,
	REASON_HOLD_ENDED,
	REASON_TOO_MUCH,
	REASON_NOT_PAID,
	REASON_FROZEN,
	REASON_NOT_FROZEN,
	REASON_CLOSED,
	REASON_NOT_EMPTY,
	REASON_BELOW_FLOOR,
	REASON_USED,
	REASON__COUNT
};

/* What a decision's event is about. */
enum subject { SUBJECT_UNSET, SUBJECT_ITEM, SUBJECT_OF, SUBJECT_ACCOUNT };

struct kind_row {
	const char *name;
	enum subject subject;
	const char *done;    /* the event's type; NULL: none is told */
	const char *refused; /* likewise */
};
extern const struct kind_row kind_rows[KIND__COUNT];

/* KIND_UNSET, ACCOUNT_UNSET, HOLD_UNSET: there is no such word. */
enum item_kind kind_parse(const char *name);
enum account_state account_state_parse(const char *name);
enum hold_state hold_state_parse(const char *name);
const char *account_state_name(enum account_state state);
const char *hold_state_name(enum hold_state state);
const char *reason_name(enum reason reason);

#endif
