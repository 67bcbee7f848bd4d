/* verify.c -- proving an address, and mails that let somebody do so or choose a new password. */
#include <string.h>

#include "core/base/arena.h"
#include "core/work/queue.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

const struct problem *
verify_address(struct request *req, struct reply *out)
{
	const struct secret *given = req->given;
	struct sign_in sign_in = { .device_type = given->device_type, .method = "link", .says = "proved an address" };
	const struct problem *p;
	struct tokens tokens;

	if ((p = link_use(req, given->token, LINK_KINDS("verify"), &sign_in.party)) != NULL)
		return p;
	sql_user_prove(req, sign_in.party);
	if ((p = session_open(req, &sign_in, &tokens)) != NULL)
		return p;
	return reply_ok(out, &tokens);
}

/* The same for every address; who it is, and whether anybody, the job finds out. */
static const struct problem *
send_later(struct request *req, struct reply *out, const char *link)
{
	const struct address *given = req->given;

	queue_enqueue(req, &(struct enqueue){
	    .kind = "auth.send_link",
	    .shape = &send_link_shape,
	    .payload = &(struct send_link){ .email = given->email, .link = link },
	});
	return reply_accepted(out, NULL, NULL);
}

const struct problem *
verify_resend(struct request *req, struct reply *out)
{
	return send_later(req, out, "verify");
}

const struct problem *
password_forgot(struct request *req, struct reply *out)
{
	return send_later(req, out, "reset");
}

const struct problem *
link_send(struct request *req, struct reply *out)
{
	const struct send_link *wish = req->given;
	const bool reset = strcmp(wish->link, "reset") == 0;
	const struct link link = link_make(req, reset ? LINK_RESET_LIFETIME : LINK_VERIFY_LIFETIME);
	struct link_send_row *row;
	const struct problem *p;

	if ((p = sql_link_send(req, wish->email, wish->link, link.hash, link.expires, &row)) != NULL)
		return p;
	if (row != NULL)
		letter_send(req, reset ? LETTER_RESET : LETTER_VERIFY, row->party, row->address, link.secret);
	return reply_no_content(out);
}
