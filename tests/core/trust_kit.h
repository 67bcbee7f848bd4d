/*
 * trust_kit.h -- a request without a house around it: a clock that stands still until told, a configuration, a file of
 * secrets in a directory of its own, and lists that play PostgreSQL (this kit defines the sql_ functions of core/trust
 * itself).
 */
#ifndef STOA_TESTS_TRUST_KIT_H
#define STOA_TESTS_TRUST_KIT_H

/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/config/config.h"

#define KIT_NOW INT64_C(2000000000) /* seconds: 2033-05-18 */

/* A row of core.key, and of what session.standing and session.rights answer. */
struct kit_key {
	const char *kid;
	struct bytes public_part, private_part;
	struct instant created_at;
	struct instant retires_at; /* zero: NULL */
};

struct kit_session {
	struct uuid id, party;
	bool alive;
	int64_t authz_ver;
	const char *kind, *tier;
	struct uuids parties;
	struct texts permissions;
};

struct kit {
	struct request req;
	struct config config;
	char directory[64];
	int64_t now; /* microseconds; wall clock and monotonic alike */
	struct kit_key keys[16];
	size_t key_count;
	struct kit_session *session; /* the only one there is; NULL: none */
	unsigned key_reads, looks, right_loads;
	bool database_down;
};

extern struct kit *kit; /* the one that plays the database */

int kit_begin(void **state);
int kit_end(void **state);
/* Empties the arena, as between two requests. */
void kit_next_request(void);
void kit_pass(int64_t seconds);

/* Puts a fresh signing key in the table; its private half for forging. */
EVP_PKEY *kit_add_key(int64_t created, int64_t retires);
/* What principal_check_later queued, judged as a flush would. */
const struct problem *kit_flush(void);

#endif
