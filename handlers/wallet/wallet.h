/* wallet.h -- what the files of this room share. */
#ifndef STOA_HANDLERS_WALLET_WALLET_H
#define STOA_HANDLERS_WALLET_WALLET_H

#include <stdint.h>

#include "core/web/route.h"

handler_function currency_list, currency_create, currency_show, currency_change; /* currency.c */
handler_function wallet_create, wallet_list, wallet_show, wallet_rename;         /* wallets.c */
handler_function wallet_freeze, wallet_unfreeze, wallet_close, wallet_floor, change_show, change_outcome; /* change.c */
handler_function history_list; /* history.c */
handler_function deposit_create, deposit_list, withdrawal_create, withdrawal_list, deposit_show, withdrawal_show,
    movement_outcome; /* movement.c */

handler_function rate_list, rate_show, rate_history, rate_create; /* rate.c */
handler_function rates_fetch, rates_keep;                         /* rate_job.c */

handler_function quote_create, quote_show;                                                /* quote.c */
handler_function conversion_create, conversion_list, conversion_show, conversion_outcome; /* conversion.c */

/* What is said of a wallet that is not there, and of one that is somebody else's. */
const struct problem *no_such_wallet(struct request *req); /* wallets.c */
/* Whether the caller may look at anybody's wallets. */
bool sees_all_wallets(const struct request *req);

/* shapes.c */
struct new_currency {
	const char *code, *name;
	int32_t exponent;
	const bool *active;
};
extern const struct shape new_currency_shape;

struct currency_query {
	const bool *active;
};
extern const struct shape currency_query_shape;

struct currency_edit {
	const char *name;
	const bool *active;
};
extern const struct shape currency_edit_shape;

struct currency {
	const char *code, *name;
	int32_t exponent;
	bool active, custom;
	int64_t version;
	struct instant created_at;
};
extern const struct shape currency_shape;     /* of struct currency */
extern const struct shape currency_row_shape; /* of a page's row */

struct new_wallet {
	const char *currency, *label;
	const struct uuid *owner;
};
extern const struct shape new_wallet_shape;

struct wallet_edit {
	const char *label;
};
extern const struct shape wallet_edit_shape;

struct wallet_query {
	const char *state, *currency;
	const struct uuid *owner;
};
extern const struct shape wallet_query_shape;

struct instant_query {
	const struct instant *at;
};
extern const struct shape instant_query_shape;

struct balance {
	const char *posted, *held, *incoming, *available, *floor;
};
struct wallet {
	struct uuid id, owner;
	const char *currency, *label, *state;
	struct balance *balance;
	const struct instant *at;
	struct instant opened_at;
};
extern const struct shape wallet_shape;

struct new_floor {
	const char *floor, *currency;
};
extern const struct shape new_floor_shape;

struct change {
	struct uuid id, wallet;
	const char *kind, *floor, *currency, *status, *reason;
	struct instant created_at;
	const struct instant *decided_at;
};
extern const struct shape wallet_change_shape;

struct history_query {
	const char *kind;
	const struct instant *from, *until;
};
extern const struct shape history_query_shape;

struct history_entry {
	int64_t position;
	struct instant at;
	const char *kind;
	struct uuid item;
	const char *direction, *amount, *balance, *currency;
};
extern const struct shape history_shape;
extern const char *const transfer_kinds[];

struct new_movement {
	struct uuid wallet;
	const char *amount, *currency, *reference, *description;
};
extern const struct shape new_movement_shape;

struct movement_query {
	const struct uuid *wallet;
	const char *reference;
};
extern const struct shape movement_query_shape;

struct movement {
	struct uuid id, wallet;
	const char *amount, *currency, *reference, *description, *status, *reason;
	struct instant created_at;
	const struct instant *decided_at;
};
extern const struct shape movement_shape;

struct new_rate {
	const char *currency, *usd;
	const struct instant *holds_from;
	const bool *jump;
};
extern const struct shape new_rate_shape;

struct rate_view {
	int64_t id;
	const char *currency, *usd;
	struct instant holds_from;
	const struct instant *as_of;
	const char *source;
	const struct uuid *set_by;
	bool stale;
};
extern const struct shape rate_shape;

struct new_quote {
	const char *from_currency, *to_currency, *from_amount, *to_amount;
};
extern const struct shape new_quote_shape;

struct quote_view {
	struct uuid id;
	const char *from_currency, *to_currency, *from_amount, *spread, *to_amount, *rate;
	struct instant expires_at;
};
extern const struct shape quote_shape;

struct new_conversion {
	struct uuid from_wallet, to_wallet;
	const struct uuid *quote;
	const char *from_amount, *to_amount, *currency;
};
extern const struct shape new_conversion_shape;

struct conversion_view {
	struct uuid id, from_wallet, to_wallet;
	const char *from_currency, *to_currency, *from_amount, *spread, *to_amount, *rate;
	const struct uuid *quote;
	const char *status, *reason;
	struct instant created_at;
	const struct instant *decided_at;
};
extern const struct shape conversion_shape;

#endif
