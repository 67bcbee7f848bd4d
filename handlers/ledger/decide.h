/*
 * decide.h -- what becomes of items, one after the other, on the book as the ones before have left it.  Pure: no
 * clock, no database; the poster reads before and writes behind it.
 *
 * What holds after each item: posted - held >= floor where there is a floor; held and incoming are the sums of open
 * holds; a refused item has changed nothing; an item of several legs has posted all of them or none.
 */
#ifndef STOA_HANDLERS_LEDGER_DECIDE_H
#define STOA_HANDLERS_LEDGER_DECIDE_H

#include "handlers/ledger/book.h"

/* No balance grows past it, in either direction: sums of three of them fit into 128 bits, and into numeric(38,0). */
#define BALANCE_MAX ((minor_units)INT64_C(40000000000000000) * INT64_C(1000000000000000000) * 1000)

struct leg {
	enum item_kind kind;
	struct uuid debit, credit;
	minor_units amount;
};

struct item {
	struct uuid id;
	enum item_kind kind;
	struct leg first; /* also where a kind names an account (its debit) or a new floor (its amount) */
	struct uuid of;   /* the hold, or what is refunded */
	struct instant expires_at;
	const struct leg *more; /* linked with the first */
	size_t more_count;
};

struct transfer {
	struct leg leg;
	size_t item;    /* its place among the items */
	int32_t number; /* of the leg: 0, 1, ... */
	minor_units debit_after, credit_after;
};

struct decision {
	enum reason reason;
	size_t transfer;       /* the first of its transfers */
	size_t transfer_count; /* 0: nothing moved */
};

struct decisions {
	struct decision *items; /* one for each item */
	struct transfer *transfers;
	size_t transfer_count;
};

/* The book has room for a hold of each item. */
struct decisions decide(struct arena *arena, struct book *book, const struct item *items, size_t count);

#endif
