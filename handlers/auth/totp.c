/*
 * totp.c -- setting up an authenticator and taking it away.  A secret counts once a code of it was shown, so nobody
 * locks themselves out with one that was never scanned; taking it away needs a code too.
 */
#include "handlers/auth/totp.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "core/trust/totp.h"
#include "core/work/event.h"
#include "handlers/auth/provider.h"
#include "handlers/auth/queries.h"

#define CODES     10
#define CODE_SIZE 10 /* bytes: sixteen letters, 80 bits */
#define GROUP     4  /* letters between dashes */

/* As authenticators read it from a picture. */
static const char *
uri_of(struct request *req, const char *email, const char *secret)
{
	const char *url = req->config->global.public_url, *host = strstr(url, "://");
	struct buffer out;

	host = host != NULL ? host + 3 : url;
	buffer_init(&out, req->arena);
	buffer_text(&out, "otpauth://totp/");
	provider_add_escaped(&out, host);
	buffer_char(&out, ':');
	provider_add_escaped(&out, email);
	buffer_format(&out, "?secret=%s&issuer=", secret);
	provider_add_escaped(&out, host);
	return out.data;
}

const struct problem *
totp_begin(struct request *req, struct reply *out)
{
	const struct uuid party = req->principal->party;
	const char *context = arena_format(req->arena, "totp:%s", uuid_text(req->arena, party)), *text;
	uint8_t secret[TOTP_SECRET_SIZE];
	const struct bytes plain = { secret, sizeof(secret) };
	struct totp_begin_row *row;
	const struct problem *p;

	env_random(req->env, secret, sizeof(secret));
	if ((p = sql_totp_begin(req, party, seal(req->arena, req->env, context, plain), &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_CONFLICT, "There is an authenticator already; take it away first.");
	text = base32_encode(req->arena, plain);
	explicit_bzero(secret, sizeof(secret));
	return reply_ok(out, &(struct new_totp){ .secret = text, .uri = uri_of(req, row->email, text) });
}

/* "ABCD-EFGH-IJKL-MNOP"; what is hashed has no dashes. */
static const char *
code_make(struct request *req, struct bytes *hash_r)
{
	uint8_t bytes[CODE_SIZE], *hash = arena_alloc(req->arena, SHA256_SIZE);
	struct buffer shown;
	const char *plain;

	env_random(req->env, bytes, sizeof(bytes));
	plain = base32_encode(req->arena, (struct bytes){ bytes, sizeof(bytes) });
	sha256(plain, strlen(plain), hash);
	*hash_r = (struct bytes){ hash, SHA256_SIZE };
	buffer_init(&shown, req->arena);
	for (size_t i = 0; plain[i] != '\0'; i++) {
		if (i > 0 && i % GROUP == 0)
			buffer_char(&shown, '-');
		buffer_char(&shown, plain[i]);
	}
	return shown.data;
}

static const struct problem *
check(struct request *req, bool pending)
{
	const struct one_code *given = req->given;
	struct second_factor *factor;
	const struct problem *p = second_factor_check(req, req->principal->party, given->otp, pending, &factor);

	req->prepared = factor;
	if (p != NULL || factor != NULL)
		return p;
	return problem(req, PROBLEM_CONFLICT,
	    pending ? "There is no authenticator that waits for its first code." : "There is no authenticator.");
}

const struct problem *
totp_confirm_prepare(struct request *req, struct reply *out)
{
	(void)out;
	return check(req, true);
}

const struct problem *
totp_confirm(struct request *req, struct reply *out)
{
	const struct second_factor *factor = req->prepared;
	const char *codes[CODES];
	struct bytes hashes[CODES];
	struct totp_confirm_row *row;
	const struct problem *p;

	if ((p = sql_totp_confirm(req, factor->party, factor->secret, factor->step, &row)) != NULL)
		return p;
	if (row == NULL)
		return second_factor_wrong(req);
	for (size_t i = 0; i < CODES; i++)
		codes[i] = code_make(req, &hashes[i]);
	sql_recovery_code_clear(req, factor->party);
	sql_recovery_code_add(req, factor->party, (struct byte_strings){ hashes, CODES });
	sql_code_forgive(req, factor->party);
	event_append(
	    req, &(struct event){ .type = "user.totp_confirmed", .subject = factor->party, .owner = factor->party });
	return reply_ok(out, &(struct recovery_codes){ { codes, CODES } });
}

const struct problem *
totp_remove_prepare(struct request *req, struct reply *out)
{
	(void)out;
	return check(req, false);
}

const struct problem *
totp_remove(struct request *req, struct reply *out)
{
	const struct second_factor *factor = req->prepared;
	const struct problem *p = second_factor_use(req, factor);

	if (p != NULL)
		return p;
	sql_recovery_code_clear(req, factor->party);
	sql_totp_remove(req, factor->party);
	event_append(
	    req, &(struct event){ .type = "user.totp_removed", .subject = factor->party, .owner = factor->party });
	return reply_no_content(out);
}
