/*
 * user_change.c -- what operators do to people.  Whoever changes somebody must hold every permission that this one
 * holds: otherwise who may write users could take a super user's address, and then its password.
 */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/conditional.h"
#include "core/work/event.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/user.h"

#define OPERATOR_SOURCE "operator"

/* Locks the user's row. */
static const struct problem *
hold(struct request *req, struct uuid id, struct user_lock_row **row_r)
{
	const struct problem *p = sql_user_lock(req, id, req->principal->permissions, row_r);

	if (p != NULL)
		return p;
	if (*row_r == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such user.");
	if (!(*row_r)->covered)
		return problem(req, PROBLEM_FORBIDDEN, "This user may do things that you may not.");
	if (!if_match(req, (*row_r)->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	return NULL;
}

static const struct problem *
show(struct request *req, struct reply *out, struct uuid id)
{
	struct user_read_row *row;
	const struct problem *p = sql_user_read(req, id, &row);

	if (p != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such user.");
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

static void
tell(struct request *req, const char *type, struct uuid id)
{
	event_append(req, &(struct event){ .type = type, .subject = id, .owner = id });
}

const struct problem *
user_change(struct request *req, struct reply *out)
{
	const struct user_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct user_lock_row *row;
	const struct problem *p = hold(req, id, &row);

	if (p != NULL)
		return p;
	sql_user_edit(req, id, given->name_came, given->name, given->region_came, given->region);
	tell(req, "user.changed", id);
	return show(req, out, id);
}

static const struct problem *
not_oneself(struct request *req, struct uuid id)
{
	if (uuid_equal(id, req->principal->party))
		return problem(req, PROBLEM_CONFLICT, "You cannot do this to yourself.");
	return NULL;
}

const struct problem *
user_remove(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct user_lock_row *row;
	struct user_remove_row *removed;
	const struct problem *p = not_oneself(req, id);

	if (p != NULL || (p = hold(req, id, &row)) != NULL || (p = sql_user_remove(req, id, &removed)) != NULL)
		return p;
	return reply_no_content(out);
}

const struct problem *
user_block(struct request *req, struct reply *out)
{
	const struct user_reason *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct user_lock_row *row;
	const struct problem *p = not_oneself(req, id);

	if (p != NULL || (p = hold(req, id, &row)) != NULL)
		return p;
	sql_user_block(req, id, OPERATOR_SOURCE, given->reason);
	return show(req, out, id);
}

const struct problem *
user_unblock(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct user_lock_row *row;
	const struct problem *p = hold(req, id, &row);

	if (p != NULL)
		return p;
	sql_user_unblock(req, id, OPERATOR_SOURCE);
	return show(req, out, id);
}

const struct problem *
user_verify(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct user_lock_row *row;
	const struct problem *p = hold(req, id, &row);

	if (p != NULL)
		return p;
	sql_user_prove(req, id);
	return show(req, out, id);
}

/* The old address is told; the new one gets a link, unless the operator knows whose it is. */
const struct problem *
user_move(struct request *req, struct reply *out)
{
	const struct user_address *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	const struct link link = link_make(req, LINK_VERIFY_LIFETIME);
	struct user_lock_row *row;
	const struct problem *p = hold(req, id, &row);

	if (p != NULL)
		return p;
	sql_user_move(req, id, given->email, given->verified);
	if (!given->verified) {
		sql_link_add(req, id, "verify", link.hash, link.expires);
		letter_send(req, LETTER_VERIFY, id, given->email, link.secret);
	}
	letter_send(req, LETTER_MOVED, id, row->email, NULL);
	tell(req, "user.email_changed", id);
	return show(req, out, id);
}
