/* trust_kit.c -- see trust_kit.h. */
#include "tests/core/trust_kit.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/trust/key.h"
#include "core/trust/queries.h"
#include "core/trust/secret.h"
#include "core/trust/token_key.h"
#include "core/web/problem.h"

struct kit *kit;

static struct instant
kit_clock(const struct env *env)
{
	(void)env;
	return (struct instant){ kit->now };
}

static int64_t
kit_monotonic(const struct env *env)
{
	(void)env;
	return kit->now;
}

static void
kit_random(const struct env *env, void *bytes, size_t length)
{
	(void)env;
	assert_int_equal(RAND_bytes(bytes, (int)length), 1);
}

static const struct env kit_env = { .now = kit_clock, .monotonic = kit_monotonic, .random = kit_random };

int
kit_begin(void **state)
{
	/* The caches of a worker live as long as the process, so time only ever moves forward from kit to kit. */
	static int64_t now = KIT_NOW * SECOND;

	kit = calloc(1, sizeof(*kit));
	assert_non_null(kit);
	log_open("/dev/null");
	snprintf(kit->directory, sizeof(kit->directory), "/tmp/stoa-trust-XXXXXX");
	assert_non_null(mkdtemp(kit->directory));
	kit->now = now;
	now += 100000 * SECOND;
	kit->req.arena = arena_new();
	kit->req.env = &kit_env;
	kit->req.config = &kit->config;
	kit->config.global.public_url = "https://stoa.example";
	kit->config.global.run_dir = kit->directory;
	kit->config.global.secret_key_file = arena_format(arena_new(), "%s/secret.key", kit->directory);
	assert_true(secrets_make(kit->req.arena, &kit_env, kit->config.global.secret_key_file, false, stderr));
	assert_true(key_open(&kit->config));
	*state = kit;
	return 0;
}

int
kit_end(void **state)
{
	static const char *const files[] = { "secret.key", "secret.key.new", "limits", "redis.sock" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", kit->directory, files[i]);
		unlink(path);
	}
	rmdir(kit->directory);
	arena_free(kit->req.arena);
	free(kit);
	kit = NULL;
	return 0;
}

void
kit_next_request(void)
{
	arena_reset(kit->req.arena);
	kit->req.principal = NULL;
	kit->req.parties = (struct uuids){ .count = 0 };
}

void
kit_pass(int64_t seconds)
{
	kit->now += seconds * SECOND;
}

EVP_PKEY *
kit_add_key(int64_t created, int64_t retires)
{
	/* Rows outlive requests. */
	struct arena *rows = arena_new();
	struct key_parts parts;
	struct bytes plain;
	const unsigned char *der;

	assert_true(key_parts_make(rows, &kit_env, &parts));
	kit->keys[kit->key_count++] = (struct kit_key){ .kid = arena_text(rows, parts.kid),
		.public_part = parts.public_part,
		.private_part = parts.private_part,
		.created_at.micros = created * SECOND,
		.retires_at.micros = retires * SECOND };
	assert_true(unseal(rows, arena_format(rows, "core.key:%s", parts.kid), parts.private_part, &plain));
	der = plain.data;
	return d2i_PrivateKey(EVP_PKEY_EC, NULL, &der, (long)plain.length);
}

/* ---- PostgreSQL, as far as core/trust knows it */

const struct problem *
sql_key_list(struct request *req, const char *purpose, struct key_list_rows *rows_r)
{
	size_t count = 0;

	assert_string_equal(purpose, "token");
	kit->key_reads++;
	if (kit->database_down)
		return problem(req, PROBLEM_UNAVAILABLE, NULL);
	rows_r->items = ARENA_ARRAY(req->arena, 16, struct key_list_row);
	for (size_t i = 0; i < kit->key_count; i++) {
		const struct kit_key *key = &kit->keys[i];

		if (key->retires_at.micros != 0 && key->retires_at.micros <= kit->now)
			continue;
		rows_r->items[count++] = (struct key_list_row){ .kid = key->kid,
			.public_part = key->public_part,
			.private_part = key->private_part,
			.created_at = key->created_at,
			.retires_at = key->retires_at.micros != 0 ? &key->retires_at : NULL };
	}
	rows_r->count = count;
	return NULL;
}

const struct problem *
sql_key_add_first(struct request *req, const char *purpose, const char *kid, struct bytes public_part,
    struct bytes private_part, struct key_add_first_row **row_r)
{
	struct arena *rows = arena_new();

	assert_string_equal(purpose, "token");
	*row_r = ARENA_NEW(req->arena, struct key_add_first_row);
	(*row_r)->added = kit->key_count == 0;
	if ((*row_r)->added)
		kit->keys[kit->key_count++] = (struct kit_key){ .kid = arena_text(rows, kid),
			.public_part = { (const void *)arena_copy(rows, public_part.data, public_part.length),
			    public_part.length },
			.private_part = { (const void *)arena_copy(rows, private_part.data, private_part.length),
			    private_part.length },
			.created_at.micros = kit->now };
	return NULL;
}

static const struct kit_session *
session_of(struct uuid id)
{
	return kit->session != NULL && uuid_equal(kit->session->id, id) ? kit->session : NULL;
}

static struct {
	struct uuid session;
	db_judge *judge;
	void *context;
} queued;

void
sql_principal_session_later(struct request *req, struct uuid session, db_judge *judge, void *context)
{
	(void)req;
	assert_null(queued.judge);
	queued.session = session;
	queued.judge = judge;
	queued.context = context;
}

const struct problem *
kit_flush(void)
{
	const struct kit_session *session = session_of(queued.session);
	db_judge *judge = queued.judge;
	struct principal_session_row row;

	assert_non_null(judge);
	queued.judge = NULL;
	kit->looks++;
	if (session == NULL)
		return judge(&kit->req, NULL, queued.context);
	row = (struct principal_session_row){
		.party = session->party, .alive = session->alive, .ver = 1, .authz_ver = session->authz_ver
	};
	return judge(&kit->req, &row, queued.context);
}

/* Nor outside issuers; tests/api/oauth_test.c has them. */
const struct problem *
sql_outside_session(struct request *req, struct uuid session, const char *issuer, const char *subject, const char *email,
    const char *name, bool signup, struct instant expires_at, const char *address, struct outside_session_row **row_r)
{
	(void)req, (void)session, (void)issuer, (void)subject, (void)email, (void)name, (void)signup, (void)expires_at;
	(void)address, (void)row_r;
	fail();
	return NULL;
}

/* There are no keys here; tests/api/api_key_test.c has them. */
void
sql_principal_key_later(struct request *req, struct uuid key, struct bytes hash, db_judge *judge, void *context)
{
	(void)req, (void)key, (void)hash, (void)judge, (void)context;
	fail();
}

const struct problem *
sql_principal_key_rights(
    struct request *req, struct uuid key, struct bytes hash, struct principal_key_rights_row **row_r)
{
	(void)req, (void)key, (void)hash;
	*row_r = NULL;
	return NULL;
}

void
sql_principal_key_used(struct request *req, struct uuid key)
{
	(void)req, (void)key;
	fail();
}

const struct problem *
sql_principal_rights(struct request *req, struct uuid id, struct principal_rights_row **row_r)
{
	const struct kit_session *session = session_of(id);

	kit->right_loads++;
	*row_r = NULL;
	if (kit->database_down)
		return problem(req, PROBLEM_UNAVAILABLE, NULL);
	if (session == NULL)
		return NULL;
	*row_r = ARENA_NEW(req->arena, struct principal_rights_row);
	**row_r = (struct principal_rights_row){ .party = session->party,
		.alive = session->alive,
		.authz_ver = session->authz_ver,
		.kind = session->kind,
		.tier = session->tier,
		.parties = session->parties,
		.permissions = session->permissions };
	return NULL;
}
