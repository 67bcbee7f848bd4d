/*
 * payment.c -- money from one wallet to another.  A payment is accepted at once and decided a moment later, in the
 * order of acceptance, by the ledger's poster.  Nobody learns here whether a wallet exists that is not theirs to pay
 * from.
 */
#include "handlers/payment/payment.h"

#include "core/web/page.h"
#include "handlers/areas.h"
#include "handlers/payment/queries.h"

static const struct page_key newest_first[] = {
	PAGE_KEY(struct payment, id),
	{ 0 },
};

#define DECIDED_LATER \
	.who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &payment_shape, .status = 202, \
	.allow_api_key = true, .outcome = payment_outcome

static const struct route payment_routes[] = {
	{ POST, "/v1/payments", DECIDED_LATER, .body = &new_payment_shape, .accepted = payment_accepted,
	    .handler = payment_create, .says = "Pay",
	    .more = "Accepted at once (202), decided within milliseconds, in the order of acceptance. With `Prefer: "
		    "wait=5` the "
		    "answer is 200 once it is decided. A wallet that is unknown, closed, or not yours to pay from: the "
		    "same "
		    "404." },
	{ GET, "/v1/payments", .who = USER, .widens = "payment.read", .limit = LIMIT_READ,
	    .query = &payment_filter_shape, .reply = &payment_shape, .page = newest_first, .allow_api_key = true,
	    .handler = payment_list, .says = "List payments from and to my wallets, newest first",
	    .more = "Who holds `payment.read` may name any wallet." },
	{ GET, "/v1/payments/stats", .who = USER, .widens = "payment.read", .limit = LIMIT_HEAVY,
	    .query = &stats_filter_shape, .reply = &payment_sums_shape, .allow_api_key = true, .handler = payment_stats,
	    .says = "Count and add up payments by day, status and currency",
	    .more = "Who holds `payment.read` may name any wallet." },
	{ GET, "/v1/payments/{id}", .who = USER, .widens = "payment.read", .limit = LIMIT_READ, .reply = &payment_shape,
	    .allow_api_key = true, .handler = payment_show, .says = "Read a payment",
	    .more = "Who holds `payment.read` may read any." },
	{ POST, "/v1/payments/{id}/capture", DECIDED_LATER, .body = &part_shape, .handler = payment_capture,
	    .says = "Capture a hold, whole or in part", .more = "What is not captured is released." },
	{ POST, "/v1/payments/{id}/cancel", DECIDED_LATER, .handler = payment_cancel, .says = "Release a hold" },
	{ POST, "/v1/payments/{id}/refund", DECIDED_LATER, .body = &new_refund_shape, .accepted = payment_accepted,
	    .handler = payment_refund, .says = "Give a payment back, whole or in part",
	    .more =
		"Makes a payment of its own, for whoever was paid to ask for; all refunds together are never more "
		"than was paid. Of a payment that converted, the amount is what was received; it is converted back at "
		"that payment's rate or at the present one, whichever gives less, without a spread." },
	{ 0 },
};

static const struct event_kind payment_events[] = {
	{ "payment.succeeded", "payment", "The money has moved." },
	{ "payment.failed", "payment", "It was refused; `reason` says why." },
	{ "payment.held", "payment", "The money is reserved." },
	{ "payment.canceled", "payment", "A hold was released." },
	{ "payment.expired", "payment", "A hold has come to its end by time." },
	{ "payment.capture_failed", "payment", "A hold was not captured; `reason` says why." },
	{ "payment.cancel_failed", "payment", "A hold was not released: it had ended already." },
	{ 0 },
};

const struct area payment_area = {
	.name = "payment",
	.says = "Money from one wallet to another",
	.routes = payment_routes,
	.events = payment_events,
	.statements = payment_statements,
};
