/* key.c -- the secrets that this process holds, and the keys derived from them. */
#include "core/trust/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/config/config.h"
#include "core/trust/secret.h"

static struct secrets secrets;

bool
key_open(const struct config *config)
{
	struct arena *arena = arena_new();
	struct secrets read;
	bool well = secrets_read(arena, config->global.secret_key_file, &read, stderr);

	if (well)
		secrets = read;
	explicit_bzero(&read, sizeof(read));
	arena_free(arena);
	return well;
}

const struct secret *
secret_newest(void)
{
	return secrets.count > 0 ? &secrets.items[0] : NULL;
}

const struct secret *
secret_by_id(const uint8_t id[static SECRET_ID_SIZE])
{
	for (size_t i = 0; i < secrets.count; i++)
		if (memcmp(secrets.items[i].id, id, SECRET_ID_SIZE) == 0)
			return &secrets.items[i];
	return NULL;
}

/* A key under no secret would be the same in every house; there is nothing sensible to go on with. */
static void
require_secrets(void)
{
	if (secrets.count > 0)
		return;
	fputs("stoad: a key was asked for before key_open\n", stderr);
	abort();
}

void
key_for(const char *purpose, uint8_t key_r[static KEY_SIZE])
{
	require_secrets();
	derive_key(secrets.items[0].bytes, KEY_SIZE, purpose, key_r, KEY_SIZE);
}

size_t
key_for_each(const char *purpose, uint8_t keys_r[static SECRETS_MAX][KEY_SIZE])
{
	require_secrets();
	for (size_t i = 0; i < secrets.count; i++)
		derive_key(secrets.items[i].bytes, KEY_SIZE, purpose, keys_r[i], KEY_SIZE);
	return secrets.count;
}
