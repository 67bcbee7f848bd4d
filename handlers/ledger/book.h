/*
 * book.h -- what a batch of items is decided on: the accounts, holds and payments that they name, as they are before
 * the batch and, when decide.c is done, after it.  Everything lives in one arena; rows are found by their id.
 */
#ifndef STOA_HANDLERS_LEDGER_BOOK_H
#define STOA_HANDLERS_LEDGER_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/value.h"
#include "handlers/ledger/kind.h"

struct arena;

struct book_account {
	struct uuid id;
	struct uuid owner; /* zeroes: the house's, or the outside's */
	const char *currency;
	enum account_state state;
	minor_units posted, held, incoming;
	bool limited; /* by `floor` */
	minor_units floor;
	bool changed;
};

struct book_hold {
	struct uuid id; /* of the item that made it */
	struct uuid debit, credit;
	minor_units amount, captured;
	enum hold_state state;
	struct instant expires_at;
	bool fresh; /* made by this batch */
	bool changed;
};

/* A payment that may be refunded. */
struct book_paid {
	struct uuid id;
	struct uuid debit, credit;
	minor_units amount, refunded;
	bool changed;
};

/* From id to place in an array of any of these: open addressing; `places` counts from 1, 0 is free. */
struct book_index {
	size_t *places;
	size_t mask;
};

/* A list that grows up to what it was made for. */
struct book {
	struct book_account *accounts;
	struct book_hold *holds;
	struct book_paid *paid;
	size_t account_count, hold_count, paid_count;
	struct book_index account_index, hold_index, paid_index;
};

/* Room for so many of each at most. */
struct book *book_new(struct arena *arena, size_t accounts, size_t holds, size_t paid);
/* What is there already under the id stays. */
void book_add_account(struct book *book, struct book_account account);
struct book_hold *book_add_hold(struct book *book, struct book_hold hold);
void book_add_paid(struct book *book, struct book_paid paid);
/* NULL: it is not there. */
struct book_account *book_account(const struct book *book, struct uuid id);
struct book_hold *book_hold(const struct book *book, struct uuid id);
struct book_paid *book_paid(const struct book *book, struct uuid id);

/* A set of ids, each once, in the order in which they came. */
struct id_set {
	struct uuid *items;
	size_t count;
	struct book_index index;
};
void id_set_init(struct id_set *set, struct arena *arena, size_t most);
/* Zeroes are no id. */
void id_set_add(struct id_set *set, struct uuid id);

#endif
