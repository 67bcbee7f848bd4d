/*
 * signup.c -- new users.
 *
 * Where addresses must be proved, the request does the same for every address: it hashes the password and puts a job in
 * the queue.  The job makes the user, or finds that there is one, and sends the one mail or the other; so nothing about
 * the answer, its time included, tells whether the address is known.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/config/config.h"
#include "core/trust/key.h"
#include "core/trust/password.h"
#include "core/work/queue.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

#define SEALED_FOR "auth.sign_up"

static bool
must_be_proved(const struct request *req)
{
	return strcmp(req->config->auth.signup_verification, "required") == 0;
}

/* In the transaction at hand. */
static const struct problem *
sign_up(struct request *req, const struct signup *wish, const char *password, bool replaces, struct sign_up_row **row_r)
{
	const struct link link = link_make(req, LINK_VERIFY_LIFETIME);
	const struct problem *p;

	p = sql_sign_up(req, uuid_new(req->env), wish->email, wish->name, wish->region,
	    wish->device_type != NULL ? wish->device_type : "other", password, link.hash, link.expires, replaces, row_r);
	if (p != NULL)
		return p;
	if (strcmp((*row_r)->outcome, "known") != 0)
		letter_send(req, LETTER_VERIFY, *(*row_r)->party, wish->email, link.secret);
	else if (replaces && (*row_r)->party != NULL)
		letter_send(req, LETTER_KNOWN, *(*row_r)->party, wish->email, NULL);
	return NULL;
}

const struct problem *
signup_prepare(struct request *req, struct reply *out)
{
	const struct signup *given = req->given;
	const struct problem *p;
	const char *hash;

	(void)out;
	if (strcmp(req->config->auth.signup, "open") != 0)
		return problem(req, PROBLEM_SIGNUP_CLOSED, NULL);
	if ((p = password_room(req)) != NULL || (p = password_hash(req, given->password, &hash)) != NULL)
		return p;
	req->prepared = (void *)(uintptr_t)hash;
	return NULL;
}

/* The hash waits sealed: the queue's rows are read by more people than passwords are. */
static const struct problem *
take_later(struct request *req, const struct signup *given, const char *hash, struct reply *out)
{
	const struct bytes sealed =
	    seal(req->arena, req->env, SEALED_FOR, (struct bytes){ (const uint8_t *)hash, strlen(hash) });
	const struct signup job = { given->email, base64_encode(req->arena, sealed.data, sealed.length), given->name,
		given->region, given->device_type };

	queue_enqueue(req, &(struct enqueue){ .kind = "auth.sign_up", .shape = &signup_job_shape, .payload = &job });
	return reply_accepted(out, NULL, NULL);
}

const struct problem *
signup_take(struct request *req, struct reply *out)
{
	const struct signup *given = req->given;
	const char *hash = req->prepared;
	struct sign_up_row *row;
	const struct problem *p;
	struct tokens tokens;

	if (must_be_proved(req))
		return take_later(req, given, hash, out);
	if ((p = sign_up(req, given, hash, false, &row)) != NULL)
		return p;
	if (strcmp(row->outcome, "new") != 0)
		return problem(req, PROBLEM_EMAIL_TAKEN, NULL);
	p = session_open(req,
	    &(struct sign_in){ .party = *row->party, .device_type = given->device_type, .method = "sign-up", .says = "signed up" },
	    &tokens);
	if (p != NULL)
		return p;
	return reply_created(out, NULL, &tokens);
}

const struct problem *
signup_work(struct request *req, struct reply *out)
{
	const struct signup *wish = req->given;
	struct sign_up_row *row;
	const struct problem *p;
	struct bytes sealed, hash;

	if (!base64_decode(req->arena, wish->password, strlen(wish->password), &sealed) ||
	    !unseal(req->arena, SEALED_FOR, sealed, &hash))
		return problem(req, PROBLEM_INTERNAL, "The password's hash does not open with the secrets at hand.");
	p = sign_up(req, wish, arena_copy(req->arena, hash.data, hash.length), true, &row);
	return p != NULL ? p : reply_no_content(out);
}
