/*
 * principal.c -- from the Authorization header to whom the work is done for.
 *
 * A token is believed for who it names; never for what that one may do, which is read with the session.
 */
#include "core/trust/principal.h"

#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/net/network.h"
#include "core/trust/api_key.h"
#include "core/trust/outside.h"
#include "core/trust/queries.h"
#include "core/trust/rights.h"
#include "core/trust/token.h"
#include "core/web/problem.h"
#include "core/web/route.h"

static const char scheme[] = "Bearer ";

#define USE_WRITTEN (60 * SECOND)

static const struct problem *
refused(struct request *req)
{
	return problem(req, PROBLEM_UNAUTHENTICATED, CREDENTIAL_REFUSED);
}

/* RFC 6750: one token after the scheme, out of the characters that a token can have. */
static const char *
bearer(const char *header)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
	const char *token = header + sizeof(scheme) - 1;

	if (strncasecmp(header, scheme, sizeof(scheme) - 1) != 0 || token[0] == '\0' ||
	    token[strspn(token, characters)] != '\0')
		return NULL;
	return token;
}

/* None are known: `kind` is NULL until they are. */
static void
rights_unset(struct request *req)
{
	struct principal *principal = req->principal;

	principal->parties = (struct uuids){ .count = 0 };
	principal->permissions = (struct texts){ .count = 0 };
	principal->tier = NULL;
	principal->kind = NULL;
	req->parties = principal->parties;
}

/* What the worker remembers its rights under. */
static struct uuid
remembered_as(const struct principal *principal)
{
	return principal->api_key != NULL ? principal->api_key->remembered : principal->session;
}

static const struct problem *
recognise_key(struct request *req, const char *text)
{
	struct principal *principal = ARENA_NEW(req->arena, struct principal);
	struct api_key *key = ARENA_NEW(req->arena, struct api_key);
	const struct problem *p = NULL;

	if (!api_key_parse(req, text, key))
		return refused(req);
	principal->session = key->id;
	principal->api_key = key;
	req->principal = principal;
	rights_unset(req);
	if (rights_find(key->remembered, principal))
		req->parties = principal->parties;
	else if ((p = principal_load(req)) != NULL)
		req->principal = NULL;
	return p;
}

const struct problem *
principal_recognise(struct request *req)
{
	const char *header = request_header(req, "authorization"), *text;
	const struct problem *p;
	struct principal *principal;
	struct token token;

	req->principal = NULL;
	req->parties = (struct uuids){ .count = 0 };
	if (header == NULL)
		return NULL;
	if ((text = bearer(header)) == NULL)
		return refused(req);
	if (strncmp(text, API_KEY_PREFIX, sizeof(API_KEY_PREFIX) - 1) == 0)
		return recognise_key(req, text);
	if ((p = token_verify(req, text, &token)) != NULL && p->id == PROBLEM_UNAUTHENTICATED)
		p = outside_verify(req, text, p, &token);
	if (p != NULL)
		return p;
	principal = ARENA_NEW(req->arena, struct principal);
	principal->session = token.session;
	principal->party = token.subject;
	principal->authz_ver = token.authz_ver;
	req->principal = principal;
	rights_unset(req);
	/* A token that is newer than what the worker remembers was signed after a change: no use in trying the old. */
	if (rights_find(token.session, principal) && principal->authz_ver < token.authz_ver)
		rights_unset(req);
	req->parties = principal->parties;
	return NULL;
}

static const struct problem *
is_over(struct request *req)
{
	rights_forget(remembered_as(req->principal));
	rights_unset(req);
	return refused(req);
}

static const struct problem *
load_session(struct request *req)
{
	struct principal *principal = req->principal;
	struct principal_rights_row *row;
	const struct problem *p;

	if ((p = sql_principal_rights(req, principal->session, &row)) != NULL)
		return p;
	if (row == NULL || !row->alive)
		return is_over(req);
	if (!uuid_equal(row->party, principal->party)) {
		log_line(ERROR, req, "principal", "a token names another party than its session");
		return is_over(req);
	}
	principal->authz_ver = row->authz_ver;
	principal->kind = row->kind;
	principal->tier = row->tier;
	principal->parties = row->parties;
	principal->permissions = row->permissions;
	return NULL;
}

static const struct problem *
load_key(struct request *req)
{
	struct principal *principal = req->principal;
	struct principal_key_rights_row *row;
	const struct problem *p;

	if ((p = sql_principal_key_rights(req, principal->api_key->id, principal->api_key->hash, &row)) != NULL)
		return p;
	if (row == NULL || !row->alive)
		return is_over(req);
	principal->party = row->party;
	principal->authz_ver = row->authz_ver;
	principal->kind = row->kind;
	principal->tier = row->tier;
	principal->parties = row->parties;
	principal->permissions = row->permissions;
	return NULL;
}

const struct problem *
principal_load(struct request *req)
{
	struct principal *principal = req->principal;
	const struct problem *p;

	if (principal == NULL || principal->kind != NULL)
		return NULL;
	if ((p = principal->api_key != NULL ? load_key(req) : load_session(req)) != NULL)
		return p;
	rights_keep(remembered_as(principal), principal);
	req->parties = principal->parties;
	return NULL;
}

/* A judge may not flush, so newer rights are only forgotten here; principal_load fetches them before the next try. */
static const struct problem *
judge(struct request *req, struct uuid party, int64_t authz_ver)
{
	const struct principal *principal = req->principal;

	if (!uuid_equal(party, principal->party))
		return is_over(req);
	if (authz_ver == principal->authz_ver && principal->kind != NULL)
		return NULL;
	rights_forget(remembered_as(principal));
	rights_unset(req);
	return problem(req, PROBLEM_AGAIN, NULL);
}

static const struct problem *
session_judge(struct request *req, void *found, void *context)
{
	const struct principal_session_row *row = found;

	(void)context;
	return row == NULL || !row->alive ? is_over(req) : judge(req, row->party, row->authz_ver);
}

static const struct problem *
key_judge(struct request *req, void *found, void *context)
{
	const struct principal_key_row *row = found;
	struct api_key *key = context;

	if (row == NULL || !row->alive)
		return is_over(req);
	key->use_is_old =
	    row->last_used_at == NULL || row->last_used_at->micros < env_now(req->env).micros - USE_WRITTEN;
	return judge(req, row->party, row->authz_ver);
}

void
principal_check_later(struct request *req)
{
	struct api_key *key;

	if (req->principal == NULL)
		return;
	if ((key = req->principal->api_key) != NULL)
		sql_principal_key_later(req, key->id, key->hash, key_judge, key);
	else
		sql_principal_session_later(req, req->principal->session, session_judge, NULL);
}

void
principal_note_use(struct request *req)
{
	const struct api_key *key = req->principal == NULL ? NULL : req->principal->api_key;

	if (key == NULL || !key->use_is_old)
		return;
	sql_principal_key_used(req, key->id);
	if (db_flush(req) != NULL)
		log_line(WARN, req, "principal", "the use of a key could not be written down");
}

/* "*" holds whatever there is or will be, but for "!name"; a name beside its "!name" counts. */
static bool
permissions_allow(struct texts permissions, const char *permission)
{
	bool all = false, but = false;

	for (size_t i = 0; i < permissions.count; i++) {
		const char *held = permissions.items[i];

		if (strcmp(held, permission) == 0)
			return true;
		all = all || strcmp(held, "*") == 0;
		but = but || (*held == '!' && strcmp(held + 1, permission) == 0);
	}
	return all && !but;
}

bool
principal_may(const struct principal *principal, const char *permission)
{
	return principal != NULL && permission != NULL && permissions_allow(principal->permissions, permission);
}

bool
principal_sees_all(const struct request *req)
{
	return principal_may(req->principal, req->route->widens);
}

static const struct problem *
admit_signed_in(struct request *req)
{
	const struct route *route = req->route;

	if (req->principal == NULL)
		return problem(req, PROBLEM_UNAUTHENTICATED, NULL);
	if (req->principal->api_key != NULL && !route->allow_api_key)
		return problem(req, PROBLEM_FORBIDDEN, "API keys cannot be used here.");
	if (route->who == OPERATOR || route->permission != NULL)
		if (!principal_may(req->principal, route->permission))
			return problem(req, PROBLEM_FORBIDDEN, NULL);
	return NULL;
}

const struct problem *
principal_admit(struct request *req)
{
	switch (req->route->who) {
	case ANYONE:
		return NULL;
	case LOCAL:
		if (networks_contain(req->config->global.metrics_allow, req->address))
			return NULL;
		return problem(req, PROBLEM_FORBIDDEN, NULL);
	case USER:
	case OPERATOR:
		return admit_signed_in(req);
	case WHO_UNSET:
		break;
	}
	return problem(req, PROBLEM_FORBIDDEN, NULL);
}
