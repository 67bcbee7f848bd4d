/* payment_kit.h -- payments from ada, who has 100.00 dollars, to bob, who has none yet. */
#ifndef STOA_TESTS_API_PAYMENT_KIT_H
#define STOA_TESTS_API_PAYMENT_KIT_H

#include "tests/api/money.h"

/* "ada-usd" and "bob-usd"; ada makes the calls from here on. */
#define given_two_wallets(w) kit_given_two_wallets(w, HERE)
void kit_given_two_wallets(struct world *w, struct place place);
/* The body; `more` is members behind a comma, or nothing. */
#define payment_of(w, from, to, amount, more) kit_payment_of(w, from, to, amount, more, HERE)
const char *kit_payment_of(
    struct world *w, const char *from, const char *to, const char *amount, const char *more, struct place place);
/* From ada-usd to bob-usd, answered when it is decided, and called `name`. */
#define pay(w, name, amount, more) kit_pay(w, name, amount, more, HERE)
void kit_pay(struct world *w, const char *name, const char *amount, const char *more, struct place place);
/* Asks until it has left `pending`. */
#define until_decided(w, path) kit_until_decided(w, path, HERE)
void kit_until_decided(struct world *w, const char *path, struct place place);

/* A header with a key that nobody has used. */
const char *new_key(struct world *w);
/* Of the latest answer: its body, and that without the request's id. */
const char *body_of(struct world *w);
const char *without_instance(struct world *w);

#endif
