/* trouble.c -- requests that are large, slow, endless or deadly. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "tests/api/sample/queries.h"
#include "tests/api/sample/sample.h"

const struct problem *
sample_still(struct request *req, struct reply *out)
{
	(void)req;
	return reply_ok(out, &(struct count){ 0 });
}

const struct problem *
sample_header(struct request *req, struct reply *out)
{
	const struct header_query *asked = req->asked;
	const char *value = request_header(req, asked->name);

	return reply_ok(out, &(struct count){ value != NULL ? (int64_t)strlen(value) : 0 });
}

/* The last byte differs, so that a cut answer shows. */
const struct problem *
sample_big(struct request *req, struct reply *out)
{
	const struct big_query *asked = req->asked;
	char *text = arena_alloc(req->arena, (size_t)asked->bytes + 1);

	memset(text, 'a', (size_t)asked->bytes);
	text[asked->bytes - 1] = 'z';
	return reply_text(out, "text/plain", text);
}

const struct problem *
sample_count(struct request *req, struct reply *out)
{
	const struct counted *given = req->given;

	return reply_ok(out, &(struct count){ (int64_t)text_length(given->text) });
}

const struct problem *
sample_slow(struct request *req, struct reply *out)
{
	const struct slow_query *asked = req->asked;
	struct sample_sleep_row *row;
	const struct problem *p;

	if ((p = sql_sample_sleep(req, asked->milliseconds, &row)) != NULL)
		return p;
	return reply_ok(out, &(struct count){ asked->milliseconds });
}

const struct problem *
sample_hang(struct request *req, struct reply *out)
{
	(void)req, (void)out;
	for (;;)
		pause();
}

const struct problem *
sample_crash(struct request *req, struct reply *out)
{
	(void)req, (void)out;
	abort();
}
