/* web_keys.h -- master secrets that need no file.  `keys_known` older ones are known besides the newest. */
#ifndef STOA_TESTS_WEB_KEYS_H
#define STOA_TESTS_WEB_KEYS_H

#include <string.h>

#include "core/base/encode.h"
#include "core/trust/key.h"

static uint8_t keys_newest = 1;
static size_t keys_known = 1;

static void
key_number(const char *purpose, uint8_t number, uint8_t *key_r)
{
	hmac_sha256(&number, 1, purpose, strlen(purpose), key_r);
}

void
key_for(const char *purpose, uint8_t key_r[static KEY_SIZE])
{
	key_number(purpose, keys_newest, key_r);
}

size_t
key_for_each(const char *purpose, uint8_t keys_r[static SECRETS_MAX][KEY_SIZE])
{
	for (size_t i = 0; i < keys_known; i++)
		key_number(purpose, (uint8_t)(keys_newest - i), keys_r[i]);
	return keys_known;
}

#endif
