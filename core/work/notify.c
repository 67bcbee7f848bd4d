/*
 * notify.c -- messages to people.  The call is a job; what the job does until there is an area for notifications is
 * to write a file.  The kind of the job is that area's already, so nothing that waits is lost when it takes over.
 */
#include "core/work/notify.h"

#include <errno.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/shape.h"
#include "core/work/mail.h"
#include "core/work/queue.h"

struct notify_payload {
	const char *kind;
	const struct uuid *to;
	const char *address;
	const char *subject;
	const char *text;
};

/* clang-format off */
static const struct field notify_payload[] = {
	TEXT(struct notify_payload, kind,    .required = true, .max = 100, .example = "\"auth.verify-email\""),
	UUID(struct notify_payload, to,      .doc = "The user, where it is one."),
	TEXT(struct notify_payload, address, .max = 254, .example = "\"ada@example.com\""),
	TEXT(struct notify_payload, subject, .required = true, .max = 200),
	TEXT(struct notify_payload, text,    .required = true, .max = 100000, .secret = true),
	SHAPE_END
};
/* clang-format on */

const struct shape notify_job = { "notify_payload", notify_payload, sizeof(struct notify_payload) };

void
notify(struct request *req, const struct notification *notification)
{
	struct notify_payload payload = {
		.kind = notification->kind,
		.to = uuid_is_zero(notification->to) ? NULL : &notification->to,
		.address = notification->address,
		.subject = notification->subject,
		.text = notification->text,
	};

	queue_enqueue(req, &(struct enqueue){ .kind = "notification.send", .shape = &notify_job, .payload = &payload });
}

static const char *
mail_directory(struct request *req)
{
	const struct config_global *global = &req->config->global;

	return global->mail_dir[0] != '\0' ? global->mail_dir : arena_format(req->arena, "%s/mail", global->state_dir);
}

const struct problem *
notify_write(struct request *req, struct reply *out)
{
	const struct notify_payload *payload = req->given;
	const char *directory = mail_directory(req);
	struct mail mail = {
		.id = req->job->id,
		.host = mail_host(req->arena, req->config->global.public_url),
		.kind = payload->kind,
		.address = payload->address,
		.user = payload->to,
		.subject = payload->subject,
		.text = payload->text,
	};

	(void)out;
	if (mail.address != NULL && !text_is_email(mail.address))
		return problem(req, PROBLEM_INVALID, "The address of this mail is not one.");
	if (mail_write(req->arena, directory, &mail))
		return NULL;
	log_line(ERROR, req, "notify", "a mail could not be written", { "directory", .text = directory },
	    { "error", .text = strerror(errno) });
	return problem(req, PROBLEM_UNAVAILABLE, "The mail could not be written.");
}

const struct problem *
notify_written(struct request *req, struct reply *out)
{
	(void)req;
	return reply_no_content(out);
}
