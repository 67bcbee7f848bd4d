/* listing.c -- accounts as lists: all of them or those of a kind, those whose name has some words in it, the caller's
 * own. */
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

struct listing {
	struct texts tiers, statuses;
	struct instant before;
	struct uuid id;
	int32_t limit;
};

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

static bool
is_letter_or_digit(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* The index knows runs of three; words without any would be compared with every name there is. */
static bool
can_be_looked_up(const char *words)
{
	size_t run = 0;

	for (; *words != '\0' && run < 3; words++) {
		const unsigned char c = (unsigned char)*words;

		if (c < 0x80 || c >= 0xc0) /* a character begins here */
			run = is_letter_or_digit(c) ? run + 1 : 0;
	}
	return run >= 3;
}

static const struct problem *
list_all(struct request *req, const struct listing *list, struct reply *out)
{
	struct account_page_rows rows;
	const struct problem *p;

	if ((p = sql_account_page(req, list->tiers, list->statuses, list->before, list->id, list->limit, &rows)) !=
	    NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

static const struct problem *
list_found(struct request *req, const struct listing *list, const char *words, struct reply *out)
{
	struct account_search_rows rows;
	const struct problem *p;

	if (!can_be_looked_up(words))
		return problem_field(req, "?q", "must have three letters or digits in a row");
	if ((p = sql_account_search(
		 req, words, list->tiers, list->statuses, list->before, list->id, list->limit, &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

static const struct problem *
list_own(struct request *req, const struct listing *list, struct reply *out)
{
	struct account_page_own_rows rows;
	const struct problem *p;

	if ((p = sql_account_page_own(
		 req, req->parties, list->tiers, list->statuses, list->before, list->id, list->limit, &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
account_list(struct request *req, struct reply *out)
{
	const struct account_query *asked = req->asked;
	const struct listing list = {
		.tiers = choice_or_all(&asked->tier, account_tiers),
		.statuses = choice_or_all(&asked->status, account_statuses),
		.before = page_instant(req, 0, INSTANT_MAX),
		.id = page_uuid(req, 1, UUID_MAX),
		.limit = page_limit(req),
	};

	if (!principal_sees_all(req))
		return asked->q == NULL ? list_own(req, &list, out)
					: problem_field(req, "?q", "is for those who hold account.read");
	return asked->q == NULL ? list_all(req, &list, out) : list_found(req, &list, asked->q, out);
}
