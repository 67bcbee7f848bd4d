/* api_key.c -- making and reading the text of a key. */
#include "core/trust/api_key.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/request.h"

#define SECRET_SIZE 32
#define ID_LENGTH   32 /* hexadecimal digits */

static void
describe(struct request *req, struct uuid id, const void *secret, struct api_key *key_r)
{
	uint8_t *hash = arena_alloc(req->arena, SHA256_SIZE);

	sha256(secret, SECRET_SIZE, hash);
	*key_r = (struct api_key){ .id = id, .hash = { hash, SHA256_SIZE } };
	memcpy(key_r->remembered.bytes, hash, sizeof(key_r->remembered.bytes));
}

bool
api_key_parse(struct request *req, const char *text, struct api_key *key_r)
{
	const char *id = text + sizeof(API_KEY_PREFIX) - 1;
	struct bytes number, secret;
	struct uuid uuid;

	if (strlen(id) != ID_LENGTH + 1 + 2 * SECRET_SIZE || id[ID_LENGTH] != '_' ||
	    !hex_decode(req->arena, arena_copy(req->arena, id, ID_LENGTH), &number) ||
	    !hex_decode(req->arena, id + ID_LENGTH + 1, &secret))
		return false;
	memcpy(uuid.bytes, number.data, sizeof(uuid.bytes));
	describe(req, uuid, secret.data, key_r);
	return true;
}

const char *
api_key_make(struct request *req, struct uuid id, struct api_key *key_r)
{
	uint8_t secret[SECRET_SIZE];

	env_random(req->env, secret, sizeof(secret));
	describe(req, id, secret, key_r);
	return arena_format(req->arena, API_KEY_PREFIX "%s_%s", hex_encode(req->arena, id.bytes, sizeof(id.bytes)),
	    hex_encode(req->arena, secret, sizeof(secret)));
}
