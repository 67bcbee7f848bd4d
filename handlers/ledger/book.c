/* book.c -- rows by their id.  The last bytes of a UUIDv7 are random, so they are its hash. */
#include "handlers/ledger/book.h"

#include <string.h>

#include "core/base/arena.h"

static void
index_init(struct book_index *index, struct arena *arena, size_t most)
{
	size_t size = 16;

	while (size < 2 * most)
		size *= 2;
	index->places = ARENA_ARRAY(arena, size, size_t);
	index->mask = size - 1;
}

static size_t
index_start(const struct book_index *index, struct uuid id)
{
	uint64_t high, low;

	memcpy(&high, id.bytes, sizeof(high));
	memcpy(&low, id.bytes + 8, sizeof(low));
	high ^= low;
	return (size_t)((high ^ high >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 16) & index->mask;
}

/* The place of the id among items of `size` bytes that begin with it, or the free one where it belongs. */
static size_t *
index_place(const struct book_index *index, struct uuid id, const void *items, size_t size)
{
	size_t at = index_start(index, id);

	for (;; at = (at + 1) & index->mask) {
		size_t place = index->places[at];
		struct uuid there;

		if (place == 0)
			return &index->places[at];
		memcpy(&there, (const char *)items + (place - 1) * size, sizeof(there));
		if (uuid_equal(there, id))
			return &index->places[at];
	}
}

struct book *
book_new(struct arena *arena, size_t accounts, size_t holds, size_t paid)
{
	struct book *book = ARENA_NEW(arena, struct book);

	book->accounts = ARENA_ARRAY(arena, accounts, struct book_account);
	book->holds = ARENA_ARRAY(arena, holds, struct book_hold);
	book->paid = ARENA_ARRAY(arena, paid, struct book_paid);
	index_init(&book->account_index, arena, accounts);
	index_init(&book->hold_index, arena, holds);
	index_init(&book->paid_index, arena, paid);
	return book;
}

void
book_add_account(struct book *book, struct book_account account)
{
	size_t *place = index_place(&book->account_index, account.id, book->accounts, sizeof(account));

	if (*place != 0)
		return;
	book->accounts[book->account_count++] = account;
	*place = book->account_count;
}

struct book_hold *
book_add_hold(struct book *book, struct book_hold hold)
{
	size_t *place = index_place(&book->hold_index, hold.id, book->holds, sizeof(hold));

	if (*place == 0) {
		book->holds[book->hold_count++] = hold;
		*place = book->hold_count;
	}
	return &book->holds[*place - 1];
}

void
book_add_paid(struct book *book, struct book_paid paid)
{
	size_t *place = index_place(&book->paid_index, paid.id, book->paid, sizeof(paid));

	if (*place != 0)
		return;
	book->paid[book->paid_count++] = paid;
	*place = book->paid_count;
}

struct book_account *
book_account(const struct book *book, struct uuid id)
{
	size_t place = *index_place(&book->account_index, id, book->accounts, sizeof(*book->accounts));

	return place == 0 ? NULL : &book->accounts[place - 1];
}

struct book_hold *
book_hold(const struct book *book, struct uuid id)
{
	size_t place = *index_place(&book->hold_index, id, book->holds, sizeof(*book->holds));

	return place == 0 ? NULL : &book->holds[place - 1];
}

struct book_paid *
book_paid(const struct book *book, struct uuid id)
{
	size_t place = *index_place(&book->paid_index, id, book->paid, sizeof(*book->paid));

	return place == 0 ? NULL : &book->paid[place - 1];
}

void
id_set_init(struct id_set *set, struct arena *arena, size_t most)
{
	set->items = ARENA_ARRAY(arena, most, struct uuid);
	set->count = 0;
	index_init(&set->index, arena, most);
}

void
id_set_add(struct id_set *set, struct uuid id)
{
	size_t *place;

	if (uuid_is_zero(id))
		return;
	place = index_place(&set->index, id, set->items, sizeof(id));
	if (*place != 0)
		return;
	set->items[set->count++] = id;
	*place = set->count;
}
