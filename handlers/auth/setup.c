/* setup.c -- the first super user, made with the link that the first start prints. */
#include "core/base/arena.h"
#include "core/trust/password.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

const struct problem *
setup_prepare(struct request *req, struct reply *out)
{
	const struct setup *given = req->given;
	const struct problem *p;
	const char *hash;

	(void)out;
	if ((p = password_room(req)) != NULL || (p = link_look(req, given->token, LINK_KINDS("setup"))) != NULL ||
	    (p = password_hash(req, given->password, &hash)) != NULL)
		return p;
	req->prepared = (void *)(uintptr_t)hash;
	return NULL;
}

const struct problem *
setup_make(struct request *req, struct reply *out)
{
	const struct setup *given = req->given;
	struct super_user_add_row *row;
	const struct problem *p;
	struct tokens tokens;
	struct uuid nobody;

	if ((p = link_use(req, given->token, LINK_KINDS("setup"), &nobody)) != NULL)
		return p;
	p = sql_super_user_add(
	    req, uuid_new(req->env), given->email, given->name, (const char *)req->prepared, true, &row);
	if (p != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_LINK_INVALID, NULL);
	p = session_open(req, &(struct sign_in){ .party = row->party, .method = "set-up", .says = "set up" }, &tokens);
	if (p != NULL)
		return p;
	return reply_created(out, NULL, &tokens);
}
