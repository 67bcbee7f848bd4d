/*
 * key.h -- keys and secrets.  Every secret is generated; none has a default.  One file
 * (`secret_key_file`) holds the master secrets, newest first; each purpose gets a key derived from it.
 * Signing keys are rows of core.key, their private halves sealed.
 */
#ifndef STOA_TRUST_KEY_H
#define STOA_TRUST_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct arena;
struct config;
struct env;
struct problem;
struct request;

#define KEY_SIZE 32

/* Reads the file; says on standard error what is wrong with it and returns false.  Once per process, in the master. */
bool key_open(const struct config *config);
/* The key that `purpose` has under the newest secret. */
void key_for(const char *purpose, uint8_t key_r[static KEY_SIZE]);
/* The same under every secret, newest first, for checking what was made before a rotation; how many there are. */
#define SECRETS_MAX 8
size_t key_for_each(const char *purpose, uint8_t keys_r[static SECRETS_MAX][KEY_SIZE]);

/*
 * Secrets that must be kept (a provider's client secret, a TOTP seed, a private key) are sealed: AES-256-GCM, with the
 * secret's id in front, bound to `context` ("totp:<user id>"), so that a row moved elsewhere does not open.
 */
struct bytes seal(struct arena *arena, const struct env *env, const char *context, struct bytes plain);
bool unseal(struct arena *arena, const char *context, struct bytes sealed, struct bytes *plain_r);
/* Whether it is sealed under an older secret than the newest: what `scripts/stoa keys rewrap` looks for. */
bool seal_is_old(struct bytes sealed);

#endif
