/* usage_shapes.c -- uses as they are told, and their sums. */
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

static const char *const outcomes[] = { "charged", "excluded", "refused", NULL };

#define USAGE_FIELDS(type) \
	TEXT(type, unit, .required = true, .min = 1, .max = 32, .example = "\"minutes\"", \
	    .doc = "What was used: small letters, digits, '_', '.' and '-'."), \
	    TEXT(type, quantity, .required = true, .min = 1, .max = 30, .example = "\"12.5\"", \
		.doc = "How much, exactly: below 10^15, nine decimals at most."), \
	    INSTANT(type, occurred_at, .required = true, .doc = "When it was used, within the last 32 days."), \
	    TEXT(type, source, .required = true, .min = 1, .max = 64, .example = "\"switch-7\"", .doc = "Who tells."), \
	    TEXT(type, source_id, .required = true, .min = 1, .max = 128, .example = "\"call-118723\"", \
		.doc = "What the source calls this use.")

static const struct field new_usage[] = { USAGE_FIELDS(struct new_usage), SHAPE_END };

static const struct field usage_item[] = {
	UUID(struct usage_item, agent_id, .required = true, .doc = "Who used it."),
	USAGE_FIELDS(struct usage_item),
	SHAPE_END,
};

static const struct field usage_items[] = {
	LIST(struct usage_items, items, struct usage_item, usage_item, .required = true, .min = 1, .max = USAGE_MOST,
	    .doc = "The uses."),
	SHAPE_END,
};

static const struct field usage[] = {
	UUID(struct usage, id, .required = true, .doc = "Of this use."),
	TEXT(struct usage, unit, .required = true, .example = "\"minutes\"", .doc = "What was used."),
	TEXT(struct usage, quantity, .required = true, .example = "\"12.5\"", .doc = "How much."),
	INSTANT(struct usage, occurred_at, .required = true, .doc = "When it was used."),
	BOOL(struct usage, charged, .required = true, .example = "true", .doc = "False: it lies inside a block."),
	BOOL(struct usage, duplicate, .required = true, .example = "false",
	    .doc = "True: this was told before; the answer is what was told first."),
	SHAPE_END,
};

static const struct field usage_result[] = {
	INT(struct usage_result, index, .required = true, .example = "0", .doc = "Which item, counted from 0."),
	CHOICE(struct usage_result, outcome, .required = true, .choices = outcomes, .example = "\"charged\"",
	    .doc = "What became of it."),
	UUID(struct usage_result, id, .doc = "Of the use; absent: refused."),
	BOOL(struct usage_result, charged, .example = "true", .doc = "False: it lies inside a block."),
	BOOL(struct usage_result, duplicate, .example = "false", .doc = "True: this was told before."),
	TEXT(struct usage_result, detail, .example = "\"no such agent\"", .doc = "Why it was refused."),
	SHAPE_END,
};

static const struct field usage_results[] = {
	LIST(struct usage_results, results, struct usage_result, usage_result, .required = true, .max = USAGE_MOST,
	    .doc = "One for each item, in their order."),
	SHAPE_END,
};

static const struct field usage_query[] = {
	TEXT(struct usage_query, from, .max = 10, .format = "date", .example = "\"2026-11-01\"",
	    .doc = "The first day; absent: from the beginning."),
	TEXT(struct usage_query, to, .max = 10, .format = "date", .example = "\"2026-11-30\"",
	    .doc = "The last day; absent: to the end."),
	SHAPE_END,
};

static const struct field usage_sum[] = {
	TEXT(struct usage_page_row, day, .required = true, .example = "\"2026-11-20\"", .doc = "A day of UTC."),
	UUID(struct usage_page_row, agent_id, .required = true, .doc = "Who used it."),
	TEXT(struct usage_page_row, unit, .required = true, .example = "\"minutes\"", .doc = "What was used."),
	TEXT(struct usage_page_row, charged, .required = true, .example = "\"340.25\"", .doc = "How much is charged."),
	TEXT(struct usage_page_row, excluded, .required = true, .example = "\"0\"",
	    .doc = "How much lies inside blocks."),
	INT(struct usage_page_row, charged_records, .required = true, .example = "17",
	    .doc = "How many uses are charged."),
	INT(struct usage_page_row, excluded_records, .required = true, .example = "0",
	    .doc = "How many lie inside blocks."),
	SHAPE_END,
};

static const struct field usage_excluded[] = {
	UUID(struct usage_excluded, account_id, .required = true, .doc = "The account that the agent works for."),
	INSTANT(struct usage_excluded, since, .required = true, .doc = "From when on the agent is blocked."),
	INSTANT(struct usage_excluded, until, .doc = "Until when; absent: it has no end."),
	INT(struct usage_excluded, records, .required = true, .example = "3", .doc = "How many uses were taken back."),
	SHAPE_END,
};

const struct shape new_usage_shape = { "new_usage", new_usage, sizeof(struct new_usage) };
const struct shape usage_shape = { "usage", usage, sizeof(struct usage) };
const struct shape usage_items_shape = { "usage_items", usage_items, sizeof(struct usage_items) };
const struct shape usage_results_shape = { "usage_results", usage_results, sizeof(struct usage_results) };
const struct shape usage_query_shape = { "usage_query", usage_query, sizeof(struct usage_query) };
const struct shape usage_sum_shape = { "usage_sum", usage_sum, sizeof(struct usage_page_row) };
const struct shape usage_excluded_fact = { "usage_excluded", usage_excluded, sizeof(struct usage_excluded) };
