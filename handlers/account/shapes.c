/* shapes.c -- accounts, agents, blocks and profiles as they are asked and answered. */
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

static const char *const tiers[] = { "standard", "vip", NULL };
static const char *const statuses[] = { "active", "suspended", "closed", NULL };
static const char *const agent_statuses[] = { "active", "blocked", NULL };
const char *const *const account_tiers = tiers, *const *const account_statuses = statuses;

static const struct field account_query[] = {
	TEXT(struct account_query, q, .min = 3, .max = 100, .example = "\"acme\"",
	    .doc = "A part of the name, three characters at least; case does not matter."),
	CHOICE(struct account_query, tier, .choices = tiers, .example = "\"vip\"", .doc = "Only of this tier."),
	CHOICE(struct account_query, status, .choices = statuses, .example = "\"active\"", .doc = "Only those."),
	SHAPE_END,
};

static const struct field new_account[] = {
	TEXT(struct new_account, name, .required = true, .min = 1, .max = 200, .example = "\"Acme Ltd\"",
	    .doc = "What the company is called."),
	TEXT(struct new_account, reference, .min = 1, .max = 64, .example = "\"C-1042\"",
	    .doc = "What it is called in your own books."),
	CHOICE(struct new_account, tier, .choices = tiers, .example = "\"standard\"", .doc = "`standard` by default."),
	SHAPE_END,
};

static const struct field account_edit[] = {
	TEXT(struct account_edit, name, .min = 1, .max = 200, .example = "\"Acme Ltd\"",
	    .doc = "What the company is called.", .came = offsetof(struct account_edit, name_came) + 1),
	TEXT(struct account_edit, reference, .min = 1, .max = 64, .example = "\"C-1042\"",
	    .doc = "What it is called in your own books.", .came = offsetof(struct account_edit, reference_came) + 1),
	CHOICE(struct account_edit, tier, .choices = tiers, .example = "\"vip\"", .doc = "Its tier."),
	SHAPE_END,
};

static const struct field reason[] = {
	TEXT(struct reason, reason, .required = true, .min = 1, .max = 500, .example = "\"Unpaid since March\"",
	    .doc = "Why; operators and the account's members read it."),
	SHAPE_END,
};

static const struct field account[] = {
	UUID(struct account_read_row, id, .required = true, .doc = "Of the account, which is a party."),
	TEXT(struct account_read_row, name, .required = true, .example = "\"Acme Ltd\"",
	    .doc = "What the company is called."),
	TEXT(struct account_read_row, reference, .example = "\"C-1042\"",
	    .doc = "What it is called in the operator's books."),
	CHOICE(struct account_read_row, tier, .required = true, .choices = tiers, .example = "\"standard\"",
	    .doc = "Its tier."),
	CHOICE(struct account_read_row, status, .required = true, .choices = statuses, .example = "\"active\"",
	    .doc = "Agents of one that is not active cannot act."),
	TEXT(struct account_read_row, reason, .example = "\"Unpaid since March\"",
	    .doc = "Why it was suspended or closed."),
	INT(struct account_read_row, version, .required = true, .example = "1", .doc = "Also its ETag."),
	INSTANT(struct account_read_row, created_at, .required = true, .doc = "When it was opened."),
	INSTANT(struct account_read_row, suspended_at, .doc = "When it was suspended."),
	INSTANT(struct account_read_row, closed_at, .doc = "When it was closed."),
	SHAPE_END,
};

static const struct field new_agent[] = {
	TEXT(struct new_agent, email, .required = true, .max = 254, .format = "email", .example = "\"ada@example.com\"",
	    .doc = "Where the invitation goes, and what signs in. No other agent has it, in whichever account."),
	TEXT(struct new_agent, name, .required = true, .min = 1, .max = 200, .example = "\"Ada Lovelace\"",
	    .doc = "What the person is called."),
	TEXT(struct new_agent, title, .min = 1, .max = 200, .example = "\"Head of Sales\"",
	    .doc = "What the person does."),
	SHAPE_END,
};

static const struct field agent_edit[] = {
	TEXT(struct agent_edit, name, .min = 1, .max = 200, .example = "\"Ada Lovelace\"",
	    .doc = "What the person is called.", .came = offsetof(struct agent_edit, name_came) + 1),
	TEXT(struct agent_edit, title, .min = 1, .max = 200, .example = "\"Head of Sales\"",
	    .doc = "What the person does.", .came = offsetof(struct agent_edit, title_came) + 1),
	SHAPE_END,
};

static const struct field new_block[] = {
	TEXT(struct new_block, reason, .required = true, .min = 1, .max = 500, .example = "\"Password was stolen\"",
	    .doc = "Why."),
	INSTANT(struct new_block, since, .doc = "From when on, up to 366 days ago; absent: now."),
	INSTANT(struct new_block, until, .doc = "When it ends by itself, within ten years; absent: never."),
	SHAPE_END,
};

static const struct field agent[] = {
	UUID(struct agent_read_row, id, .required = true, .doc = "Of the agent."),
	UUID(struct agent_read_row, account_id, .required = true, .doc = "The account that it works for."),
	UUID(struct agent_read_row, user_id, .required = true, .doc = "The user who signs in."),
	TEXT(struct agent_read_row, email, .required = true, .example = "\"ada@example.com\"",
	    .doc = "As it was invited."),
	TEXT(struct agent_read_row, name, .required = true, .example = "\"Ada Lovelace\"",
	    .doc = "What the person is called."),
	TEXT(struct agent_read_row, title, .example = "\"Head of Sales\"", .doc = "What the person does."),
	CHOICE(struct agent_read_row, status, .required = true, .choices = agent_statuses, .example = "\"active\"",
	    .doc = "Whether it is blocked at this moment; see the account's status as well."),
	INSTANT(struct agent_read_row, blocked_since, .doc = "When the present block begins."),
	INSTANT(struct agent_read_row, blocked_until, .doc = "When it ends by itself; absent: it does not."),
	TEXT(struct agent_read_row, block_reason, .example = "\"Password was stolen\"", .doc = "Why it is blocked."),
	INT(struct agent_read_row, version, .required = true, .example = "1", .doc = "Also its ETag."),
	INSTANT(struct agent_read_row, created_at, .required = true, .doc = "When it was added."),
	SHAPE_END,
};

static const struct field ending[] = {
	UUID(struct ending, block, .required = true, .doc = "The block whose end has come."),
	SHAPE_END,
};

static const struct field profile_edit[] = {
	TEXT(struct profile_edit, name, .min = 1, .max = 200, .example = "\"Ada Lovelace\"",
	    .doc = "How you wish to be called.", .came = offsetof(struct profile_edit, name_came) + 1),
	TEXT(struct profile_edit, locale, .max = 35, .format = "language", .example = "\"en-GB\"",
	    .doc = "Your language.", .came = offsetof(struct profile_edit, locale_came) + 1),
	TEXT(struct profile_edit, time_zone, .max = 64, .format = "time_zone", .example = "\"Europe/London\"",
	    .doc = "Where your clock is.", .came = offsetof(struct profile_edit, time_zone_came) + 1),
	TEXT(struct profile_edit, phone, .max = 16, .format = "e164", .example = "\"+442079460000\"",
	    .doc = "With the country's number.", .came = offsetof(struct profile_edit, phone_came) + 1),
	TEXT(struct profile_edit, avatar, .max = 1000, .format = "uri", .example = "\"https://example.com/ada.png\"",
	    .doc = "The address of a picture.", .came = offsetof(struct profile_edit, avatar_came) + 1),
	SHAPE_END,
};

static const struct field profile[] = {
	UUID(struct profile, id, .required = true, .doc = "Of the user."),
	TEXT(struct profile, name, .example = "\"Ada Lovelace\"", .doc = "How the person wishes to be called."),
	TEXT(struct profile, email, .example = "\"ada@example.com\"", .doc = "What signs in; changed elsewhere."),
	TEXT(struct profile, locale, .example = "\"en-GB\"", .doc = "The person's language."),
	TEXT(struct profile, time_zone, .example = "\"Europe/London\"", .doc = "Where the person's clock is."),
	TEXT(struct profile, phone, .example = "\"+442079460000\"", .doc = "With the country's number."),
	TEXT(struct profile, avatar, .example = "\"https://example.com/ada.png\"", .doc = "The address of a picture."),
	INT(struct profile, version, .required = true, .example = "1", .doc = "Also its ETag."),
	SHAPE_END,
};

static const struct field profile_version[] = {
	INT(struct profile, version, .required = true, .example = "1", .doc = "Of the profile."),
	SHAPE_END,
};

const struct shape account_query_shape = { "account_query", account_query, sizeof(struct account_query) };
const struct shape new_account_shape = { "new_account", new_account, sizeof(struct new_account) };
const struct shape account_edit_shape = { "account_edit", account_edit, sizeof(struct account_edit) };
const struct shape reason_shape = { "account_reason", reason, sizeof(struct reason) };
const struct shape account_shape = { "account", account, sizeof(struct account_read_row) };
const struct shape account_fact = { "account_fact", account, sizeof(struct account_read_row) };
const struct shape new_agent_shape = { "new_agent", new_agent, sizeof(struct new_agent) };
const struct shape agent_edit_shape = { "agent_edit", agent_edit, sizeof(struct agent_edit) };
const struct shape new_block_shape = { "new_block", new_block, sizeof(struct new_block) };
const struct shape agent_shape = { "agent", agent, sizeof(struct agent_read_row) };
const struct shape agent_fact = { "agent_fact", agent, sizeof(struct agent_read_row) };
const struct shape ending_job = { "block_ending", ending, sizeof(struct ending) };
const struct shape profile_edit_shape = { "profile_edit", profile_edit, sizeof(struct profile_edit) };
const struct shape profile_shape = { "profile", profile, sizeof(struct profile) };
const struct shape profile_fact = { "profile_fact", profile_version, sizeof(struct profile) };
