/* export.c -- the audit as lines of JSON that can be checked elsewhere; that somebody took them is a row itself. */
#include <inttypes.h>

#include "core/base/arena.h"
#include "core/web/audit.h"
#include "handlers/audit/audit.h"
#include "handlers/audit/queries.h"

/* Some 4 MB. */
#define ROWS_AT_ONCE 5000

static void
add_line(struct reply *out, const char *line)
{
	buffer_text(&out->body, line);
	buffer_char(&out->body, '\n');
}

/* Where rows are missing at the end of a seal, the next answer would be this one again. */
static void
tell_next(struct request *req, struct reply *out, int64_t from, int64_t last)
{
	if (last >= from)
		reply_header(out, "Link",
		    arena_format(req->arena, "</v1/audit/export?from=%" PRId64 ">; rel=\"next\"", last + 1));
	audit_say(
	    req, (struct uuid){ 0 }, arena_format(req->arena, "exported from %" PRId64 " to %" PRId64, from, last));
}

const struct problem *
audit_export(struct request *req, struct reply *out)
{
	const struct export_query *query = req->asked;
	const int64_t from = query->from == NULL ? 1 : *query->from;
	struct audit_export_lines_rows lines;
	const struct problem *p;

	if ((p = sql_audit_export_lines(req, from, ROWS_AT_ONCE, &lines)) != NULL)
		return p;
	reply_text(out, "application/x-ndjson", "");
	for (size_t i = 0; i < lines.count; i++)
		add_line(out, lines.items[i].line);
	if (lines.count > 0 && lines.items[lines.count - 1].position > 0)
		tell_next(req, out, from, lines.items[lines.count - 1].position);
	return NULL;
}
