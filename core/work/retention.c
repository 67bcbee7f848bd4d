/* retention.c -- the job that removes what has been kept for long enough. */
#include "core/work/retention.h"

#include "core/base/log.h"
#include "core/config/config.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/shape.h"
#include "core/work/queries.h"
#include "core/work/queue.h"

struct retention_payload {
	const char *what;
};

/* clang-format off */
static const struct field retention_payload[] = {
	TEXT(struct retention_payload, what, .max = 100, .example = "\"events\"", .doc = "The rule; absent: all of them."),
	SHAPE_END
};
/* clang-format on */

const struct shape retention_job = { "retention_payload", retention_payload, sizeof(struct retention_payload) };

/* One job for a rule waits at most, however often it is asked for. */
static void
enqueue_rule(struct request *req, const char *what)
{
	struct retention_payload payload = { .what = what };
	struct enqueue job = {
		.kind = RETENTION_KIND, .shape = &retention_job, .payload = &payload, .unique_key = what
	};

	queue_enqueue(req, &job);
}

static const struct problem *
enqueue_rules(struct request *req)
{
	struct retention_list_rows rules;
	const struct problem *p;

	if ((p = sql_retention_list(req, &rules)) != NULL)
		return p;
	for (size_t i = 0; i < rules.count; i++)
		enqueue_rule(req, rules.items[i].what);
	return NULL;
}

const struct problem *
retention_run(struct request *req, struct reply *out)
{
	const struct retention_payload *payload = req->given;
	int32_t most = (int32_t)req->config->global.retention_batch;
	const char *what = payload != NULL ? payload->what : NULL;
	struct retention_remove_row *batch;
	const struct problem *p;

	if (what == NULL) {
		if ((p = enqueue_rules(req)) != NULL)
			return p;
		return reply_no_content(out);
	}
	if ((p = sql_retention_remove(req, what, most, &batch)) != NULL)
		return p;
	if (batch->removed >= most)
		enqueue_rule(req, what);
	if (batch->removed > 0)
		log_line(INFO, req, "retention", "old rows removed", { "what", .text = what },
		    { "rows", .number = batch->removed });
	return reply_no_content(out);
}
