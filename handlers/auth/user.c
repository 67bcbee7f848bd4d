/* user.c -- people, as operators look for them. */
#include "handlers/auth/user.h"

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "handlers/auth/queries.h"

const struct page_key users_newest_first[] = {
	PAGE_KEY(struct user_page_row, created_at),
	PAGE_KEY(struct user_page_row, id),
	{ 0 },
};

/* What LIKE would read as anything stands for itself. */
static const char *
prefix_of(struct request *req, const char *text)
{
	struct buffer out;

	buffer_init(&out, req->arena);
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			buffer_char(&out, '\\');
		buffer_char(&out, *text);
	}
	buffer_char(&out, '%');
	return out.data;
}

const struct problem *
user_list(struct request *req, struct reply *out)
{
	const struct user_query *asked = req->asked;
	const struct instant before = page_instant(req, 0, INSTANT_MAX);
	const struct uuid before_id = page_uuid(req, 1, UUID_MAX);
	const int32_t limit = page_limit(req);
	const struct problem *p;
	struct user_page_rows rows;

	if (asked->search == NULL && asked->status == NULL)
		p = sql_user_page(req, before, before_id, limit, &rows);
	else if (asked->search == NULL)
		p = sql_user_page_status(req, asked->status, before, before_id, limit, &rows);
	else if (asked->status == NULL)
		p = sql_user_search(req, prefix_of(req, asked->search), before, before_id, limit, &rows);
	else
		p = sql_user_search_status(
		    req, prefix_of(req, asked->search), asked->status, before, before_id, limit, &rows);
	return p != NULL ? p : reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
user_show(struct request *req, struct reply *out)
{
	struct user_read_row *row;
	const struct problem *p = sql_user_read(req, path_uuid(req, "id"), &row);

	if (p != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such user.");
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
user_count(struct request *req, struct reply *out)
{
	struct user_stats_row *row;
	const struct problem *p = sql_user_stats(req, &row);

	return p != NULL ? p : reply_ok(out, row);
}
