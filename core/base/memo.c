/*
 * memo.c -- each set has eight marks of sixteen bits beside its entries: a search reads those, sixteen bytes, and
 * then only the entry it is about.
 */
#include "core/base/memo.h"

#include <stdlib.h>
#include <string.h>

#define SETS   2048u
#define WAYS   8u
#define PLACES (SETS * WAYS)

/* Of different bits of the key than the sets; 0 marks a free place. */
static uint16_t
mark_of(const uint8_t *key)
{
	return (uint16_t)(key[14] << 8 | key[15]) | 1;
}

static uint32_t
set_of(const uint8_t *key, unsigned choice)
{
	const uint8_t *at = key + (choice == 0 ? 12 : 10);

	return (uint32_t)(at[0] << 8 | at[1]) % SETS;
}

static struct memo_head *
entry_at(const struct memo *memo, uint32_t place)
{
	return (void *)(memo->entries + place * memo->entry_size);
}

void *
memo_find(const struct memo *memo, const uint8_t key[static MEMO_KEY_SIZE])
{
	const uint16_t mark = mark_of(key);

	if (memo->entries == NULL)
		return NULL;
	for (unsigned choice = 0; choice < 2; choice++) {
		const uint32_t first = set_of(key, choice) * WAYS;

		for (uint32_t place = first; place < first + WAYS; place++)
			if (memo->marks[place] == mark &&
			    memcmp(entry_at(memo, place)->key, key, MEMO_KEY_SIZE) == 0)
				return entry_at(memo, place);
	}
	return NULL;
}

static void
open_memo(struct memo *memo)
{
	if (memo->entries != NULL)
		return;
	memo->entries = calloc(PLACES, memo->entry_size);
	memo->marks = calloc(PLACES, sizeof(*memo->marks));
	if (memo->entries == NULL || memo->marks == NULL)
		abort();
}

/* In the set with more room, so that both fill alike; PLACES: both are full. */
static uint32_t
free_place(const struct memo *memo, const uint8_t *key, uint32_t now)
{
	uint32_t best = PLACES;
	unsigned most = 0;

	for (unsigned choice = 0; choice < 2; choice++) {
		const uint32_t first = set_of(key, choice) * WAYS;
		uint32_t found = PLACES;
		unsigned count = 0;

		for (uint32_t place = first; place < first + WAYS; place++) {
			if (memo->marks[place] != 0 && entry_at(memo, place)->until > now)
				continue;
			found = place;
			count++;
		}
		if (count > most) {
			most = count;
			best = found;
		}
	}
	return best;
}

void *
memo_room(struct memo *memo, const uint8_t key[static MEMO_KEY_SIZE], uint32_t now)
{
	void *entry = memo_find(memo, key);
	uint32_t place;

	if (entry != NULL)
		return entry;
	open_memo(memo);
	if ((place = free_place(memo, key, now)) == PLACES) {
		memo->chance = memo->chance * 1664525u + 1013904223u;
		place = set_of(key, memo->chance >> 31) * WAYS + (memo->chance >> 28) % WAYS;
	}
	memo->marks[place] = mark_of(key);
	return entry_at(memo, place);
}

void
memo_forget(struct memo *memo, void *entry)
{
	const size_t place = (size_t)((unsigned char *)entry - memo->entries) / memo->entry_size;

	memo->marks[place] = 0;
	memset(entry, 0, memo->entry_size);
}

void
memo_clear(struct memo *memo)
{
	if (memo->entries == NULL)
		return;
	memset(memo->entries, 0, PLACES * memo->entry_size);
	memset(memo->marks, 0, PLACES * sizeof(*memo->marks));
}
