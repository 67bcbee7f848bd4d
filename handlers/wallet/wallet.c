/*
 * wallet.c -- money as its owners see it: currencies, wallets, and what moves from and to the rest of the world.  Every
 * movement is an item of the ledger's posting queue; this area changes no balance by itself.
 */
#include "handlers/wallet/wallet.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/wallet/queries.h"

static const struct page_key by_code[] = { PAGE_KEY(struct currency_page_row, code), { 0 } };
static const struct page_key rate_by_code[] = { PAGE_KEY(struct rate_view, currency), { 0 } };
static const struct page_key newest_rate[] = { PAGE_KEY(struct rate_view, holds_from), PAGE_KEY(struct rate_view, id),
	{ 0 } };
static const struct page_key newest_wallet[] = { PAGE_KEY(struct wallet, id), { 0 } };
static const struct page_key newest_entry[] = { PAGE_KEY(struct history_entry, position), { 0 } };
static const struct page_key newest_conversion[] = { PAGE_KEY(struct conversion_view, id), { 0 } };
static const struct page_key newest_movement[] = { PAGE_KEY(struct movement, id), { 0 } };

#define DECIDED_LATER \
	"It is accepted with 202 and decided within milliseconds: read it again at its Location, or send `Prefer: " \
	"wait=5`."

static const struct route wallet_routes[] = {
	{ GET, "/v1/currencies", .who = USER, .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &currency_query_shape, .reply = &currency_row_shape, .page = by_code, .handler = currency_list,
	    .says = "List the currencies" },
	{ POST, "/v1/currencies", .who = OPERATOR, .permission = "currency.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_currency_shape, .reply = &currency_shape,
	    .status = 201, .handler = currency_create, .says = "Add a currency",
	    .more = "One of your own, or a cryptocurrency." },
	{ GET, "/v1/currencies/{code}", .who = USER, .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &currency_shape, .handler = currency_show, .says = "Read a currency" },
	{ PATCH, "/v1/currencies/{code}", .who = OPERATOR, .permission = "currency.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &currency_edit_shape,
	    .reply = &currency_shape, .handler = currency_change, .says = "Rename a currency, or take it out of use" },

	{ POST, "/v1/wallets", .who = USER, .allow_api_key = true, .limit = LIMIT_WRITE, .idempotency = BY_KEY,
	    .body = &new_wallet_shape, .reply = &wallet_shape, .status = 201, .handler = wallet_create,
	    .says = "Open a wallet", .more = "Any number of them, each in one currency." },
	{ GET, "/v1/wallets", .who = USER, .widens = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &wallet_query_shape, .reply = &wallet_shape, .page = newest_wallet, .handler = wallet_list,
	    .says = "List wallets, the newest first",
	    .more = "Those of all parties that the caller acts for, or of one. Who holds `wallet.read` may name any." },
	{ GET, "/v1/wallets/{id}", .who = USER, .widens = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &instant_query_shape, .reply = &wallet_shape, .handler = wallet_show,
	    .says = "Read a wallet and its balance",
	    .more = "With `at`, the balance as it was at that instant. Who holds `wallet.read` may read any." },
	{ PATCH, "/v1/wallets/{id}", .who = USER, .allow_api_key = true, .limit = LIMIT_WRITE, .idempotency = BY_NATURE,
	    .body = &wallet_edit_shape, .reply = &wallet_shape, .handler = wallet_rename, .says = "Label a wallet" },
	{ GET, "/v1/wallets/{id}/history", .who = USER, .widens = "wallet.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .query = &history_query_shape, .reply = &history_shape, .page = newest_entry,
	    .handler = history_list, .says = "List what moved, the newest first",
	    .more = "Each with the balance after it." },
	{ POST, "/v1/wallets/{id}/freeze", .who = OPERATOR, .permission = "wallet.freeze", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &wallet_change_shape, .status = 202,
	    .handler = wallet_freeze, .outcome = change_outcome, .says = "Freeze a wallet",
	    .more = "Nothing moves then, in either direction. " DECIDED_LATER },
	{ POST, "/v1/wallets/{id}/unfreeze", .who = OPERATOR, .permission = "wallet.freeze", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &wallet_change_shape, .status = 202,
	    .handler = wallet_unfreeze, .outcome = change_outcome, .says = "Unfreeze a wallet", .more = DECIDED_LATER },
	{ POST, "/v1/wallets/{id}/close", .who = USER, .allow_api_key = true, .limit = LIMIT_WRITE,
	    .idempotency = BY_KEY, .reply = &wallet_change_shape, .status = 202, .handler = wallet_close,
	    .outcome = change_outcome, .says = "Close a wallet of one's own",
	    .more = "Only an empty one, and for good. " DECIDED_LATER },
	{ POST, "/v1/wallets/{id}/floor", .who = OPERATOR, .permission = "wallet.floor", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_floor_shape, .reply = &wallet_change_shape,
	    .status = 202, .handler = wallet_floor, .outcome = change_outcome,
	    .says = "Set what a wallet's balance may fall to",
	    .more = "Below zero is an overdraft. Refused when less than that is there already. " DECIDED_LATER },
	{ GET, "/v1/wallets/{id}/changes/{change_id}", .who = USER, .widens = "wallet.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &wallet_change_shape, .handler = change_show,
	    .says = "Read what became of a freeze, unfreeze, close or floor",
	    .more = "For whoever asked for it or owns the wallet. Who holds `wallet.read` may read any." },

	{ GET, "/v1/rates", .who = USER, .allow_api_key = true, .limit = LIMIT_READ, .reply = &rate_shape,
	    .page = rate_by_code, .handler = rate_list, .says = "List the rates that hold" },
	{ POST, "/v1/rates", .who = OPERATOR, .permission = "rate.write", .allow_api_key = true, .limit = LIMIT_WRITE,
	    .idempotency = BY_KEY, .body = &new_rate_shape, .reply = &rate_shape, .status = 201, .handler = rate_create,
	    .says = "Set what a currency is worth, from an instant on",
	    .more = "PNT's rate, and those that no source has. The newest rate holds, whoever said it." },
	{ GET, "/v1/rates/{code}", .who = USER, .allow_api_key = true, .limit = LIMIT_READ, .reply = &rate_shape,
	    .handler = rate_show, .says = "Read the rate that holds" },
	{ GET, "/v1/rates/{code}/history", .who = USER, .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &rate_shape, .page = newest_rate, .handler = rate_history,
	    .says = "List a currency's rates, the newest first", .more = "Those that will hold later stand in front." },

	{ POST, "/v1/quotes", .who = USER, .allow_api_key = true, .limit = LIMIT_WRITE, .idempotency = BY_KEY,
	    .body = &new_quote_shape, .reply = &quote_shape, .status = 201, .handler = quote_create,
	    .says = "Ask what a conversion would come to",
	    .more = "The quote may be used once, until it expires, whatever rates do meanwhile." },
	{ GET, "/v1/quotes/{id}", .who = USER, .allow_api_key = true, .limit = LIMIT_READ, .reply = &quote_shape,
	    .handler = quote_show, .says = "Read a quote" },
	{ POST, "/v1/conversions", .who = USER, .allow_api_key = true, .limit = LIMIT_WRITE, .idempotency = BY_KEY,
	    .body = &new_conversion_shape, .reply = &conversion_shape, .status = 202, .handler = conversion_create,
	    .outcome = conversion_outcome, .says = "Convert between wallets of one's own",
	    .more = "Points are topped up so as well. " DECIDED_LATER },
	{ GET, "/v1/conversions", .who = USER, .allow_api_key = true, .limit = LIMIT_READ, .reply = &conversion_shape,
	    .page = newest_conversion, .handler = conversion_list, .says = "List conversions, the newest first" },
	{ GET, "/v1/conversions/{id}", .who = USER, .widens = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &conversion_shape, .handler = conversion_show, .says = "Read a conversion" },

	{ POST, "/v1/deposits", .who = OPERATOR, .permission = "wallet.deposit", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_movement_shape, .reply = &movement_shape,
	    .status = 202, .handler = deposit_create, .outcome = movement_outcome, .says = "Report money that came in",
	    .more = "Once for each reference: reported again, the first one is told as it stands. " DECIDED_LATER },
	{ GET, "/v1/deposits", .who = OPERATOR, .permission = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .query = &movement_query_shape, .reply = &movement_shape, .page = newest_movement, .handler = deposit_list,
	    .says = "List deposits, the newest first" },
	{ GET, "/v1/deposits/{id}", .who = USER, .widens = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &movement_shape, .handler = deposit_show, .says = "Read a deposit",
	    .more = "For whoever reported it or owns the wallet. Who holds `wallet.read` may read any." },
	{ POST, "/v1/withdrawals", .who = OPERATOR, .permission = "wallet.withdraw", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_movement_shape, .reply = &movement_shape,
	    .status = 202, .handler = withdrawal_create, .outcome = movement_outcome,
	    .says = "Report money that goes out",
	    .more = "Once for each reference: reported again, the first one is told as it stands. " DECIDED_LATER },
	{ GET, "/v1/withdrawals", .who = OPERATOR, .permission = "wallet.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .query = &movement_query_shape, .reply = &movement_shape, .page = newest_movement,
	    .handler = withdrawal_list, .says = "List withdrawals, the newest first" },
	{ GET, "/v1/withdrawals/{id}", .who = USER, .widens = "wallet.read", .allow_api_key = true, .limit = LIMIT_READ,
	    .reply = &movement_shape, .handler = withdrawal_show, .says = "Read a withdrawal",
	    .more = "For whoever reported it or owns the wallet. Who holds `wallet.read` may read any." },
	{ 0 },
};

/* It does nothing until [rates] every is over; so a source that failed is asked again within the minute. */
static const struct job_kind wallet_jobs[] = {
	{ "wallet.rates", .attempts = 1, .prepare = rates_fetch, .handler = rates_keep,
	    .says = "Fetch rates, when it is time" },
	{ 0 },
};

static const struct schedule wallet_schedules[] = {
	{ "wallet.rates", "wallet.rates", 30, .says = "Fetch rates, when it is time" },
	{ 0 },
};

/* All but the first are told by the ledger, with its decision. */
static const struct event_kind wallet_events[] = {
	{ "wallet.opened", "wallet", "A wallet was opened." },
	{ "wallet.frozen", "wallet", "A wallet was frozen." },
	{ "wallet.unfrozen", "wallet", "A wallet was unfrozen." },
	{ "wallet.closed", "wallet", "A wallet was closed." },
	{ "wallet.floor_changed", "wallet", "What a wallet's balance may fall to has changed." },
	{ "wallet.change_failed", "wallet", "A freeze, unfreeze, close or floor was refused; `reason` says why." },
	{ "deposit.succeeded", "deposit", "Money came in." },
	{ "deposit.failed", "deposit", "A deposit was refused; `reason` says why." },
	{ "withdrawal.succeeded", "withdrawal", "Money went out." },
	{ "withdrawal.failed", "withdrawal", "A withdrawal was refused; `reason` says why." },
	{ "conversion.succeeded", "conversion", "Both sides of a conversion were posted." },
	{ "conversion.failed", "conversion", "A conversion was refused; `reason` says why." },
	{ 0 },
};

const struct area wallet_area = {
	.name = "wallet",
	.says = "Currencies, wallets and what moves in and out of them",
	.routes = wallet_routes,
	.jobs = wallet_jobs,
	.schedules = wallet_schedules,
	.events = wallet_events,
	.statements = wallet_statements,
};
