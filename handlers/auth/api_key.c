/*
 * api_key.c -- keys: of oneself, and of services for operators.  The text is shown once; what is kept does not give it
 * back.  A key never does more than its maker may, and of that only what its party may at the time of use.
 */
#include "handlers/auth/api_key.h"

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/trust/api_key.h"
#include "core/trust/principal.h"
#include "core/web/permission.h"
#include "core/work/event.h"
#include "handlers/areas.h"
#include "handlers/auth/queries.h"

const struct page_key api_keys_newest_first[] = {
	PAGE_KEY(struct api_key_page_row, created_at),
	PAGE_KEY(struct api_key_page_row, id),
	{ 0 },
};

static const struct problem *
list(struct request *req, struct uuid party, struct reply *out)
{
	struct api_key_page_rows rows;
	const struct problem *p;

	if ((p = sql_api_key_page(req, party, page_instant(req, 0, INSTANT_MAX), page_uuid(req, 1, UUID_MAX),
		 page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

static const struct problem *
create(struct request *req, struct uuid party, struct reply *out, const char *where)
{
	const struct new_api_key *given = req->given;
	const struct texts scopes = given->scopes != NULL ? *given->scopes : (struct texts){ .count = 0 };
	const struct uuid id = uuid_new(req->env);
	const struct problem *p;
	struct made_api_key made = { .id = id, .name = given->name, .scopes = scopes, .expires_at = given->expires_at };
	struct api_key_read_row *row;
	struct api_key key;

	if ((p = permission_check(req, &house, scopes, "/scopes")) != NULL)
		return p;
	made.key = api_key_make(req, id, &key);
	sql_api_key_add(req, id, party, given->name, key.hash, scopes, given->expires_at, req->principal->party,
	    req->principal->permissions);
	event_append(req, &(struct event){ .type = "api_key.created", .subject = id, .owner = party });
	if ((p = sql_api_key_read(req, id, &row)) != NULL)
		return p;
	made.prefix = row->prefix;
	made.created_at = row->created_at;
	return reply_created(out, arena_format(req->arena, "%s/%s", where, uuid_text(req->arena, id)), &made);
}

static const struct problem *
end(struct request *req, struct uuid party, struct uuid id, struct reply *out)
{
	struct api_key_end_row *row;
	const struct problem *p;

	if ((p = sql_api_key_end(req, id, party, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such key.");
	event_append(req, &(struct event){ .type = "api_key.ended", .subject = id, .owner = party });
	return reply_no_content(out);
}

const struct problem *
api_key_list(struct request *req, struct reply *out)
{
	return list(req, req->principal->party, out);
}

const struct problem *
api_key_create(struct request *req, struct reply *out)
{
	return create(req, req->principal->party, out, "/v1/api-keys");
}

const struct problem *
api_key_end(struct request *req, struct reply *out)
{
	return end(req, req->principal->party, path_uuid(req, "id"), out);
}

/* Held until COMMIT, so that no key outlives its service. */
static const struct problem *
hold_service(struct request *req, struct uuid *service_r)
{
	struct service_hold_row *row;
	const struct problem *p;

	*service_r = path_uuid(req, "id");
	if ((p = sql_service_hold(req, *service_r, &row)) != NULL)
		return p;
	return row != NULL ? NULL : problem(req, PROBLEM_NOT_FOUND, "No such service.");
}

static const struct problem *
judge_service(struct request *req, void *found, void *context)
{
	(void)context;
	return found == NULL ? problem(req, PROBLEM_NOT_FOUND, "No such service.") : NULL;
}

const struct problem *
service_key_list(struct request *req, struct reply *out)
{
	const struct uuid service = path_uuid(req, "id");

	sql_service_read_later(req, service, judge_service, NULL);
	return list(req, service, out);
}

const struct problem *
service_key_create(struct request *req, struct reply *out)
{
	const struct problem *p;
	struct uuid service;

	if ((p = hold_service(req, &service)) != NULL)
		return p;
	return create(
	    req, service, out, arena_format(req->arena, "/v1/services/%s/api-keys", uuid_text(req->arena, service)));
}

const struct problem *
service_key_end(struct request *req, struct reply *out)
{
	const struct problem *p;
	struct uuid service;

	if ((p = hold_service(req, &service)) != NULL)
		return p;
	return end(req, service, path_uuid(req, "key_id"), out);
}
