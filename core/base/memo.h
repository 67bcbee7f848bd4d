/*
 * memo.h -- a table of 16,384 places that remembers and forgets: what a process has found out and need not find out
 * again.  An entry lies in one of two sets of eight, so that ten thousand of them, taken in turn, all stay; beyond that
 * whoever comes takes the place of one by chance, and a few are lost rather than all.
 *
 * A key's last eight bytes must be as random as those of a hash or of an id.
 */
#ifndef STOA_BASE_MEMO_H
#define STOA_BASE_MEMO_H

#include <stddef.h>
#include <stdint.h>

#define MEMO_KEY_SIZE 16
#define MEMO_FOR_EVER UINT32_MAX

/* The first member of every entry. */
struct memo_head {
	uint8_t key[MEMO_KEY_SIZE];
	uint32_t until; /* seconds since 1970; its place is free from then on */
};

struct memo {
	size_t entry_size;
	unsigned char *entries; /* NULL: nothing was ever kept; pages that are never used cost nothing */
	uint16_t *marks;
	uint32_t chance;
};
#define MEMO(type) { .entry_size = sizeof(type) }

/* NULL: not remembered.  One that has ended is still found until its place is taken. */
void *memo_find(const struct memo *memo, const uint8_t key[static MEMO_KEY_SIZE]);
/*
 * The key's place: its own, a free one, or one whose entry must go.  What lies there still owns what it points to; the
 * caller clears it and fills in the head at once.
 */
void *memo_room(struct memo *memo, const uint8_t key[static MEMO_KEY_SIZE], uint32_t now);
void memo_forget(struct memo *memo, void *entry);
void memo_clear(struct memo *memo);

#endif
