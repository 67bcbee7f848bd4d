/* token.c -- a new session and the tokens that stand for it. */
#include "core/trust/token.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/web/audit.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"

#define DEVICE_MOST 128

const char *
device_of(struct request *req)
{
	const char *agent = request_header(req, "user-agent");
	const unsigned char *at = (const unsigned char *)agent;
	size_t left, size;

	if (agent == NULL || !text_is_utf8(agent, strlen(agent)))
		return NULL;
	left = strlen(agent);
	for (unsigned count = 0; left > 0 && count < DEVICE_MOST; count++) {
		size = text_character(at, left);
		at += size;
		left -= size;
	}
	return arena_copy(req->arena, agent, (size_t)(at - (const unsigned char *)agent));
}

const struct problem *
access_token_make(struct request *req, struct uuid party, struct uuid session, int64_t authz_ver, const char **text_r)
{
	const struct token token = {
		.subject = party,
		.session = session,
		.authz_ver = authz_ver,
		.issued = req->started,
		.expires = { req->started.micros + req->config->auth.access_lifetime * SECOND },
		.scope = "",
	};

	return token_sign(req, &token, text_r);
}

/* The user's row is held until COMMIT, so that who blocks it or changes its password meanwhile ends this session too. */
static const struct problem *
still_may(struct request *req, const struct sign_in *sign_in)
{
	struct user_hold_row *row;
	const struct problem *p = sql_user_hold(req, sign_in->party, &row);

	if (p != NULL)
		return p;
	if (row == NULL || (sign_in->password != NULL && (row->password == NULL ||
	    strcmp(row->password, sign_in->password) != 0)))
		return problem(req, PROBLEM_WRONG_CREDENTIALS, NULL);
	if (row->blocked)
		return problem(req, PROBLEM_ACCOUNT_BLOCKED, NULL);
	if (sign_in->second_factor != NULL)
		return second_factor_use(req, sign_in->second_factor);
	return row->second_factor ? problem(req, PROBLEM_OTP_REQUIRED, NULL) : NULL;
}

const struct problem *
session_open(struct request *req, const struct sign_in *sign_in, struct tokens *tokens_r)
{
	const struct config_auth *auth = &req->config->auth;
	const struct config_account *account = &req->config->account;
	const struct instant expires = { req->started.micros + auth->session_lifetime * SECOND };
	const struct uuid session = uuid_new(req->env);
	const char *device = device_of(req), *address = req->address[0] != '\0' ? req->address : NULL;
	struct session_start_row *row;
	const struct problem *p;

	if ((p = still_may(req, sign_in)) != NULL)
		return p;
	if (account->standard_sessions > 0 || account->vip_sessions > 0)
		sql_session_make_room(req, sign_in->party, account->standard_sessions, account->vip_sessions);
	if ((p = sql_session_start(req, session, sign_in->party, device, address, expires, &row)) != NULL)
		return p;
	sql_session_told(req, sign_in->party, session, sign_in->device_type, device, address, sign_in->method);
	audit_say(req, sign_in->party, sign_in->says);
	*tokens_r = (struct tokens){
		.refresh_token = refresh_token_make(req, session, 0, expires),
		.token_type = "Bearer",
		.expires_in = auth->access_lifetime,
		.session_id = session,
	};
	return access_token_make(req, sign_in->party, session, row->authz_ver, &tokens_r->access_token);
}
