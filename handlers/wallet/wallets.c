/* wallets.c -- opening wallets and looking at them.  Somebody else's wallet is "not found". */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "core/work/event.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

const struct problem *
no_such_wallet(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such wallet.");
}

bool
sees_all_wallets(const struct request *req)
{
	return principal_sees_all(req);
}

const struct problem *
wallet_create(struct request *req, struct reply *out)
{
	const struct new_wallet *given = req->given;
	const struct uuid owner = given->owner != NULL ? *given->owner : req->principal->party;
	const struct uuid id = uuid_new(req->env);
	struct wallet_add_row *row;
	struct balance nothing;
	const struct problem *p;
	const char *zero;

	if (!uuids_contain(req->parties, owner))
		return problem_field(req, "/owner", "is no party that you act for");
	if ((p = sql_wallet_add(req, id, owner, given->currency, given->label != NULL ? given->label : "", &row)) !=
	    NULL)
		return p;
	event_append(req, &(struct event){ .type = "wallet.opened", .subject = id, .owner = owner });
	zero = amount_text(req, 0, row->exponent);
	nothing = (struct balance){ zero, zero, zero, zero, zero };
	return reply_created(out, arena_format(req->arena, "/v1/wallets/%s", uuid_text(req->arena, id)),
	    &(struct wallet){ .id = id,
		.owner = owner,
		.currency = given->currency,
		.label = given->label != NULL ? given->label : "",
		.state = "open",
		.balance = &nothing,
		.opened_at = row->opened_at });
}

static struct wallet
wallet_of(struct request *req, const struct wallet_page_row *row)
{
	struct balance *balance = ARENA_NEW(req->arena, struct balance);

	*balance = (struct balance){
		.posted = amount_text(req, row->posted, row->exponent),
		.held = amount_text(req, row->held, row->exponent),
		.incoming = amount_text(req, row->incoming, row->exponent),
		.available = amount_text(req, row->available, row->exponent),
		.floor = amount_text(req, row->floor, row->exponent),
	};
	return (struct wallet){ .id = row->id,
		.owner = row->owner,
		.currency = row->currency,
		.label = row->label,
		.state = row->state,
		.balance = balance,
		.opened_at = row->opened_at };
}

/* Whose wallets are listed; of somebody else's, only who may read all sees any. */
static struct uuids
owners_asked_for(const struct request *req)
{
	const struct wallet_query *asked = req->asked;

	if (asked->owner == NULL)
		return req->parties;
	if (uuids_contain(req->parties, *asked->owner) || sees_all_wallets(req))
		return (struct uuids){ asked->owner, 1 };
	return (struct uuids){ NULL, 0 };
}

const struct problem *
wallet_list(struct request *req, struct reply *out)
{
	const struct wallet_query *asked = req->asked;
	struct wallet_page_rows rows;
	struct wallet *wallets;
	const struct problem *p;

	if ((p = sql_wallet_page(req, owners_asked_for(req), asked->state != NULL ? asked->state : "",
		 asked->currency != NULL ? asked->currency : "", page_uuid(req, 0, UUID_MAX), page_limit(req),
		 &rows)) != NULL)
		return p;
	wallets = ARENA_ARRAY(req->arena, rows.count, struct wallet);
	for (size_t i = 0; i < rows.count; i++)
		wallets[i] = wallet_of(req, &rows.items[i]);
	return reply_page(out, wallets, rows.count, sizeof(*wallets));
}

static const struct problem *
wallet_show_at(struct request *req, struct instant at, struct reply *out)
{
	struct wallet_read_at_row *row;
	struct balance balance;
	const struct problem *p;

	if ((p = sql_wallet_read_at(req, path_uuid(req, "id"), req->parties, sees_all_wallets(req), at, &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_wallet(req);
	balance = (struct balance){
		.posted = amount_text(req, row->posted, row->exponent),
		.held = amount_text(req, row->held, row->exponent),
		.incoming = amount_text(req, row->incoming, row->exponent),
		.available = amount_text(req, row->posted - row->held - row->floor, row->exponent),
		.floor = amount_text(req, row->floor, row->exponent),
	};
	return reply_ok(out, &(struct wallet){ .id = row->id,
				 .owner = row->owner,
				 .currency = row->currency,
				 .label = row->label,
				 .state = row->state,
				 .balance = &balance,
				 .at = &at,
				 .opened_at = row->opened_at });
}

static const struct problem *
show(struct request *req, struct reply *out)
{
	struct wallet_read_row *row;
	struct wallet wallet;
	const struct problem *p;

	if ((p = sql_wallet_read(req, path_uuid(req, "id"), req->parties, sees_all_wallets(req), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_wallet(req);
	wallet = wallet_of(
	    req, &(struct wallet_page_row){ row->id, row->owner, row->currency, row->exponent, row->label,
		     row->opened_at, row->state, row->posted, row->held, row->incoming, row->floor, row->available });
	return reply_ok(out, &wallet);
}

const struct problem *
wallet_show(struct request *req, struct reply *out)
{
	const struct instant_query *asked = req->asked;

	return asked->at != NULL ? wallet_show_at(req, *asked->at, out) : show(req, out);
}

const struct problem *
wallet_rename(struct request *req, struct reply *out)
{
	const struct wallet_edit *given = req->given;
	struct wallet_relabel_row *row;
	const struct problem *p;

	if ((p = sql_wallet_relabel(req, path_uuid(req, "id"), req->parties, given->label, &row)) != NULL)
		return p;
	return row == NULL ? no_such_wallet(req) : show(req, out);
}
