/* currency.c -- what money is counted in.  Nobody removes a currency; one that is no longer wanted is made inactive. */
#include "core/base/arena.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

/* A :one's row has the members of `struct currency` in the same order. */
#define CURRENCY_OF(row) \
	&(struct currency) \
	{ \
		(row)->code, (row)->name, (row)->exponent, (row)->active, (row)->custom, (row)->version, \
		    (row)->created_at \
	}

static const struct problem *
no_such_currency(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such currency.");
}

const struct problem *
currency_list(struct request *req, struct reply *out)
{
	const struct currency_query *asked = req->asked;
	struct currency_page_rows currencies;
	const struct problem *p;

	if ((p = sql_currency_page(req, asked->active, page_text(req, 0, ""), page_limit(req), &currencies)) != NULL)
		return p;
	return reply_page(out, currencies.items, currencies.count, sizeof(*currencies.items));
}

const struct problem *
currency_create(struct request *req, struct reply *out)
{
	const struct new_currency *given = req->given;
	struct currency_add_row *added;
	struct currency_look_row *row;
	const struct problem *p;

	if ((p = sql_currency_add(req, given->code, given->name, given->exponent,
		 given->active == NULL || *given->active, &added)) != NULL)
		return p;
	if (added == NULL)
		return problem(req, PROBLEM_CONFLICT, "There is a currency of that code.");
	if ((p = sql_currency_look(req, given->code, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/currencies/%s", row->code), CURRENCY_OF(row));
}

const struct problem *
currency_show(struct request *req, struct reply *out)
{
	struct currency_look_row *row;
	const struct problem *p;

	if ((p = sql_currency_look(req, path_text(req, "code"), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_currency(req);
	reply_etag(out, row->version);
	return reply_ok(out, CURRENCY_OF(row));
}

const struct problem *
currency_change(struct request *req, struct reply *out)
{
	const struct currency_edit *given = req->given;
	const char *code = path_text(req, "code");
	struct currency_lock_row *before;
	struct currency_edit_row *row;
	const struct problem *p;

	if ((p = sql_currency_lock(req, code, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_currency(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_currency_edit(req, code, given->name, given->active, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, CURRENCY_OF(row));
}
