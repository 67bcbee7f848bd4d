/*
 * second_factor.c -- whether a code counts.  A try is counted in a statement of its own, so that no refusal takes it
 * back; the code is used up in the transaction that it opens, so that of many at once one goes through.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/trust/key.h"
#include "core/trust/totp.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"

const struct problem *
second_factor_wrong(struct request *req)
{
	return problem(req, PROBLEM_WRONG_CODE, NULL);
}

static const struct problem *
count(struct request *req, struct uuid party)
{
	const struct limit_rate most = req->config->auth.attempts_code;
	struct code_take_row *row;
	struct problem *said;
	const struct problem *p = sql_code_take(req, party, most.count, most.period, &row);

	if (p != NULL || row->allowed)
		return p;
	said = problem(req, PROBLEM_TOO_MANY_REQUESTS, "Too many codes; wait a little.");
	said->retry_after = (unsigned)row->retry_after;
	return said;
}

/* Blanks, dashes and the letters' case are the reader's. */
static struct bytes
hash_on_paper(struct request *req, const char *code)
{
	uint8_t *hash = arena_alloc(req->arena, SHA256_SIZE);
	char *plain = arena_alloc(req->arena, strlen(code) + 1), *at = plain;

	for (; *code != '\0'; code++)
		if (*code != '-' && *code != ' ')
			*at++ = (char)(*code >= 'a' && *code <= 'z' ? *code - 'a' + 'A' : *code);
	sha256(plain, strlen(plain), hash);
	return (struct bytes){ hash, SHA256_SIZE };
}

static const struct problem *
judge(
    struct request *req, const struct totp_look_row *row, const char *code, bool pending, struct second_factor *factor)
{
	const char *context = arena_format(req->arena, "totp:%s", uuid_text(req->arena, factor->party));
	struct bytes secret;

	if (!unseal(req->arena, context, row->secret, &secret))
		return problem(
		    req, PROBLEM_INTERNAL, "The authenticator's secret does not open with the secrets at hand.");
	factor->secret = row->secret;
	if (totp_match(secret, env_now(req->env), row->last_step, code, &factor->step))
		return NULL;
	if (pending || strlen(code) <= TOTP_DIGITS)
		return second_factor_wrong(req);
	factor->on_paper = hash_on_paper(req, code);
	return NULL;
}

const struct problem *
second_factor_check(
    struct request *req, struct uuid party, const char *code, bool pending, struct second_factor **factor_r)
{
	struct second_factor *factor = ARENA_NEW(req->arena, struct second_factor);
	struct totp_look_row *row;
	const struct problem *p;

	*factor_r = NULL;
	if ((p = sql_totp_look(req, party, &row)) != NULL || row == NULL || row->confirmed == pending)
		return p;
	if (code == NULL)
		return problem(req, PROBLEM_OTP_REQUIRED, NULL);
	if ((p = count(req, party)) != NULL)
		return p;
	factor->party = party;
	*factor_r = factor;
	return judge(req, row, code, pending, factor);
}

const struct problem *
second_factor_use(struct request *req, const struct second_factor *factor)
{
	struct totp_step_row *step = NULL;
	struct recovery_code_use_row *on_paper = NULL;
	const struct problem *p;

	if (factor->step != 0)
		p = sql_totp_step(req, factor->party, factor->step, &step);
	else
		p = sql_recovery_code_use(req, factor->party, factor->on_paper, &on_paper);
	if (p != NULL)
		return p;
	if (step == NULL && on_paper == NULL)
		return second_factor_wrong(req);
	sql_code_forgive(req, factor->party);
	return NULL;
}
