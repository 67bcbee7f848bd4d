/* entry.c -- the rows, newest first. */
#include "core/base/arena.h"
#include "core/web/page.h"
#include "handlers/audit/audit.h"
#include "handlers/audit/queries.h"

/* A subject has fewer rows than a party, a party fewer than a route. */
static const char *
narrowest(const struct entry_query *query)
{
	if (query->subject != NULL)
		return "subject";
	if (query->party != NULL)
		return "party";
	return query->route != NULL ? "route" : "time";
}

static struct entry
entry_of(const struct audit_page_row *row)
{
	return (struct entry){ row->position, row->at, row->party, row->session, row->route, row->subject, row->what,
		row->status, row->slug, row->address, row->request, row->times };
}

const struct problem *
entry_list(struct request *req, struct reply *out)
{
	const struct entry_query *query = req->asked;
	const struct instant from = query->from == NULL ? INSTANT_MIN : *query->from;
	const struct instant until = query->until == NULL ? INSTANT_MAX : *query->until;
	struct audit_page_rows rows;
	struct entry *entries;
	const struct problem *p;

	p = sql_audit_page(req, narrowest(query), query->party, query->subject, query->route, from,
	    page_instant(req, 0, until), page_integer(req, 1, 0), page_limit(req), &rows);
	if (p != NULL)
		return p;
	entries = ARENA_ARRAY(req->arena, rows.count, struct entry);
	for (size_t i = 0; i < rows.count; i++)
		entries[i] = entry_of(&rows.items[i]);
	return reply_page(out, entries, rows.count, sizeof(*entries));
}
