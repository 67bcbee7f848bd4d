/* shapes.c -- clients as they are sent and as they are shown. */
#include "handlers/client/client.h"
#include "handlers/client/queries.h"

/* It lays the tables' macros out. */
/* clang-format off */
#define REGION(type, ...)      TEXT(type, region, .max = 64, .example = "\"DE\"", __VA_ARGS__)
#define DEVICE_TYPE(type, ...) TEXT(type, device_type, .max = 64, .example = "\"tv\"", __VA_ARGS__)
#define PLAN(type, ...)        TEXT(type, plan, .required = true, .example = "\"standard\"", __VA_ARGS__)

static const char *const states[] = { "active", "canceling", "past_due", "expired", NULL };

static const struct field new_client[] = {
	UUID(struct new_client, user, .required = true, .doc = "Who is to be a client."),
	REGION(struct new_client, .doc = "Absent: unknown."),
	DEVICE_TYPE(struct new_client, .doc = "Absent: unknown."),
	SHAPE_END,
};

static const struct field client_filter[] = {
	REGION(struct client_filter, .min = 1, .doc = "Only clients there."),
	DEVICE_TYPE(struct client_filter, .min = 1, .doc = "Only clients who signed up on it."),
	SHAPE_END,
};

static const struct field client[] = {
	UUID(struct client_read_row, id, .required = true, .doc = "Of the client, who is a user."),
	TEXT(struct client_read_row, email, .max = 254, .example = "\"ada@example.com\"", .doc = "By which the user signs in."),
	TEXT(struct client_read_row, name, .max = 200, .example = "\"Ada Lovelace\"", .doc = "What the user is called."),
	REGION(struct client_read_row, .doc = "As told at sign-up, in capitals; absent: unknown."),
	DEVICE_TYPE(struct client_read_row, .doc = "As told at sign-up, in small letters; absent: unknown."),
	UUID(struct client_read_row, subscription, .required = true, .doc = "The one the client has."),
	PLAN(struct client_read_row, .doc = "What is subscribed to."),
	CHOICE(struct client_read_row, state, .required = true, .choices = states, .example = "\"active\"", .doc = "Of the subscription."),
	INSTANT(struct client_read_row, created_at, .required = true, .doc = "Since when."),
	SHAPE_END,
};

static const struct field span_query[] = {
	INSTANT(struct span_query, since, .doc = "Absent: thirty days before the end."),
	INSTANT(struct span_query, until, .doc = "Absent: now."),
	SHAPE_END,
};

static const struct field totals[] = {
	PLAN(struct client_totals_row, .doc = "What they subscribe to."),
	CHOICE(struct client_totals_row, state, .required = true, .choices = states, .example = "\"active\"",
	    .doc = "Of their subscriptions."),
	INT(struct client_totals_row, clients, .required = true, .example = "1204", .doc = "How many there are now."),
	SHAPE_END,
};

static const struct field days[] = {
	TEXT(struct client_days_row, day, .required = true, .format = "date", .example = "\"2026-02-03\"", .doc = "In UTC."),
	PLAN(struct client_days_row, .doc = "Which they had then."),
	INT(struct client_days_row, started, .required = true, .example = "31", .doc = "How many became clients."),
	INT(struct client_days_row, removed, .required = true, .example = "2", .doc = "How many were removed."),
	SHAPE_END,
};

static const struct field client_stats_fields[] = {
	INSTANT(struct client_stats, since, .required = true, .doc = "From when on days are counted."),
	INSTANT(struct client_stats, until, .required = true, .doc = "Until when."),
	LIST(struct client_stats, totals, struct client_totals_row, totals, .required = true,
	    .doc = "One for each plan and state that somebody has."),
	LIST(struct client_stats, days, struct client_days_row, days, .required = true,
	    .doc = "One for each day and plan with which somebody came or went."),
	SHAPE_END,
};

static const struct field client_change[] = {
	TEXT(struct client_history_row, what, .required = true, .example = "\"renewed\"",
	    .doc = "`started`, `changed`, `due`, `renewed`, `past_due`, `canceled`, `reactivated`, `expired`, `removed`."),
	CHOICE(struct client_history_row, state, .required = true, .choices = states, .example = "\"active\"",
	    .doc = "In which the subscription was afterwards."),
	PLAN(struct client_history_row, .doc = "Of the term it is about."),
	INT(struct client_history_row, months, .required = true, .example = "1", .doc = "How long that term is."),
	MONEY(struct client_history_row, amount, .required = true, .example = "\"9.99\"", .doc = "What that term costs."),
	TEXT(struct client_history_row, currency, .required = true, .format = "currency", .example = "\"EUR\"",
	    .doc = "ISO 4217."),
	INSTANT(struct client_history_row, starts_at, .required = true, .doc = "When that term begins."),
	INSTANT(struct client_history_row, ends_at, .required = true, .doc = "When it ends."),
	INSTANT(struct client_history_row, happened_at, .required = true, .doc = "When this happened."),
	SHAPE_END,
};
/* clang-format on */

const struct shape new_client_shape = { "new_client", new_client, sizeof(struct new_client) };
const struct shape client_filter_shape = { "client_filter", client_filter, sizeof(struct client_filter) };
const struct shape client_shape = { "client", client, sizeof(struct client_read_row) };
const struct shape span_query_shape = { "span_query", span_query, sizeof(struct span_query) };
const struct shape client_stats_shape = { "client_stats", client_stats_fields, sizeof(struct client_stats) };
const struct shape client_change_shape = { "client_change", client_change, sizeof(struct client_history_row) };
