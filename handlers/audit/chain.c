/* chain.c -- checking keys, seals and rows; each function below is one rule of README.md. */
#include "handlers/audit/chain.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/json/check.h"
#include "core/trust/token_key.h"
#include "core/trust/token_signature.h"

/* No seal has more; a number that says so is not believed. */
#define SEAL_ROWS_MAX 1000000
/* Positions count from 1; so high that none is ever reached, and one more is still a number. */
#define NUMBER_MAX (INT64_C(1) << 53)

/* What a row says, in the order in which it is hashed. */
static const char *const row_fields[] = { "at", "party", "session", "route", "subject", "what", "status", "problem",
	"address", "request", "times" };

void
chain_begin(struct chain *chain, FILE *out)
{
	*chain = (struct chain){ .out = out, .seal_arena = arena_new(), .from_start = true };
	sha256("", 0, chain->hash);
}

void
chain_fault(struct chain *chain, const char *format, ...)
{
	va_list arguments;

	chain->faults++;
	va_start(arguments, format);
	vfprintf(chain->out, format, arguments);
	va_end(arguments);
	fputc('\n', chain->out);
}

void
chain_key(struct chain *chain, const char *kid, EVP_PKEY *key)
{
	if (chain->key_count == CHAIN_KEYS_MAX || strlen(kid) >= CHAIN_KID_MAX) {
		chain_fault(chain, "key %s: there are too many, or its name is too long", kid);
		EVP_PKEY_free(key);
		return;
	}
	snprintf(chain->keys[chain->key_count].kid, CHAIN_KID_MAX, "%s", kid);
	chain->keys[chain->key_count++].key = key;
}

static EVP_PKEY *
key_named(const struct chain *chain, const char *kid)
{
	for (size_t i = 0; i < chain->key_count; i++)
		if (strcmp(chain->keys[i].kid, kid) == 0)
			return chain->keys[i].key;
	return NULL;
}

/* ---- what a line holds; absent, null, of another type and out of range are all NULL or 0 */

static const char *
text_at(json_object *line, const char *name)
{
	json_object *value = NULL;

	json_object_object_get_ex(line, name, &value);
	return json_object_is_type(value, json_type_string) || json_object_is_type(value, json_type_int)
		   ? json_object_get_string(value)
		   : NULL;
}

static int64_t
number_at(json_object *line, const char *name)
{
	json_object *value = NULL;
	int64_t number;

	json_object_object_get_ex(line, name, &value);
	number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
	return number < 0 || number > NUMBER_MAX ? 0 : number;
}

static struct bytes
bytes_at(struct arena *arena, json_object *line, const char *name)
{
	const char *hex = text_at(line, name);
	struct bytes bytes = { 0 };

	if (hex == NULL || !hex_decode(arena, hex, &bytes))
		return (struct bytes){ 0 };
	return bytes;
}

static void
piece(struct buffer *out, const char *text)
{
	if (text == NULL)
		buffer_text(out, "-,");
	else
		buffer_format(out, "%zu:%s,", strlen(text), text);
}

/* ---- keys */

/* Of an export.  A name that is not its key's thumbprint (RFC 7638) could stand for any key. */
static void
key_line(struct chain *chain, struct arena *scratch, json_object *line)
{
	const char *kid = text_at(line, "kid"), *spki = text_at(line, "spki");
	char thumbprint[KID_SIZE];
	const unsigned char *at;
	struct bytes der;
	EVP_PKEY *key;

	if (chain->own_keys || kid == NULL || key_named(chain, kid) != NULL)
		return;
	if (spki == NULL || !base64_decode(scratch, spki, strlen(spki), &der)) {
		chain_fault(chain, "key %s cannot be read", kid);
		return;
	}
	at = der.data;
	key = d2i_PUBKEY(NULL, &at, (long)der.length);
	if (key != NULL && key_thumbprint(scratch, key, thumbprint) && strcmp(thumbprint, kid) == 0) {
		chain_key(chain, kid, key);
		return;
	}
	chain_fault(chain, "key %s is not what its name says", kid);
	EVP_PKEY_free(key);
}

/* ---- seals */

static void
missing(struct chain *chain, int64_t from, int64_t to)
{
	if (from == to)
		chain_fault(chain, "position %" PRId64 ": the row is missing", from);
	else if (from < to)
		chain_fault(chain, "position %" PRId64 ": the row is missing, and all up to %" PRId64, from, to);
}

static void
check_place(struct chain *chain, int64_t number, int64_t first, struct bytes previous)
{
	if (chain->number == 0 && !chain->from_start && number != 1)
		return;
	if (number != chain->number + 1) {
		chain_fault(chain,
		    "position %" PRId64 ": seal %" PRId64 " follows seal %" PRId64 "; what is between is missing",
		    chain->last + 1, number, chain->number);
		return;
	}
	if (first != chain->last + 1)
		chain_fault(
		    chain, "position %" PRId64 ": seal %" PRId64 " begins at %" PRId64, chain->last + 1, number, first);
	if (previous.length != SHA256_SIZE || memcmp(previous.data, chain->hash, SHA256_SIZE) != 0)
		chain_fault(chain, "position %" PRId64 ": seal %" PRId64 " was not made after the seal before it",
		    first, number);
}

static bool
root_is(const struct chain *chain, struct arena *scratch, struct bytes root)
{
	size_t count = (size_t)(chain->last - chain->first + 1);
	uint8_t *all = arena_alloc(scratch, count * (8 + SHA256_SIZE)), *at = all, hash[SHA256_SIZE];

	for (size_t i = 0; i < count; i++) {
		for (int shift = 56; shift >= 0; shift -= 8)
			*at++ = (uint8_t)((uint64_t)(chain->first + (int64_t)i) >> shift);
		memcpy(at, chain->leaves.data + i * SHA256_SIZE, SHA256_SIZE);
		at += SHA256_SIZE;
	}
	sha256(all, count * (8 + SHA256_SIZE), hash);
	return root.length == SHA256_SIZE && memcmp(root.data, hash, SHA256_SIZE) == 0;
}

static void
check_signature(struct chain *chain, struct arena *scratch, json_object *line)
{
	const char *const names[] = { "number", "first", "last", "previous", "root", "at" };
	struct bytes signature = bytes_at(scratch, line, "signature");
	EVP_PKEY *key = key_named(chain, chain->kid);
	struct buffer text;

	buffer_init(&text, scratch);
	piece(&text, "stoa-seal-1");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		piece(&text, text_at(line, names[i]));
	if (key == NULL)
		chain_fault(chain, "position %" PRId64 ": seal %" PRId64 " is signed with %s, which is no key of ours",
		    chain->first, chain->number, chain->kid);
	else if (signature.length != SIGNATURE_SIZE || !signature_check(key, text.data, text.length, signature.data))
		chain_fault(chain,
		    "position %" PRId64 ": the signature of seal %" PRId64 ", up to position %" PRId64 ", is wrong",
		    chain->first, chain->number, chain->last);
	sha256(text.data, text.length, chain->hash);
	snprintf(chain->hash_text, sizeof(chain->hash_text), "%s", hex_encode(scratch, chain->hash, SHA256_SIZE));
}

static void
compare_known(struct chain *chain)
{
	if (chain->number != chain->known_number || chain->known_number == 0)
		return;
	chain->known_seen = true;
	if (strcmp(chain->known_hash, chain->hash_text) != 0)
		chain_fault(chain, "position %" PRId64 ": seal %" PRId64 " is another than the one that was known",
		    chain->first, chain->number);
}

static void
finish_seal(struct chain *chain)
{
	if (chain->number != 0 && !chain->rows_gone)
		missing(chain, chain->next, chain->last);
}

static void
seal_line(struct chain *chain, struct arena *scratch, json_object *line)
{
	const char *kid = text_at(line, "kid");
	int64_t number = number_at(line, "number"), first = number_at(line, "first"), last = number_at(line, "last");

	if (chain->rows_gone && chain->seals > 0)
		chain_fault(chain, "seal %" PRId64 ": of an audit that was erased there is only the last seal", number);
	finish_seal(chain);
	check_place(chain, number, first, bytes_at(scratch, line, "previous"));
	arena_reset(chain->seal_arena);
	chain->leaves = bytes_at(chain->seal_arena, line, "leaves");
	chain->number = number;
	chain->first = chain->next = first;
	chain->last = last;
	chain->seals++;
	snprintf(chain->kid, sizeof(chain->kid), "%s", kid == NULL ? "" : kid);
	check_signature(chain, scratch, line);
	compare_known(chain);
	if (first < 1 || last < first || last - first >= SEAL_ROWS_MAX ||
	    chain->leaves.length != (size_t)(last - first + 1) * SHA256_SIZE ||
	    !root_is(chain, scratch, bytes_at(scratch, line, "root"))) {
		chain_fault(chain,
		    "position %" PRId64 ": seal %" PRId64 ", up to position %" PRId64
		    ", has other leaves than it was made with",
		    first, number, last);
		chain->leaves = (struct bytes){ 0 };
	}
}

/* ---- rows */

static void
row_hash(struct arena *scratch, json_object *line, uint8_t hash_r[static SHA256_SIZE])
{
	struct buffer text;

	buffer_init(&text, scratch);
	piece(&text, "stoa-audit-1");
	for (size_t i = 0; i < sizeof(row_fields) / sizeof(row_fields[0]); i++)
		piece(&text, text_at(line, row_fields[i]));
	sha256(text.data, text.length, hash_r);
}

/* Where in this seal a row with that hash belongs; 0: nowhere. */
static int64_t
place_of(const struct chain *chain, const uint8_t hash[static SHA256_SIZE])
{
	for (size_t at = 0; at + SHA256_SIZE <= chain->leaves.length; at += SHA256_SIZE)
		if (memcmp(chain->leaves.data + at, hash, SHA256_SIZE) == 0)
			return chain->first + (int64_t)(at / SHA256_SIZE);
	return 0;
}

static void
check_row(struct chain *chain, struct arena *scratch, json_object *line, int64_t position)
{
	struct bytes said = bytes_at(scratch, line, "hash");
	uint8_t hash[SHA256_SIZE];
	const uint8_t *leaf;
	int64_t other;

	if (chain->leaves.length == 0)
		return;
	leaf = chain->leaves.data + (size_t)(position - chain->first) * SHA256_SIZE;
	row_hash(scratch, line, hash);
	if (memcmp(hash, leaf, SHA256_SIZE) != 0) {
		if ((other = place_of(chain, hash)) != 0)
			chain_fault(chain, "position %" PRId64 ": the row of position %" PRId64 " stands here",
			    position, other);
		else
			chain_fault(chain, "position %" PRId64 ": the row was changed", position);
	} else if (said.length != SHA256_SIZE || memcmp(said.data, leaf, SHA256_SIZE) != 0) {
		chain_fault(chain, "position %" PRId64 ": the row's hash was changed", position);
	}
}

static void
entry_line(struct chain *chain, struct arena *scratch, json_object *line)
{
	int64_t position = number_at(line, "position");

	if (chain->number == 0 || position < chain->first || position > chain->last) {
		chain_fault(chain, "position %" PRId64 ": the row is in no seal", position);
		return;
	}
	if (position < chain->next) {
		chain_fault(chain, "position %" PRId64 ": the row comes after %" PRId64, position, chain->next - 1);
		return;
	}
	missing(chain, chain->next, position - 1);
	chain->next = position + 1;
	chain->rows++;
	check_row(chain, scratch, line, position);
}

void
chain_line(struct chain *chain, struct arena *scratch, const char *text, size_t length)
{
	struct json_fault fault;
	json_object *line = json_parse(scratch, text, length, &fault);
	const char *kind = json_object_is_type(line, json_type_object) ? text_at(line, "kind") : NULL;

	if (kind != NULL && strcmp(kind, "end") == 0 && !chain->own_keys && chain->seals == 0)
		chain->rows_gone = true;
	else if (kind != NULL && strcmp(kind, "key") == 0)
		key_line(chain, scratch, line);
	else if (kind != NULL && strcmp(kind, "seal") == 0)
		seal_line(chain, scratch, line);
	else if (kind != NULL && strcmp(kind, "entry") == 0)
		entry_line(chain, scratch, line);
	else
		chain_fault(chain, "behind position %" PRId64 ": a line is none of an export", chain->next - 1);
}

void
chain_end(struct chain *chain)
{
	finish_seal(chain);
	if (chain->known_number > chain->number)
		chain_fault(chain,
		    "position %" PRId64 ": seal %" PRId64 " is known, and the last that is here is %" PRId64,
		    chain->last + 1, chain->known_number, chain->number);
	for (size_t i = 0; i < chain->key_count; i++)
		EVP_PKEY_free(chain->keys[i].key);
	chain->key_count = 0;
	arena_free(chain->seal_arena);
}
