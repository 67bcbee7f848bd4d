/* payment.h -- what the files of this room share: their handlers, and the shapes of what comes in and goes out. */
#ifndef STOA_HANDLERS_PAYMENT_PAYMENT_H
#define STOA_HANDLERS_PAYMENT_PAYMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/convert.h"
#include "core/web/route.h"

/* ---- accept.c: what is accepted, and shown as it was accepted ---- */
handler_function payment_create, payment_accepted;

/* What from_wallet pays where it is of another currency. */
struct payment_conversion {
	struct converted amounts;
	const char *from_currency, *rate;
	int32_t from_exponent;
	struct uuid from_liquidity, to_liquidity, spread_account;
	const struct uuid *quote; /* NULL: none */
};

/* One that is about to be accepted: a row, and an item in the posting queue. */
struct new_payment_row {
	struct uuid from, to;
	minor_units amount;
	const char *currency;
	int32_t exponent;
	const char *description, *metadata; /* NULL: none */
	const struct instant *expires;      /* of a hold */
	const struct uuid *refund_of;
	struct payment_conversion *conversion; /* NULL: none */
};
const struct problem *payment_accept(struct request *req, const struct new_payment_row *row, struct reply *out);

/* ---- convert.c ---- */
struct payment_read_row;

/* Fills row->conversion, by the quote that was given or at the present rate: 409 where none holds. */
const struct problem *payment_convert(struct request *req, const char *from_currency, struct new_payment_row *row);
/* Of a refund of row->amount: how much reaches whoever paid, in their currency. */
const struct problem *payment_convert_back(
    struct request *req, const struct payment_read_row *paid, struct new_payment_row *row);
/* Queues the row and the item of a payment that converts. */
void payment_queue_conversion(struct request *req, struct uuid id, const char *kind, const struct new_payment_row *row);

/* ---- refund.c ---- */
handler_function payment_refund;

/* ---- show.c: as it is now ---- */
handler_function payment_show, payment_list, payment_stats, payment_outcome;

/* ---- ending.c: what becomes of a hold ---- */
handler_function payment_capture, payment_cancel;

/* ---- amount.c ---- */
/* NULL stays NULL. */
const char *amount_text_of(struct request *req, const minor_units *units, int32_t exponent);
/* The least id that can have been made at that time or later. */
struct uuid id_from(struct instant at);
struct uuid id_until(struct instant at);

/* ---- shapes.c ---- */
struct new_payment {
	struct uuid from_wallet, to_wallet;
	const char *amount, *currency;
	const char *description, *metadata;
	const bool *hold, *convert;
	const struct uuid *quote;
	const int64_t *hold_seconds;
};
extern const struct shape new_payment_shape;

struct part {
	const char *amount; /* NULL: all of it */
};
extern const struct shape part_shape;

struct new_refund {
	const char *amount; /* NULL: all that is left */
	const char *description, *metadata;
};
extern const struct shape new_refund_shape;

struct payment {
	struct uuid id;
	const char *status, *reason;
	struct uuid from_wallet, to_wallet;
	const char *amount, *currency;
	const char *from_amount, *from_currency, *rate;
	const struct uuid *quote;
	const char *captured, *refunded;
	const char *description, *metadata;
	bool hold;
	const struct instant *expires_at;
	const struct uuid *refund_of;
	struct instant created_at;
	const struct instant *decided_at;
};
extern const struct shape payment_shape;

struct payment_filter {
	const struct uuid *wallet;
	const char *status;
	const struct instant *from, *until;
};
extern const struct shape payment_filter_shape;

struct payment_sum {
	const char *day, *status, *currency, *amount;
	int64_t count;
};
struct payment_sums {
	struct list data; /* of struct payment_sum */
};
extern const struct shape payment_sums_shape;

struct stats_filter {
	const struct uuid *wallet;
	const struct instant *from, *until;
};
extern const struct shape stats_filter_shape;

#endif
