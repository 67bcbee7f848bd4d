/*
 * refused.c -- attempts to sign in that were refused, for the history of whoever has the address.  The attempt itself
 * puts a job in the queue whatever the address is, known or not, so nobody learns which from the time; the job looks.
 */
#include "core/db/db.h"
#include "core/web/problem.h"
#include "core/work/queue.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

/* Not those that tried nothing: without the code that was wanted, too many, or too busy. */
static bool
counts(enum problem_id id)
{
	return id == PROBLEM_WRONG_CREDENTIALS || id == PROBLEM_WRONG_CODE || id == PROBLEM_ACCOUNT_BLOCKED ||
	       id == PROBLEM_EMAIL_UNVERIFIED;
}

const struct problem *
sign_in_refused(struct request *req, const struct credentials *given, const struct problem *why)
{
	const struct refused_job refused = {
		.email = given->email,
		.device_type = given->device_type,
		.device = device_of(req),
		.address = req->address[0] != '\0' ? req->address : NULL,
		.outcome = problem_slug(why->id),
	};
	const struct problem *p;

	if (!counts(why->id))
		return why;
	queue_enqueue(
	    req, &(struct enqueue){ .kind = "auth.sign_in_refused", .shape = &refused_job_shape, .payload = &refused });
	p = db_flush(req);
	return p != NULL ? p : why;
}

const struct problem *
refused_tell(struct request *req, struct reply *out)
{
	const struct refused_job *given = req->given;

	sql_sign_in_told_refused(
	    req, given->email, given->device_type, given->device, given->address, "password", given->outcome);
	return reply_no_content(out);
}
