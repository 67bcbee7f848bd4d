/* rule.c -- which plan who gets at first.  The schema keeps the choice total: the default rule stays, plans are open.
 */
#include "core/base/arena.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

static const struct problem *
no_such_rule(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such rule.");
}

const struct problem *
rule_list(struct request *req, struct reply *out)
{
	struct rule_read_rows rows;
	const struct problem *p;

	if ((p = sql_rule_page(req, page_uuid(req, 0, (struct uuid){ { 0 } }), page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
rule_show(struct request *req, struct reply *out)
{
	struct rule_read_row *row;
	const struct problem *p;

	if ((p = sql_rule_read(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_rule(req);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
rule_create(struct request *req, struct reply *out)
{
	const struct new_rule *given = req->given;
	struct rule_read_row *row;
	const struct problem *p;

	p = sql_rule_create(req, uuid_new(req->env), given->region, given->device_type, given->plan, &row);
	if (p != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/plans/rules/%s", uuid_text(req->arena, row->id)), row);
}

const struct problem *
rule_change(struct request *req, struct reply *out)
{
	const struct rule_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct rule_lock_row *before;
	struct rule_read_row *row;
	const struct problem *p;

	if ((p = sql_rule_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_rule(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_rule_edit(req, id, given->plan, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
rule_remove(struct request *req, struct reply *out)
{
	struct rule_remove_row *row;
	const struct problem *p;

	if ((p = sql_rule_remove(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	return row == NULL ? no_such_rule(req) : reply_no_content(out);
}
