/* wallet_kit.h -- wallets, money in them, currencies and rates, as the API's own routes make them. */
#ifndef STOA_TESTS_API_WALLET_KIT_H
#define STOA_TESTS_API_WALLET_KIT_H

#include "tests/api/money.h"

/* An operator called "cashier", who may do everything with wallets, currencies and rates. */
#define given_cashier(w) kit_given_cashier(w, HERE)
void kit_given_cashier(struct world *w, struct place place);
/* A wallet that `owner` opens; who makes the calls from here on. */
#define given_purse(w, owner, name, currency) kit_given_purse(w, owner, name, currency, HERE)
void kit_given_purse(struct world *w, const char *owner, const char *name, const char *currency, struct place place);
/* What the cashier reports under /v1/deposits or /v1/withdrawals, answered when it is decided. */
#define report(w, what, wallet, amount, currency, reference) \
	kit_report(w, what, wallet, amount, currency, reference, HERE)
void kit_report(struct world *w, const char *what, const char *wallet, const char *amount, const char *currency,
    const char *reference, struct place place);
#define given_money(w, wallet, amount, currency) kit_given_money(w, wallet, amount, currency, HERE)
void kit_given_money(struct world *w, const char *wallet, const char *amount, const char *currency, struct place place);
/* What its owner sees in it. */
#define then_posted(w, owner, wallet, amount) kit_then_posted(w, owner, wallet, amount, HERE)
void kit_then_posted(struct world *w, const char *owner, const char *wallet, const char *amount, struct place place);

#define given_rate(w, code, usd) kit_given_rate(w, code, usd, HERE)
void kit_given_rate(struct world *w, const char *code, const char *usd, struct place place);

/*
 * Two currencies of the test's own, whose rates nobody else sets: one gold is 2.50 dollars and has 2 decimals, one
 * silver 0.03 and has none.  Ada has the wallets "gold", with 100.00 in it, and "silver"; she makes the calls.
 */
struct coins {
	const char *gold, *silver;
};
extern struct coins coins;
#define given_coins(w) kit_given_coins(w, HERE)
void kit_given_coins(struct world *w, struct place place);

/* Texts that no other test has. */
const char *fresh(struct world *w, const char *what);
const char *fresh_code(struct world *w);

#endif
