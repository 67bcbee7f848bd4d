/* shapes.c -- payments as they are asked for and as they are shown. */
#include "handlers/payment/payment.h"

static const char *const statuses[] = { "pending", "held", "succeeded", "failed", "canceled", "expired", NULL };

#define MONTH (INT64_C(31) * 24 * 3600)

#define SAYS(type) \
	TEXT(type, description, .max = 500, .example = "\"Invoice 17\"", .doc = "For people."), \
	    JSON(type, metadata, .max = 4096, .example = "{\"order\":\"17\"}", \
		.doc = "For programs: an object of your own, answered as it was sent.")

static const struct field new_payment[] = {
	UUID(struct new_payment, from_wallet, .required = true, .doc = "The wallet that pays: one of yours."),
	UUID(struct new_payment, to_wallet, .required = true, .doc = "The wallet that is paid."),
	MONEY(struct new_payment, amount, .required = true, .example = "\"19.99\"", .doc = "What arrives, exactly."),
	TEXT(struct new_payment, currency, .required = true, .format = "currency", .max = 10, .example = "\"USD\"",
	    .doc = "That of to_wallet."),
	SAYS(struct new_payment),
	BOOL(struct new_payment, convert, .example = "false",
	    .doc = "Where from_wallet is of another currency: let it pay at the present rate, with the spread."),
	UUID(
	    struct new_payment, quote, .doc = "With `convert`: pay exactly this quote, whose to_amount is the amount."),
	BOOL(struct new_payment, hold, .example = "false",
	    .doc = "Only reserve the money, until it is captured or canceled or the hold expires."),
	INT(struct new_payment, hold_seconds, .min = 1, .max = MONTH, .example = "604800",
	    .doc = "After which the hold expires; a week when not said."),
	SHAPE_END,
};

static const struct field part[] = {
	MONEY(struct part, amount, .example = "\"10.00\"", .doc = "So much of it; not said: all of it."),
	SHAPE_END,
};

static const struct field new_refund[] = {
	MONEY(struct new_refund, amount, .example = "\"10.00\"",
	    .doc = "So much of it, in the payment's currency; not said: all that is left."),
	SAYS(struct new_refund),
	SHAPE_END,
};

static const struct field payment[] = {
	UUID(struct payment, id, .required = true, .doc = "Of the payment."),
	CHOICE(struct payment, status, .required = true, .choices = statuses, .example = "\"pending\"",
	    .doc = "pending until it is decided."),
	TEXT(struct payment, reason, .example = "\"insufficient_funds\"",
	    .doc = "Why it failed; of one that is held: why the last capture failed."),
	UUID(struct payment, from_wallet, .required = true, .doc = "The wallet that pays."),
	UUID(struct payment, to_wallet, .required = true, .doc = "The wallet that is paid."),
	MONEY(struct payment, amount, .required = true, .example = "\"19.99\"", .doc = "What was asked for."),
	TEXT(struct payment, currency, .required = true, .example = "\"USD\"", .doc = "Of every amount here."),
	MONEY(struct payment, from_amount, .example = "\"18.45\"",
	    .doc = "Of one that converts: what leaves from_wallet, spread included."),
	TEXT(struct payment, from_currency, .example = "\"EUR\"", .doc = "Of from_amount."),
	TEXT(struct payment, rate, .example = "\"1.0834\"",
	    .doc = "What one unit of from_currency is worth, to be read."),
	UUID(struct payment, quote, .doc = "Of one that converts: the quote that it paid."),
	MONEY(struct payment, captured, .example = "\"10.00\"", .doc = "How much of a hold was captured."),
	MONEY(struct payment, refunded, .example = "\"5.00\"", .doc = "How much has been given back."),
	SAYS(struct payment),
	BOOL(struct payment, hold, .required = true, .example = "false", .doc = "Whether it began as a hold."),
	INSTANT(struct payment, expires_at, .doc = "When the hold expires."),
	UUID(struct payment, refund_of, .doc = "The payment that this one gives back."),
	INSTANT(struct payment, created_at, .required = true, .doc = "When it was accepted."),
	INSTANT(struct payment, decided_at, .doc = "When it came to its status; absent: not yet."),
	SHAPE_END,
};

static const struct field payment_filter[] = {
	UUID(struct payment_filter, wallet, .doc = "Only payments from and to this wallet."),
	CHOICE(
	    struct payment_filter, status, .choices = statuses, .example = "\"held\"", .doc = "Only of this status."),
	INSTANT(struct payment_filter, from, .doc = "Only those accepted then or later."),
	INSTANT(struct payment_filter, until, .doc = "Only those accepted before."),
	SHAPE_END,
};

static const struct field stats_filter[] = {
	UUID(struct stats_filter, wallet, .doc = "Only payments from and to this wallet."),
	INSTANT(struct stats_filter, from, .doc = "From then on; 30 days before the end when not said."),
	INSTANT(struct stats_filter, until, .doc = "Before that; now when not said."),
	SHAPE_END,
};

static const struct field payment_sum[] = {
	TEXT(struct payment_sum, day, .required = true, .format = "date", .example = "\"2026-02-03\"", .doc = "UTC."),
	CHOICE(struct payment_sum, status, .required = true, .choices = statuses, .example = "\"succeeded\"",
	    .doc = "Of these payments."),
	TEXT(struct payment_sum, currency, .required = true, .example = "\"USD\"", .doc = "Of the amount."),
	INT(struct payment_sum, count, .required = true, .min = 1, .example = "17", .doc = "How many payments."),
	MONEY(struct payment_sum, amount, .required = true, .example = "\"339.83\"", .doc = "Of all of them together."),
	SHAPE_END,
};

static const struct field payment_sums[] = {
	LIST(struct payment_sums, data, struct payment_sum, payment_sum, .required = true, .max = 100000,
	    .doc = "The newest day first."),
	SHAPE_END,
};

const struct shape new_payment_shape = { "new_payment", new_payment, sizeof(struct new_payment) };
const struct shape part_shape = { "payment_part", part, sizeof(struct part) };
const struct shape new_refund_shape = { "new_refund", new_refund, sizeof(struct new_refund) };
const struct shape payment_shape = { "payment", payment, sizeof(struct payment) };
const struct shape payment_filter_shape = { "payment_filter", payment_filter, sizeof(struct payment_filter) };
const struct shape stats_filter_shape = { "stats_filter", stats_filter, sizeof(struct stats_filter) };
const struct shape payment_sums_shape = { "payment_sums", payment_sums, sizeof(struct payment_sums) };
