/* money.h -- wallets with money in them, for tests: accounts of the ledger, filled through the posting queue. */
#ifndef STOA_TESTS_API_MONEY_H
#define STOA_TESTS_API_MONEY_H

#include "tests/api/kit/world.h"

/* Answered when it is decided. */
#define WAIT "Prefer: wait=8"

/* Opens a wallet of a person's, with so many minor units in it, and calls it `name`. */
#define given_wallet(w, name, owner, currency, exponent, units) \
	money_wallet(w, name, owner, currency, exponent, units, HERE)
void money_wallet(struct world *w, const char *name, const char *owner, const char *currency, int exponent,
    const char *units, struct place place);

/* An item of the posting queue about a wallet ("freeze", "close"), decided when this returns. */
#define given_item(w, kind, wallet) money_item(w, kind, wallet, HERE)
void money_item(struct world *w, const char *kind, const char *wallet, struct place place);

/* What a wallet has, as the ledger says: "posted held incoming". */
#define then_balance(w, wallet, text) money_balance(w, wallet, text, HERE)
void money_balance(struct world *w, const char *wallet, const char *text, struct place place);

#endif
