/* shapes.c -- plans, rules, prices and subscriptions as they are sent and as they are shown. */
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

const struct page_key plans_by_code[] = { PAGE_KEY(struct plan_read_row, code), { 0 } };
const struct page_key rules_oldest_first[] = { PAGE_KEY(struct rule_read_row, id), { 0 } };
const struct page_key prices_oldest_first[] = { PAGE_KEY(struct price_read_row, id), { 0 } };
const struct page_key subscriptions_newest_first[] = {
	PAGE_KEY(struct subscription_read_row, created_at),
	PAGE_KEY(struct subscription_read_row, id),
	{ 0 },
};
const struct page_key changes_newest_first[] = { PAGE_KEY(struct subscription_history_row, number), { 0 } };

/* It lays the tables' macros out. */
/* clang-format off */
#define REGION(type, ...) \
	TEXT(type, region, .max = 64, .example = "\"DE\"", __VA_ARGS__)
#define DEVICE_TYPE(type, ...) \
	TEXT(type, device_type, .max = 64, .example = "\"tv\"", __VA_ARGS__)
#define PLAN(type, ...) \
	TEXT(type, plan, .max = 32, .example = "\"standard\"", __VA_ARGS__)
#define AMOUNT(type, ...) \
	MONEY(type, amount, .required = true, .example = "\"9.99\"", __VA_ARGS__), \
	TEXT(type, currency, .required = true, .format = "currency", .example = "\"EUR\"", .doc = "ISO 4217.")
#define VERSION(type) \
	INT(type, version, .required = true, .example = "1", .doc = "Also its ETag.")
#define MATCHED(type, name_, ...) \
	TEXT(type, name_, .required = true, .max = 32, .example = "\"region\"", __VA_ARGS__)
#define MATCHED_DOC "What matched: `region_and_device_type`, `region`, `device_type` or `default`."

static const struct field place[] = {
	REGION(struct place, .doc = "Absent: unknown."),
	DEVICE_TYPE(struct place, .doc = "Absent: unknown."),
	SHAPE_END,
};

static const struct field offer_price[] = {
	INT(struct offer_price, months, .required = true, .example = "3", .doc = "How long the term is."),
	AMOUNT(struct offer_price, .doc = "What the term costs."),
	MATCHED(struct offer_price, matched, .doc = MATCHED_DOC),
	SHAPE_END,
};

static const struct field offer_plan[] = {
	TEXT(struct offer_plan, code, .required = true, .example = "\"standard\"", .doc = "To choose it by."),
	TEXT(struct offer_plan, name, .required = true, .example = "\"Standard\"", .doc = "For people."),
	TEXT(struct offer_plan, says, .required = true, .example = "\"Two devices at a time.\"", .doc = "What one gets."),
	BOOL(struct offer_plan, chosen, .required = true, .example = "true", .doc = "Whether a new client gets this one."),
	LIST(struct offer_plan, prices, struct offer_price, offer_price, .required = true, .doc = "One for each term."),
	SHAPE_END,
};

static const struct field offer[] = {
	PLAN(struct offer, .required = true, .doc = "What a new client gets."),
	MATCHED(struct offer, matched, .doc = MATCHED_DOC),
	TEXT(struct offer, why, .required = true, .example = "\"There is a rule for this region and device type.\"",
	    .doc = "The same in words."),
	UUID(struct offer, rule, .required = true, .doc = "Of the rule that picked it."),
	LIST(struct offer, plans, struct offer_plan, offer_plan, .required = true, .doc = "All that can be chosen."),
	SHAPE_END,
};

static const struct field new_plan[] = {
	TEXT(struct new_plan, code, .required = true, .min = 1, .max = 32, .example = "\"family\"",
	    .doc = "Small letters, digits and hyphens, a letter first; it stays."),
	TEXT(struct new_plan, name, .required = true, .min = 1, .max = 100, .example = "\"Family\"", .doc = "For people."),
	TEXT(struct new_plan, says, .max = 1000, .example = "\"Six devices at a time.\"", .doc = "What one gets."),
	SHAPE_END,
};

static const struct field plan_edit[] = {
	TEXT(struct plan_edit, name, .min = 1, .max = 100, .example = "\"Family\"", .doc = "For people."),
	TEXT(struct plan_edit, says, .max = 1000, .example = "\"Six devices at a time.\"", .doc = "What one gets."),
	BOOL(struct plan_edit, open, .example = "true", .doc = "Whether it can be chosen."),
	SHAPE_END,
};

static const struct field plan[] = {
	TEXT(struct plan_read_row, code, .required = true, .example = "\"standard\"", .doc = "Its name in the API."),
	TEXT(struct plan_read_row, name, .required = true, .example = "\"Standard\"", .doc = "For people."),
	TEXT(struct plan_read_row, says, .required = true, .example = "\"Two devices at a time.\"", .doc = "What one gets."),
	BOOL(struct plan_read_row, open, .required = true, .example = "true", .doc = "Whether it can be chosen."),
	VERSION(struct plan_read_row),
	INSTANT(struct plan_read_row, created_at, .required = true, .doc = "When it was made."),
	SHAPE_END,
};

static const struct field new_rule[] = {
	REGION(struct new_rule, .min = 1, .doc = "Absent: any."),
	DEVICE_TYPE(struct new_rule, .min = 1, .doc = "Absent: any."),
	PLAN(struct new_rule, .required = true, .min = 1, .doc = "One that is open."),
	SHAPE_END,
};

static const struct field rule_edit[] = {
	PLAN(struct rule_edit, .required = true, .min = 1, .doc = "One that is open."),
	SHAPE_END,
};

static const struct field rule[] = {
	UUID(struct rule_read_row, id, .required = true, .doc = "Of the rule."),
	REGION(struct rule_read_row, .doc = "In capitals; absent: any."),
	DEVICE_TYPE(struct rule_read_row, .doc = "In small letters; absent: any."),
	PLAN(struct rule_read_row, .required = true, .doc = "What it picks."),
	VERSION(struct rule_read_row),
	INSTANT(struct rule_read_row, created_at, .required = true, .doc = "When it was made."),
	SHAPE_END,
};

static const struct field new_price[] = {
	PLAN(struct new_price, .required = true, .min = 1, .doc = "Whose price it is."),
	INT(struct new_price, months, .required = true, .min = 1, .max = 6, .example = "3", .doc = "1, 3 or 6."),
	REGION(struct new_price, .min = 1, .doc = "Absent: any."),
	DEVICE_TYPE(struct new_price, .min = 1, .doc = "Absent: any."),
	AMOUNT(struct new_price, .doc = "With the currency's decimals at most."),
	SHAPE_END,
};

static const struct field price_edit[] = {
	AMOUNT(struct price_edit, .doc = "With the currency's decimals at most."),
	SHAPE_END,
};

static const struct field price_filter[] = {
	PLAN(struct price_filter, .min = 1, .doc = "Only this plan's."),
	SHAPE_END,
};

static const struct field price[] = {
	UUID(struct price_read_row, id, .required = true, .doc = "Of the price."),
	PLAN(struct price_read_row, .required = true, .doc = "Whose price it is."),
	INT(struct price_read_row, months, .required = true, .example = "3", .doc = "How long the term is."),
	REGION(struct price_read_row, .doc = "In capitals; absent: any."),
	DEVICE_TYPE(struct price_read_row, .doc = "In small letters; absent: any."),
	AMOUNT(struct price_read_row, .doc = "What the term costs."),
	VERSION(struct price_read_row),
	INSTANT(struct price_read_row, created_at, .required = true, .doc = "When it was made."),
	SHAPE_END,
};

static const char *const beginnings[] = { "period_end", "now", NULL };
static const char *const states[] = { "active", "canceling", "past_due", "expired", NULL };

static const struct field choice[] = {
	UUID(struct choice, client, .doc = "Whose subscription, for those who hold `subscription.write`; absent: one's own."),
	PLAN(struct choice, .min = 1, .doc = "One that is open; absent: as it is."),
	INT(struct choice, months, .min = 1, .max = 6, .example = "3", .doc = "1, 3 or 6; absent: as it is."),
	CHOICE(struct choice, from, .choices = beginnings, .example = "\"period_end\"",
	    .doc = "When it is to count; absent: `period_end`, with the next term."),
	SHAPE_END,
};

static const struct field subscription_filter[] = {
	PLAN(struct subscription_filter, .min = 1, .doc = "Only those with this plan."),
	CHOICE(struct subscription_filter, state, .choices = states, .example = "\"active\"", .doc = "Only those in it."),
	SHAPE_END,
};

static const struct field subscription[] = {
	UUID(struct subscription_read_row, id, .required = true, .doc = "Of the subscription."),
	UUID(struct subscription_read_row, client, .required = true, .doc = "Whose it is."),
	REGION(struct subscription_read_row, .doc = "As told at sign-up; absent: unknown."),
	DEVICE_TYPE(struct subscription_read_row, .doc = "As told at sign-up; absent: unknown."),
	PLAN(struct subscription_read_row, .required = true, .doc = "Of the latest term."),
	INT(struct subscription_read_row, months, .required = true, .example = "1", .doc = "How long that term is."),
	CHOICE(struct subscription_read_row, state, .required = true, .choices = states, .example = "\"active\"",
	    .doc = "`canceling`: it ends with its term."),
	INSTANT(struct subscription_read_row, anchor, .required = true, .doc = "From which all periods count, in months."),
	INSTANT(struct subscription_read_row, starts_at, .required = true, .doc = "When the latest term began."),
	INSTANT(struct subscription_read_row, ends_at, .required = true, .doc = "When it ends."),
	AMOUNT(struct subscription_read_row, .doc = "What that term costs, whatever became of the catalogue."),
	TEXT(struct subscription_read_row, next_plan, .max = 32, .example = "\"premium\"", .doc = "From the next term on; absent: as it is."),
	INT(struct subscription_read_row, next_months, .example = "6", .doc = "How long the next term will be; absent: as it is."),
	INSTANT(struct subscription_read_row, due_at, .doc = "When the next term became due; absent: it is not."),
	MONEY(struct subscription_read_row, due_amount, .example = "\"9.99\"", .doc = "What the next term costs, once it is due."),
	TEXT(struct subscription_read_row, due_currency, .format = "currency", .example = "\"EUR\"", .doc = "ISO 4217."),
	VERSION(struct subscription_read_row),
	INSTANT(struct subscription_read_row, created_at, .required = true, .doc = "When the client signed up."),
	SHAPE_END,
};

static const struct field subscription_change[] = {
	TEXT(struct subscription_history_row, what, .required = true, .example = "\"renewed\"",
	    .doc = "`started`, `changed`, `due`, `renewed`, `past_due`, `canceled`, `reactivated`, `expired`."),
	CHOICE(struct subscription_history_row, state, .required = true, .choices = states, .example = "\"active\"",
	    .doc = "In which it was afterwards."),
	PLAN(struct subscription_history_row, .required = true, .doc = "Of the term it is about."),
	INT(struct subscription_history_row, months, .required = true, .example = "1", .doc = "How long that term is."),
	AMOUNT(struct subscription_history_row, .doc = "What that term costs."),
	INSTANT(struct subscription_history_row, starts_at, .required = true, .doc = "When that term begins."),
	INSTANT(struct subscription_history_row, ends_at, .required = true, .doc = "When it ends."),
	INSTANT(struct subscription_history_row, happened_at, .required = true, .doc = "When this happened."),
	SHAPE_END,
};
/* clang-format on */

const struct shape place_shape = { "place", place, sizeof(struct place) };
const struct shape offer_shape = { "offer", offer, sizeof(struct offer) };
const struct shape new_plan_shape = { "new_plan", new_plan, sizeof(struct new_plan) };
const struct shape plan_edit_shape = { "plan_edit", plan_edit, sizeof(struct plan_edit) };
const struct shape plan_shape = { "plan", plan, sizeof(struct plan_read_row) };
const struct shape new_rule_shape = { "new_rule", new_rule, sizeof(struct new_rule) };
const struct shape rule_edit_shape = { "rule_edit", rule_edit, sizeof(struct rule_edit) };
const struct shape rule_shape = { "rule", rule, sizeof(struct rule_read_row) };
const struct shape new_price_shape = { "new_price", new_price, sizeof(struct new_price) };
const struct shape price_edit_shape = { "price_edit", price_edit, sizeof(struct price_edit) };
const struct shape price_filter_shape = { "price_filter", price_filter, sizeof(struct price_filter) };
const struct shape price_shape = { "price", price, sizeof(struct price_read_row) };
const struct shape choice_shape = { "choice", choice, sizeof(struct choice) };
const struct shape subscription_filter_shape = { "subscription_filter", subscription_filter,
	sizeof(struct subscription_filter) };
const struct shape subscription_shape = { "subscription", subscription, sizeof(struct subscription_read_row) };
const struct shape subscription_change_shape = { "subscription_change", subscription_change,
	sizeof(struct subscription_history_row) };
