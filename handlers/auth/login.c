/* login.c -- from a name and a password to a session. */
#include "core/base/arena.h"
#include "core/config/config.h"
#include "core/limit/address.h"
#include "core/trust/password.h"
#include "core/web/audit.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"

static const struct problem *
wrong(struct request *req)
{
	return problem(req, PROBLEM_WRONG_CREDENTIALS, NULL);
}

static const struct problem *
too_often(struct request *req, int64_t seconds)
{
	struct problem *said = problem(req, PROBLEM_TOO_MANY_REQUESTS, "Too many tries; wait a little.");

	said->retry_after = (unsigned)seconds;
	return said;
}

/* The bytes that an address is counted by. */
static struct bytes
address_of(struct request *req)
{
	uint8_t bytes[LIMIT_ADDRESS_SIZE];
	size_t length = limit_address_bytes(req->address, bytes);

	return (struct bytes){ (const uint8_t *)arena_copy(req->arena, bytes, length), length };
}

/* One statement counts and looks, whoever it is; a committed one, so that no refusal takes the count back. */
static const struct problem *
look(struct request *req, const char *email, struct sign_in_look_row **row_r)
{
	const struct config_auth *auth = &req->config->auth;
	const struct problem *p;

	p = sql_sign_in_look(req, address_of(req), email, auth->attempts_address.count, auth->attempts_address.period,
	    auth->attempts.count, auth->attempts.period, row_r);
	if (p != NULL)
		return p;
	return (*row_r)->allowed ? NULL : too_often(req, (*row_r)->retry_after);
}

/* What was wrong is said to nobody but who knew the password. */
static const struct problem *
judge(struct request *req, const struct sign_in_look_row *row, bool right)
{
	if (!right || row->party == NULL)
		return wrong(req);
	audit_say(req, *row->party, "the password was right");
	if (row->blocked)
		return problem(req, PROBLEM_ACCOUNT_BLOCKED, NULL);
	if (!row->verified && req->config->auth.signup_verification[0] == 'r')
		return problem(req, PROBLEM_EMAIL_UNVERIFIED, NULL);
	return NULL;
}

const struct problem *
sign_in_check(struct request *req, const char *email, const char *password, struct sign_in *sign_in_r)
{
	struct sign_in_look_row *row;
	const struct problem *p;
	bool right;

	if ((p = password_room(req)) != NULL || (p = look(req, email, &row)) != NULL)
		return p;
	if ((p = password_check(req, password, row->password, &right)) != NULL)
		return p;
	if ((p = judge(req, row, right)) != NULL)
		return p;
	*sign_in_r = (struct sign_in){ .party = *row->party, .password = row->password, .email = email,
		.method = "password", .says = "signed in" };
	return password_is_old(req, row->password) ? password_hash(req, password, &sign_in_r->rehashed) : NULL;
}

const struct problem *
login_prepare(struct request *req, struct reply *out)
{
	const struct credentials *given = req->given;
	struct sign_in *sign_in = ARENA_NEW(req->arena, struct sign_in);
	const struct problem *p = sign_in_check(req, given->email, given->password, sign_in);
	struct second_factor *factor = NULL;

	(void)out;
	if (p == NULL)
		p = second_factor_check(req, sign_in->party, given->otp, false, &factor);
	sign_in->second_factor = factor;
	sign_in->device_type = given->device_type;
	req->prepared = sign_in;
	return p != NULL ? sign_in_refused(req, given, p) : NULL;
}

void
sign_in_forgive(struct request *req, const struct sign_in *sign_in)
{
	sql_sign_in_forgive(req, address_of(req), sign_in->email);
}

const struct problem *
login_finish(struct request *req, struct tokens *tokens_r)
{
	const struct sign_in *sign_in = req->prepared;
	const struct problem *p;

	if ((p = session_open(req, sign_in, tokens_r)) != NULL)
		return p;
	if (sign_in->rehashed != NULL)
		sql_user_rehash(req, sign_in->party, sign_in->rehashed);
	sign_in_forgive(req, sign_in);
	return NULL;
}

const struct problem *
login_open(struct request *req, struct reply *out)
{
	struct tokens tokens;
	const struct problem *p = login_finish(req, &tokens);

	return p != NULL ? p : reply_ok(out, &tokens);
}
