/* service.c -- services: programs that call us under a name of their own.  They sign in with keys alone. */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/work/event.h"
#include "handlers/auth/api_key.h"
#include "handlers/auth/queries.h"

const struct page_key services_newest_first[] = {
	PAGE_KEY(struct service_page_row, created_at),
	PAGE_KEY(struct service_page_row, id),
	{ 0 },
};

static const struct problem *
no_such_service(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such service.");
}

const struct problem *
service_list(struct request *req, struct reply *out)
{
	struct service_page_rows rows;
	const struct problem *p;

	if ((p = sql_service_page(
		 req, page_instant(req, 0, INSTANT_MAX), page_uuid(req, 1, UUID_MAX), page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
service_show(struct request *req, struct reply *out)
{
	struct service_read_row *row;
	const struct problem *p = sql_service_read(req, path_uuid(req, "id"), &row);

	if (p != NULL)
		return p;
	return row != NULL ? reply_ok(out, row) : no_such_service(req);
}

const struct problem *
service_create(struct request *req, struct reply *out)
{
	const struct new_service *given = req->given;
	const struct uuid id = uuid_new(req->env);
	struct service_read_row *row;
	const struct problem *p;

	sql_service_add(req, id, given->name, req->principal->party);
	event_append(req, &(struct event){ .type = "service.created", .subject = id });
	if ((p = sql_service_read(req, id, &row)) != NULL)
		return p;
	return reply_created(out, arena_format(req->arena, "/v1/services/%s", uuid_text(req->arena, id)), row);
}

const struct problem *
service_remove(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct service_remove_row *row;
	const struct problem *p = sql_service_remove(req, id, &row);

	if (p != NULL)
		return p;
	if (row == NULL)
		return no_such_service(req);
	event_append(req, &(struct event){ .type = "service.removed", .subject = id });
	return reply_no_content(out);
}
