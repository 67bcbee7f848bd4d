/*
 * chain.h -- whether the audit is whole, line by line of an export: keys, seals, and behind each seal its rows.  What
 * is wrong is said on `out`, a line each with the position; nothing is kept but the seal at hand, so the audit may be
 * of any length.  README.md has the format; nothing here asks the database how it makes a hash.
 */
#ifndef STOA_HANDLERS_AUDIT_CHAIN_H
#define STOA_HANDLERS_AUDIT_CHAIN_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/encode.h"

struct arena;

#define CHAIN_KEYS_MAX 64
#define CHAIN_KID_MAX  128

struct chain {
	FILE *out;
	struct arena *seal_arena; /* of the leaves at hand */
	bool from_start;          /* the first seal must be number 1 */
	bool rows_gone;           /* of an audit that was erased only the end is told */
	bool own_keys;            /* keys come from chain_key alone: lines that bring some are not believed */

	struct {
		char kid[CHAIN_KID_MAX];
		EVP_PKEY *key;
	} keys[CHAIN_KEYS_MAX];
	size_t key_count;

	int64_t seals, rows, faults;
	/* The seal at hand; number 0: none yet. */
	int64_t number, first, last, next; /* `next`: the position that must come */
	uint8_t hash[SHA256_SIZE];
	char hash_text[2 * SHA256_SIZE + 1], kid[CHAIN_KID_MAX];
	struct bytes leaves;

	/* A seal that is known from elsewhere (the log); number 0: none. */
	int64_t known_number;
	const char *known_hash;
	bool known_seen;
};

void chain_begin(struct chain *chain, FILE *out);
/* Takes the key over. */
void chain_key(struct chain *chain, const char *kid, EVP_PKEY *key);
/* `scratch` is the line's own. */
void chain_line(struct chain *chain, struct arena *scratch, const char *line, size_t length);
/* After the last line. */
void chain_end(struct chain *chain);
void chain_fault(struct chain *chain, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
