/* listing.c -- accounts as lists: all of them or those of a kind, those whose name has some words in it, the caller's
 * own. */
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

/* One of a list, or all of it. */
static struct texts
choice_or_all(const char *const *choice, const char *const *all)
{
	size_t count = 0;

	if (*choice != NULL)
		return (struct texts){ choice, 1 };
	while (all[count] != NULL)
		count++;
	return (struct texts){ all, count };
}

const struct problem *
account_list(struct request *req, struct reply *out)
{
	const struct account_query *asked = req->asked;
	const struct texts tiers = choice_or_all(&asked->tier, account_tiers);
	const struct texts statuses = choice_or_all(&asked->status, account_statuses);
	const struct instant before = page_instant(req, 0, INSTANT_MAX);
	const struct uuid id = page_uuid(req, 1, UUID_MAX);
	const int32_t limit = page_limit(req);
	struct account_read_rows rows;
	const struct problem *p;

	if (asked->q != NULL && !principal_sees_all(req))
		return problem_field(req, "?q", "is for those who hold account.read");
	if (asked->q != NULL)
		p = sql_account_search(req, asked->q, tiers, statuses, before, id, limit, &rows);
	else if (principal_sees_all(req))
		p = sql_account_page(req, tiers, statuses, before, id, limit, &rows);
	else
		p = sql_account_page_own(req, req->parties, tiers, statuses, before, id, limit, &rows);
	return p != NULL ? p : reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}
