/* token_key.c -- this worker's copy of the signing keys. */
#include "core/trust/token_key.h"

#include <openssl/x509.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/trust/key.h"
#include "core/trust/queries.h"
#include "core/trust/token_cache.h"
#include "core/web/problem.h"

#define TOKEN_PURPOSE "token"
#define READ_AGAIN   (120 * SECOND) /* how old the copy may grow */
#define NEVER_READ   (INT64_MIN / 2)
#define READ_AT_MOST (3 * SECOND) /* tokens with made-up kids must not become a load on PostgreSQL */

static struct token_key keys[TOKEN_KEYS_MAX];
static size_t key_count;
static int64_t read_at = NEVER_READ; /* monotonic */

void
key_forget(struct token_key *key)
{
	EVP_PKEY_free(key->public_half);
	EVP_PKEY_free(key->private_half);
	memset(key, 0, sizeof(*key));
}

static EVP_PKEY *
private_half(struct arena *arena, const struct key_list_row *row, EVP_PKEY *public_half)
{
	struct bytes plain;
	const unsigned char *der;
	EVP_PKEY *key;

	if (!unseal(arena, arena_format(arena, "core.key:%s", row->kid), row->private_part, &plain))
		return NULL;
	der = plain.data;
	key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &der, (long)plain.length);
	OPENSSL_cleanse((void *)(uintptr_t)plain.data, plain.length);
	if (key != NULL && EVP_PKEY_eq(key, public_half) == 1)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

bool
key_parse(struct request *req, const struct key_list_row *row, struct token_key *key_r)
{
	const unsigned char *der = row->public_part.data;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &der, (long)row->public_part.length);

	memset(key_r, 0, sizeof(*key_r));
	if (key == NULL || !key_thumbprint(req->arena, key, key_r->kid) || strcmp(key_r->kid, row->kid) != 0) {
		log_line(ERROR, req, "token", "a signing key is not what its name says", { "kid", .text = row->kid });
		EVP_PKEY_free(key);
		return false;
	}
	key_r->public_half = key;
	key_r->private_half = private_half(req->arena, row, key);
	key_r->created = row->created_at;
	key_r->retires = row->retires_at != NULL ? *row->retires_at : INSTANT_MAX;
	if (key_r->private_half == NULL)
		log_line(ERROR, req, "token", "a signing key's private half does not open with the secrets at hand",
		    { "kid", .text = row->kid });
	return true;
}

static const struct token_key *
known(const struct token_key *list, size_t count, const char *kid)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].kid, kid) == 0)
			return &list[i];
	return NULL;
}

static void
keys_replace(const struct token_key *fresh, size_t count)
{
	bool lost = false;

	for (size_t i = 0; i < key_count; i++) {
		lost = lost || known(fresh, count, keys[i].kid) == NULL;
		key_forget(&keys[i]);
	}
	memcpy(keys, fresh, count * sizeof(*fresh));
	key_count = count;
	if (lost)
		token_cache_clear();
}

static const struct problem *
keys_read(struct request *req)
{
	struct token_key fresh[TOKEN_KEYS_MAX];
	struct key_list_rows rows;
	const struct problem *p;
	size_t count = 0;

	if ((p = sql_key_list(req, TOKEN_PURPOSE, &rows)) != NULL)
		return p;
	for (size_t i = 0; i < rows.count && count < TOKEN_KEYS_MAX; i++)
		if (key_parse(req, &rows.items[i], &fresh[count]))
			count++;
	keys_replace(fresh, count);
	read_at = env_monotonic(req->env);
	return NULL;
}

/* A copy that has grown old is still good while PostgreSQL cannot be asked: a refusal here would be a sign-out. */
static const struct problem *
keys_at_hand(struct request *req, int64_t age)
{
	const struct problem *p;

	if (env_monotonic(req->env) - read_at < age)
		return NULL;
	p = keys_read(req);
	return key_count > 0 ? NULL : p;
}

const struct problem *
token_key_find(struct request *req, const char *kid, const struct token_key **key_r)
{
	const struct problem *p;
	const struct token_key *key;

	*key_r = NULL;
	if ((p = keys_at_hand(req, READ_AGAIN)) != NULL)
		return p;
	if ((key = known(keys, key_count, kid)) == NULL) {
		if ((p = keys_at_hand(req, READ_AT_MOST)) != NULL)
			return p;
		key = known(keys, key_count, kid);
	}
	if (key != NULL && key->retires.micros > env_now(req->env).micros)
		*key_r = key;
	return NULL;
}

static bool
may_sign(const struct token_key *key, struct instant now)
{
	return key->private_half != NULL &&
	       (key->retires.micros == INT64_MAX || key->retires.micros - KEY_LAST_TOKEN > now.micros);
}

/* The newest that has been published long enough; where there is none (the first key of all), the oldest. */
static const struct token_key *
signing_key(struct instant now)
{
	const struct token_key *newest = NULL, *oldest = NULL;

	for (size_t i = 0; i < key_count; i++) {
		const struct token_key *key = &keys[i];

		if (!may_sign(key, now))
			continue;
		if (oldest == NULL || key->created.micros < oldest->created.micros)
			oldest = key;
		if (key->created.micros + KEY_PUBLISH_AHEAD <= now.micros &&
		    (newest == NULL || key->created.micros > newest->created.micros))
			newest = key;
	}
	return newest != NULL ? newest : oldest;
}

static const struct problem *
make_first(struct request *req)
{
	const struct problem *p;

	if ((p = key_make_first(req, TOKEN_PURPOSE)) != NULL)
		return p;
	p = keys_read(req);
	/* A key made in a transaction is gone if that is rolled back: the next to sign looks again. */
	if (req->db != NULL && db_in_transaction(req->db))
		read_at = NEVER_READ;
	return p;
}

const struct problem *
token_key_for_signing(struct request *req, const struct token_key **key_r)
{
	const struct problem *p;

	if ((p = keys_at_hand(req, READ_AGAIN)) != NULL)
		return p;
	if (key_count == 0 && (p = make_first(req)) != NULL)
		return p;
	if ((*key_r = signing_key(env_now(req->env))) != NULL)
		return NULL;
	log_line(ERROR, req, "token", "there is no key to sign with");
	return problem(req, PROBLEM_UNAVAILABLE, NULL);
}

const struct problem *
token_keys(struct request *req, const struct token_key **keys_r, size_t *count_r)
{
	const struct problem *p = keys_at_hand(req, READ_AGAIN);

	*keys_r = keys;
	*count_r = key_count;
	return p;
}
