/*
 * decide_oracle.h -- what the poster's rules are held against: it knows nothing of books, remembers every movement and
 * every hold since the beginning, and adds them all up each time it is asked for a balance.
 */
#ifndef STOA_TESTS_CORE_DECIDE_ORACLE_H
#define STOA_TESTS_CORE_DECIDE_ORACLE_H

#include "handlers/ledger/decide.h"

#define ACCOUNTS 6 /* 0 to 3 wallets, 4 in another currency, 5 the world */
#define WORLD    5
#define STEPS    60

struct movement {
	size_t from, to;
	minor_units amount;
	size_t item, refund_of; /* of what a refund takes back, otherwise SIZE_MAX */
	bool refundable;        /* to whoever paid: */
	size_t payer;
};

struct promise {
	size_t from, to, item;
	minor_units amount;
	enum hold_state state;
};

struct oracle {
	struct movement movements[STEPS * 3];
	size_t movement_count;
	struct promise promises[STEPS];
	size_t promise_count;
	enum account_state states[ACCOUNTS];
	minor_units floors[ACCOUNTS];
	bool limited[ACCOUNTS];
};

/* What is asked of both. */
struct step {
	enum item_kind kind;
	size_t from, to, of;
	minor_units amount;
	size_t legs; /* more legs, each from the one before's `to`: from -> to -> to + 1 ... */
};

size_t next_account(size_t account);
/* Where the last leg goes. */
size_t last_account(const struct step *step);

/* The next item, `item` of all; what is accepted is remembered. */
enum reason oracle_decides(struct oracle *o, const struct step *step, size_t item);
minor_units oracle_posted(const struct oracle *o, size_t account);
/* What open holds promise to it, or of it. */
minor_units oracle_promised(const struct oracle *o, size_t account, bool incoming);

#endif
