/* link.c -- the secrets that mails carry: 32 random bytes, of which the database has the hash.  Each counts once. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

#define SECRET_SIZE 32

static struct bytes
hash_of(struct request *req, const void *secret)
{
	uint8_t *hash = arena_alloc(req->arena, SHA256_SIZE);

	sha256(secret, SECRET_SIZE, hash);
	return (struct bytes){ hash, SHA256_SIZE };
}

struct link
link_make(struct request *req, int64_t lifetime)
{
	uint8_t secret[SECRET_SIZE];

	env_random(req->env, secret, sizeof(secret));
	return (struct link){
		.secret = base64url_encode(req->arena, secret, sizeof(secret)),
		.hash = hash_of(req, secret),
		.expires = { env_now(req->env).micros + lifetime * SECOND },
	};
}

static bool
link_read(struct request *req, const char *secret, struct bytes *hash_r)
{
	struct bytes bytes;

	if (!base64url_decode(req->arena, secret, strlen(secret), &bytes) || bytes.length != SECRET_SIZE)
		return false;
	*hash_r = hash_of(req, bytes.data);
	return true;
}

static const struct problem *
invalid(struct request *req)
{
	return problem(req, PROBLEM_LINK_INVALID, NULL);
}

const struct problem *
link_look(struct request *req, const char *secret, struct texts kinds)
{
	struct link_look_row *row;
	const struct problem *p;
	struct bytes hash;

	if (!link_read(req, secret, &hash))
		return invalid(req);
	if ((p = sql_link_look(req, hash, kinds, &row)) != NULL)
		return p;
	return row != NULL ? NULL : invalid(req);
}

const struct problem *
link_use(struct request *req, const char *secret, struct texts kinds, struct uuid *party_r)
{
	struct link_use_row *row;
	const struct problem *p;
	struct bytes hash;

	if (!link_read(req, secret, &hash))
		return invalid(req);
	if ((p = sql_link_use(req, hash, kinds, &row)) != NULL)
		return p;
	if (row == NULL)
		return invalid(req);
	*party_r = row->party != NULL ? *row->party : (struct uuid){ { 0 } };
	return NULL;
}
