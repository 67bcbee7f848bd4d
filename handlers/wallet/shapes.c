/* shapes.c -- currencies, wallets and what happens to them, as they are sent and as they are shown. */
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const char *const wallet_states[] = { "open", "frozen", "closed", NULL };
static const char *const decision_states[] = { "pending", "succeeded", "failed", NULL };
static const char *const change_kinds[] = { "freeze", "unfreeze", "close", "floor", NULL };
static const char *const directions[] = { "in", "out", NULL };
const char *const transfer_kinds[] = { "payment", "deposit", "withdrawal", "conversion", "spread", "capture", "refund",
	NULL };

#define CODE(type, member, ...) \
	TEXT(type, member, .required = true, .min = 3, .max = 10, .format = "currency", .example = "\"USD\"", \
	    __VA_ARGS__)
#define OPTIONAL_CODE(type, member, ...) \
	TEXT(type, member, .min = 3, .max = 10, .format = "currency", .example = "\"USD\"", __VA_ARGS__)
#define AMOUNT(type, member, ...) MONEY(type, member, .required = true, .example = "\"19.99\"", __VA_ARGS__)
/* How a thing stands that the poster decides. */
#define DECISION(type) \
	CHOICE(type, status, .required = true, .choices = decision_states, .example = "\"succeeded\"", \
	    .doc = "`pending` until it is decided."), \
	    TEXT(type, reason, .max = 64, .example = "\"insufficient_funds\"", .doc = "Why it failed."), \
	    INSTANT(type, created_at, .required = true, .doc = "When it was accepted."), \
	    INSTANT(type, decided_at, .doc = "When it was decided; absent: not yet.")

static const struct field new_currency[] = {
	CODE(struct new_currency, code, .doc = "Capital letters and digits."),
	TEXT(struct new_currency, name, .required = true, .min = 1, .max = 100, .example = "\"Ether\"",
	    .doc = "As people call it."),
	INT(struct new_currency, exponent, .required = true, .min = 0, .max = 18, .example = "18",
	    .doc = "How many decimals it has; it never changes."),
	BOOL(struct new_currency, active, .example = "true", .doc = "Whether it is in use; true where it is left out."),
	SHAPE_END,
};

static const struct field currency_query[] = {
	BOOL(struct currency_query, active, .doc = "Only those that are, or are not, in use."),
	SHAPE_END,
};

static const struct field currency_edit[] = {
	TEXT(struct currency_edit, name, .min = 1, .max = 100, .example = "\"Ether\"", .doc = "As people call it."),
	BOOL(struct currency_edit, active, .example = "false",
	    .doc = "No wallet is opened and nothing is converted in one that is not."),
	SHAPE_END,
};

#define CURRENCY_FIELDS(type) \
	CODE(type, code, .doc = "ISO 4217's, PNT, or an operator's."), \
	    TEXT(type, name, .required = true, .max = 100, .example = "\"US dollar\"", .doc = "As people call it."), \
	    INT(type, exponent, .required = true, .example = "2", .doc = "How many decimals it has."), \
	    BOOL(type, active, .required = true, .example = "true", .doc = "Whether it is in use."), \
	    BOOL(type, custom, .required = true, .example = "false", .doc = "Whether an operator added it."), \
	    INT(type, version, .required = true, .example = "1", .doc = "Also its ETag."), \
	    INSTANT(type, created_at, .required = true, .doc = "Since when it is known."), SHAPE_END,

static const struct field currency[] = { CURRENCY_FIELDS(struct currency) };
static const struct field currency_row[] = { CURRENCY_FIELDS(struct currency_page_row) };

static const struct field new_wallet[] = {
	CODE(struct new_wallet, currency, .doc = "It never changes."),
	TEXT(struct new_wallet, label, .max = 100, .example = "\"Savings\"", .doc = "For its owner."),
	UUID(struct new_wallet, owner, .doc = "A party that the caller acts for; absent: the caller."),
	SHAPE_END,
};

static const struct field wallet_edit[] = {
	TEXT(
	    struct wallet_edit, label, .required = true, .max = 100, .example = "\"Savings\"", .doc = "For its owner."),
	SHAPE_END,
};

static const struct field wallet_query[] = {
	CHOICE(struct wallet_query, state, .choices = wallet_states, .doc = "Only these."),
	OPTIONAL_CODE(struct wallet_query, currency, .doc = "Only in this currency."),
	UUID(struct wallet_query, owner, .doc = "Only of this party; absent: of all that the caller acts for."),
	SHAPE_END,
};

static const struct field instant_query[] = {
	INSTANT(struct instant_query, at, .doc = "The balance as of this instant."),
	SHAPE_END,
};

static const struct field balance[] = {
	MONEY(struct balance, posted, .required = true, .min = -1, .example = "\"120.00\"", .doc = "What is in it."),
	MONEY(struct balance, held, .required = true, .min = -1, .example = "\"20.00\"",
	    .doc = "Of that, promised to others."),
	MONEY(struct balance, incoming, .required = true, .min = -1, .example = "\"0.00\"", .doc = "Promised to it."),
	MONEY(struct balance, available, .required = true, .min = -1, .example = "\"100.00\"",
	    .doc = "What may leave it."),
	MONEY(struct balance, floor, .required = true, .min = -1, .example = "\"0.00\"",
	    .doc = "posted without held never falls below it."),
	SHAPE_END,
};

static const struct field wallet[] = {
	UUID(struct wallet, id, .required = true, .doc = "Of the wallet."),
	UUID(struct wallet, owner, .required = true, .doc = "The party that owns it."),
	CODE(struct wallet, currency, .doc = "Of all its amounts."),
	TEXT(struct wallet, label, .required = true, .max = 100, .example = "\"Savings\"", .doc = "Its owner's."),
	CHOICE(struct wallet, state, .required = true, .choices = wallet_states, .example = "\"open\"",
	    .doc = "Frozen: nothing moves, in either direction."),
	OBJECT(struct wallet, balance, balance, .required = true, .doc = "In major units."),
	INSTANT(struct wallet, at, .doc = "The instant of the balance, where one was asked for."),
	INSTANT(struct wallet, opened_at, .required = true, .doc = "When it was opened."),
	SHAPE_END,
};

static const struct field new_floor[] = {
	MONEY(struct new_floor, floor, .required = true, .min = -1, .example = "\"-100.00\"",
	    .doc = "What the balance may fall to; below zero is an overdraft."),
	CODE(struct new_floor, currency, .doc = "The wallet's."),
	SHAPE_END,
};

static const struct field change[] = {
	UUID(struct change, id, .required = true, .doc = "Of the change."),
	UUID(struct change, wallet, .required = true, .doc = "What is changed."),
	CHOICE(struct change, kind, .required = true, .choices = change_kinds, .example = "\"freeze\"", .doc = "How."),
	MONEY(struct change, floor, .min = -1, .example = "\"-100.00\"", .doc = "Of a floor: the new one."),
	OPTIONAL_CODE(struct change, currency, .doc = "Of the floor."),
	DECISION(struct change),
	SHAPE_END,
};

static const struct field history_query[] = {
	CHOICE(struct history_query, kind, .choices = transfer_kinds, .doc = "Only these."),
	INSTANT(struct history_query, from, .doc = "Not before."),
	INSTANT(struct history_query, until, .doc = "Before, and not at, this instant."),
	SHAPE_END,
};

static const struct field history_entry[] = {
	INT(struct history_entry, position, .required = true, .example = "152034",
	    .doc = "Its place among all transfers."),
	INSTANT(struct history_entry, at, .required = true, .doc = "When it was posted."),
	CHOICE(struct history_entry, kind, .required = true, .choices = transfer_kinds, .example = "\"payment\"",
	    .doc = "What it was."),
	UUID(struct history_entry, item, .required = true, .doc = "The payment, deposit, conversion, ..."),
	CHOICE(struct history_entry, direction, .required = true, .choices = directions, .example = "\"in\"",
	    .doc = "Into this wallet, or out of it."),
	AMOUNT(struct history_entry, amount, .doc = "How much moved."),
	MONEY(struct history_entry, balance, .required = true, .min = -1, .example = "\"120.00\"",
	    .doc = "What was in the wallet afterwards."),
	CODE(struct history_entry, currency, .doc = "Of both."),
	SHAPE_END,
};

static const struct field new_movement[] = {
	UUID(struct new_movement, wallet, .required = true, .doc = "Into it, or out of it."),
	AMOUNT(struct new_movement, amount, .doc = "How much."),
	CODE(struct new_movement, currency, .doc = "The wallet's."),
	TEXT(struct new_movement, reference, .required = true, .min = 1, .max = 200, .example = "\"bank-2026-000123\"",
	    .doc = "The outside's own; the same one never counts twice."),
	TEXT(struct new_movement, description, .max = 500, .example = "\"Bank transfer\"", .doc = "For people."),
	SHAPE_END,
};

static const struct field movement_query[] = {
	UUID(struct movement_query, wallet, .doc = "Only of this wallet."),
	TEXT(struct movement_query, reference, .min = 1, .max = 200, .example = "\"bank-2026-000123\"",
	    .doc = "Only the one with this reference."),
	SHAPE_END,
};

static const struct field movement[] = {
	UUID(struct movement, id, .required = true, .doc = "Of the deposit or withdrawal."),
	UUID(struct movement, wallet, .required = true, .doc = "Into it, or out of it."),
	AMOUNT(struct movement, amount, .doc = "How much."),
	CODE(struct movement, currency, .doc = "The wallet's."),
	TEXT(struct movement, reference, .required = true, .max = 200, .example = "\"bank-2026-000123\"",
	    .doc = "The outside's own."),
	TEXT(struct movement, description, .required = true, .max = 500, .example = "\"Bank transfer\"",
	    .doc = "For people."),
	DECISION(struct movement),
	SHAPE_END,
};

static const struct field new_rate[] = {
	CODE(struct new_rate, currency, .doc = "Any but USD."),
	MONEY(struct new_rate, usd, .required = true, .example = "\"0.01\"",
	    .doc = "What one unit is worth in US dollars."),
	INSTANT(struct new_rate, holds_from, .doc = "From when it holds; absent: from now."),
	BOOL(struct new_rate, jump, .example = "false", .doc = "That it differs much from the one before is meant."),
	SHAPE_END,
};

static const struct field rate[] = {
	INT(struct rate_view, id, .required = true, .example = "152", .doc = "Of the rate."),
	CODE(struct rate_view, currency, .doc = "Of which one unit ..."),
	TEXT(struct rate_view, usd, .required = true, .max = 64, .example = "\"1.0865\"",
	    .doc = "... is worth so many US dollars, cut to 18 decimals."),
	INSTANT(struct rate_view, holds_from, .required = true, .doc = "From when it holds."),
	INSTANT(struct rate_view, as_of, .doc = "When its source says that it was so; absent: it does not go stale."),
	TEXT(struct rate_view, source, .required = true, .max = 300, .example = "\"operator\"", .doc = "Who says so."),
	UUID(struct rate_view, set_by, .doc = "The operator who set it; absent: it was fetched."),
	BOOL(struct rate_view, stale, .required = true, .example = "false",
	    .doc = "It is too old; nothing is converted at it."),
	SHAPE_END,
};

static const struct field new_quote[] = {
	CODE(struct new_quote, from_currency, .doc = "What is given."),
	CODE(struct new_quote, to_currency, .doc = "What is wanted."),
	MONEY(struct new_quote, from_amount, .example = "\"100.00\"",
	    .doc = "How much is given, the spread included; or"),
	MONEY(struct new_quote, to_amount, .example = "null", .doc = "how much is wanted: one of the two."),
	SHAPE_END,
};

/* What every conversion and every quote says. */
#define TERMS(type) \
	CODE(type, from_currency, .doc = "What is given."), CODE(type, to_currency, .doc = "What comes of it."), \
	    AMOUNT(type, from_amount, .doc = "What leaves, the spread included."), \
	    MONEY( \
		type, spread, .required = true, .example = "\"0.50\"", .doc = "Of that, what the conversion costs."), \
	    AMOUNT(type, to_amount, .doc = "What comes in."), \
	    TEXT(type, rate, .required = true, .max = 64, .example = "\"1.0865\"", \
		.doc = "Of one unit given, without the spread; cut to 18 decimals.")

static const struct field quote[] = {
	UUID(struct quote_view, id, .required = true, .doc = "Of the quote."),
	TERMS(struct quote_view),
	INSTANT(struct quote_view, expires_at, .required = true, .doc = "Until when it may be used, once."),
	SHAPE_END,
};

static const struct field new_conversion[] = {
	UUID(struct new_conversion, from_wallet, .required = true, .doc = "One of the caller's."),
	UUID(
	    struct new_conversion, to_wallet, .required = true, .doc = "Another of the caller's, in another currency."),
	UUID(struct new_conversion, quote, .doc = "Convert exactly this; or"),
	MONEY(struct new_conversion, from_amount, .example = "\"100.00\"",
	    .doc = "how much leaves, at the rate that holds; or"),
	MONEY(struct new_conversion, to_amount, .example = "null", .doc = "how much comes in: one of the three."),
	OPTIONAL_CODE(struct new_conversion, currency, .doc = "Of the amount; required beside one."),
	SHAPE_END,
};

static const struct field conversion[] = {
	UUID(struct conversion_view, id, .required = true, .doc = "Of the conversion."),
	UUID(struct conversion_view, from_wallet, .required = true, .doc = "Out of it."),
	UUID(struct conversion_view, to_wallet, .required = true, .doc = "Into it."),
	TERMS(struct conversion_view),
	UUID(struct conversion_view, quote, .doc = "By which it was made."),
	DECISION(struct conversion_view),
	SHAPE_END,
};

const struct shape new_currency_shape = { "new_currency", new_currency, sizeof(struct new_currency) };
const struct shape currency_query_shape = { "currency_query", currency_query, sizeof(struct currency_query) };
const struct shape currency_edit_shape = { "currency_edit", currency_edit, sizeof(struct currency_edit) };
const struct shape currency_shape = { "currency", currency, sizeof(struct currency) };
const struct shape currency_row_shape = { "currency_row", currency_row, sizeof(struct currency_page_row) };
const struct shape new_wallet_shape = { "new_wallet", new_wallet, sizeof(struct new_wallet) };
const struct shape wallet_edit_shape = { "wallet_edit", wallet_edit, sizeof(struct wallet_edit) };
const struct shape wallet_query_shape = { "wallet_query", wallet_query, sizeof(struct wallet_query) };
const struct shape instant_query_shape = { "instant_query", instant_query, sizeof(struct instant_query) };
const struct shape wallet_shape = { "wallet", wallet, sizeof(struct wallet) };
const struct shape new_floor_shape = { "new_floor", new_floor, sizeof(struct new_floor) };
const struct shape wallet_change_shape = { "wallet_change", change, sizeof(struct change) };
const struct shape history_query_shape = { "history_query", history_query, sizeof(struct history_query) };
const struct shape history_shape = { "history_entry", history_entry, sizeof(struct history_entry) };
const struct shape new_movement_shape = { "new_movement", new_movement, sizeof(struct new_movement) };
const struct shape movement_query_shape = { "movement_query", movement_query, sizeof(struct movement_query) };
const struct shape movement_shape = { "movement", movement, sizeof(struct movement) };
const struct shape new_rate_shape = { "new_rate", new_rate, sizeof(struct new_rate) };
const struct shape rate_shape = { "rate", rate, sizeof(struct rate_view) };
const struct shape new_quote_shape = { "new_quote", new_quote, sizeof(struct new_quote) };
const struct shape quote_shape = { "quote", quote, sizeof(struct quote_view) };
const struct shape new_conversion_shape = { "new_conversion", new_conversion, sizeof(struct new_conversion) };
const struct shape conversion_shape = { "conversion", conversion, sizeof(struct conversion_view) };
