/* password.c -- choosing a new password, with a mailed link or with the present one. */
#include "core/trust/password.h"

#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/work/event.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

#define RESETS LINK_KINDS("reset", "invite")

static void
tell(struct request *req, struct uuid party, const char *email)
{
	event_append(req, &(struct event){ .type = "user.password_changed", .subject = party, .owner = party });
	letter_send(req, LETTER_CHANGED, party, email, NULL);
}

/* Nothing is hashed for whoever has no link. */
const struct problem *
reset_prepare(struct request *req, struct reply *out)
{
	const struct reset *given = req->given;
	const struct problem *p;
	const char *hash;

	(void)out;
	if ((p = password_room(req)) != NULL || (p = link_look(req, given->token, RESETS)) != NULL ||
	    (p = password_hash(req, given->password, &hash)) != NULL)
		return p;
	req->prepared = (void *)(uintptr_t)hash;
	return NULL;
}

/* Whoever knew the old password is out. */
const struct problem *
reset_password(struct request *req, struct reply *out)
{
	const struct reset *given = req->given;
	const char *hash = req->prepared;
	struct user_reset_row *row;
	const struct problem *p;
	struct uuid party;

	if ((p = link_use(req, given->token, RESETS, &party)) != NULL)
		return p;
	if ((p = sql_user_reset(req, party, hash, &row)) != NULL)
		return p;
	audit_say(req, party, "chose a new password");
	sql_session_end_all(req, party, "password");
	if (row != NULL)
		tell(req, party, row->email);
	return reply_no_content(out);
}

/* Counted like a sign-in: a stolen session is no place to guess the password at. */
const struct problem *
change_prepare(struct request *req, struct reply *out)
{
	const struct change *given = req->given;
	struct sign_in *sign_in = ARENA_NEW(req->arena, struct sign_in);
	struct user_me_row *user;
	const struct problem *p;

	(void)out;
	if ((p = sql_user_me(req, req->principal->party, &user)) != NULL)
		return p;
	if (user->email == NULL)
		return problem(req, PROBLEM_FORBIDDEN, "Only users have passwords.");
	p = sign_in_check(req, user->email, given->password, sign_in);
	if (p != NULL && p->id == PROBLEM_WRONG_CREDENTIALS)
		return problem_field(req, "/password", "is not the present one");
	if (p != NULL)
		return p;
	req->prepared = sign_in;
	return password_hash(req, given->new_password, &sign_in->rehashed);
}

const struct problem *
change_password(struct request *req, struct reply *out)
{
	const struct change *given = req->given;
	const struct sign_in *sign_in = req->prepared;
	struct user_change_password_row *row;
	const struct problem *p;

	p = sql_user_change_password(req, sign_in->party, sign_in->password, sign_in->rehashed, &row);
	if (p != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_CONFLICT, "The password was changed by another request.");
	if (given->end_others)
		sql_session_end_others(req, req->principal->session, "password");
	sign_in_forgive(req, sign_in);
	tell(req, sign_in->party, row->email);
	return reply_no_content(out);
}
