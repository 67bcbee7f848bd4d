/*
 * erase.c -- the order to erase everything: who gives it shows a code of the moment and types a sentence.  The request
 * records the order and no more; a job hands it to the master, which stops the workers and carries it out.
 */
#include "handlers/auth/erase.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/erase.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/work/mail.h"
#include "core/work/queue.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"

/* So that the order's own row is in the audit, sealed. */
#define SEALED_AFTER (2 * SECOND)

/* clang-format off */
static const struct field erase_request[] = {
	TEXT(struct erase_request, otp, .required = true, .min = 6, .max = 6, .secret = true, .example = "\"287082\"",
	    .doc = "What the authenticator shows. Codes on paper do not count here."),
	TEXT(struct erase_request, confirmation, .required = true, .max = 300,
	    .example = "\"erase everything in test on api.example.com\"",
	    .doc = "A sentence that names the environment and the host; the refusal of any other shows it."),
	SHAPE_END,
};

static const struct field erase_order_fields[] = {
	UUID(struct erase_order, id, .required = true, .doc = "Also in the name of the file that is left: where the audit ended."),
	INSTANT(struct erase_order, created_at, .required = true),
	SHAPE_END,
};

static const struct field erase_job[] = {
	UUID(struct erase_job, order, .required = true),
	SHAPE_END,
};
/* clang-format on */

const struct shape erase_request_shape = { "erase_request", erase_request, sizeof(struct erase_request) };
const struct shape erase_order_shape = { "erase_order", erase_order_fields, sizeof(struct erase_order) };
const struct shape erase_job_shape = { "erase_job", erase_job, sizeof(struct erase_job) };

static const struct problem *
allowed(struct request *req)
{
	return text_equal(req->config->auth.erase, "allowed") ? NULL : problem(req, PROBLEM_ERASE_NOT_ALLOWED, NULL);
}

/* Nobody types it for another house than the one that they mean. */
static const struct problem *
confirmed(struct request *req, const char *confirmation)
{
	const struct config_global *global = &req->config->global;
	const char *sentence = arena_format(
	    req->arena, "erase everything in %s on %s", global->environment, mail_host(req->arena, global->public_url));

	if (text_equal(confirmation, sentence))
		return NULL;
	return problem_field(req, "/confirmation", arena_format(req->arena, "must be: %s", sentence));
}

const struct problem *
erase_prepare(struct request *req, struct reply *out)
{
	const struct erase_request *given = req->given;
	struct second_factor *factor;
	const struct problem *p;

	(void)out;
	if ((p = allowed(req)) != NULL || (p = confirmed(req, given->confirmation)) != NULL ||
	    (p = second_factor_check(req, req->principal->party, given->otp, false, &factor)) != NULL)
		return p;
	if (factor == NULL)
		return problem(req, PROBLEM_CONFLICT, "Set up an authenticator first, at /v1/auth/totp.");
	req->prepared = factor;
	return NULL;
}

const struct problem *
erase_order(struct request *req, struct reply *out)
{
	const struct uuid id = uuid_new(req->env);
	struct erase_order_add_row *row;
	const struct problem *p;

	if ((p = second_factor_use(req, req->prepared)) != NULL ||
	    (p = sql_erase_order_add(req, id, req->principal->party, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_CONFLICT, "It has been ordered already.");
	queue_enqueue(req, &(struct enqueue){ .kind = "auth.erase",
			       .shape = &erase_job_shape,
			       .payload = &(struct erase_job){ id },
			       .run_at = { env_now(req->env).micros + SEALED_AFTER } });
	audit_say(req, id, "ordered to erase everything");
	return reply_accepted(out, NULL, &(struct erase_order){ id, row->created_at });
}

/* Whatever may be wrong on this host is found before anything is stopped for it. */
const struct problem *
erase_hand_on(struct request *req, struct reply *out)
{
	const struct erase_job *given = req->given;
	const char *path = erase_order_path(req->arena, req->config), *id = uuid_text(req->arena, given->order);
	struct erase_order_look_row *row;
	const struct problem *p;

	(void)out;
	if ((p = allowed(req)) != NULL || (p = sql_erase_order_look(req, given->order, &row)) != NULL)
		return p;
	if (row == NULL) {
		log_line(WARN, req, "erase", "an order to erase everything has run out", { "order", .text = id });
		return NULL;
	}
	if (!erase_is_possible(req->config, stderr))
		return problem(req, PROBLEM_UNAVAILABLE, "The credentials that migrate do not let us in.");
	if (!file_put(path, arena_format(req->arena, "%s\n", id)))
		return problem_format(req, PROBLEM_UNAVAILABLE, "%s cannot be written: %s", path, strerror(errno));
	return NULL;
}

const struct problem *
erase_handed_on(struct request *req, struct reply *out)
{
	(void)req;
	return reply_no_content(out);
}
