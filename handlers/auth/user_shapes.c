/* user_shapes.c -- users as they are shown to operators and changed by them. */
#include "handlers/auth/queries.h"
#include "handlers/auth/user.h"

static const char *const statuses[] = { "active", "unverified", "blocked", "deleted", NULL };

/* clang-format off */
#define ABOUT(type) \
	UUID(type, id, .required = true, .doc = "Of the user; also the party that it is."), \
	TEXT(type, email, .max = 254, .example = "\"ada@example.com\"", .doc = "As it was typed; absent: the user is deleted."), \
	TEXT(type, name, .max = 200, .example = "\"Ada Lovelace\"", .doc = "If one was given."), \
	TEXT(type, region, .example = "\"GB\"", .doc = "ISO 3166-1 alpha-2, if one was given."), \
	CHOICE(type, status, .required = true, .choices = statuses, .example = "\"active\"", .doc = "`unverified`: the address is not proved."), \
	INSTANT(type, verified_at, .doc = "When the address was proved."), \
	INT(type, version, .required = true, .example = "1", .doc = "Also its ETag."), \
	INSTANT(type, created_at, .required = true, .doc = "When the user signed up.")

static const struct field user_row[] = { ABOUT(struct user_page_row), SHAPE_END };

static const struct field user[] = {
	ABOUT(struct user_read_row),
	TEXT(struct user_read_row, device_type, .example = "\"phone\"", .doc = "What the user signed up with."),
	INSTANT(struct user_read_row, blocked_at, .doc = "Since when somebody blocks the user."),
	INSTANT(struct user_read_row, deleted_at, .doc = "When the user was deleted."),
	SHAPE_END,
};

static const struct field user_query[] = {
	TEXT(struct user_query, search, .min = 1, .max = 254, .example = "\"ada\"", .doc = "How the address or the name begins."),
	CHOICE(struct user_query, status, .choices = statuses, .example = "\"blocked\"", .doc = "Only these; all but deleted ones unless said."),
	SHAPE_END,
};

#define CAME(type, member) .came = offsetof(type, member) + 1
static const struct field user_edit[] = {
	TEXT(struct user_edit, name, .min = 1, .max = 200, CAME(struct user_edit, name_came), .example = "\"Ada Lovelace\"",
	    .doc = "null takes it away."),
	TEXT(struct user_edit, region, .format = "region", CAME(struct user_edit, region_came), .example = "\"GB\"",
	    .doc = "null takes it away."),
	SHAPE_END,
};

static const struct field user_reason[] = {
	TEXT(struct user_reason, reason, .max = 500, .example = "\"Asked for it by telephone\"", .doc = "For other operators."),
	SHAPE_END,
};

static const struct field user_address[] = {
	TEXT(struct user_address, email, .required = true, .max = 254, .format = "email", .doc = "The new one."),
	BOOL(struct user_address, verified, .example = "false", .doc = "Whether it needs no proof; otherwise a link is mailed to it."),
	SHAPE_END,
};

#define COUNT_OF(member, says) INT(struct user_stats_row, member, .required = true, .example = "42", .doc = says)
static const struct field user_stats[] = {
	COUNT_OF(total, "Users, without deleted ones."),
	COUNT_OF(active, "Those that can sign in."),
	COUNT_OF(unverified, "Those whose address is not proved."),
	COUNT_OF(blocked, "Those that somebody blocks."),
	COUNT_OF(deleted, "Those of which only the id is left."),
	COUNT_OF(new_day, "Signed up in the last 24 hours."),
	COUNT_OF(new_week, "In the last seven days."),
	COUNT_OF(new_month, "In the last thirty days."),
	SHAPE_END,
};
/* clang-format on */

const struct shape user_row_shape = { "user_row", user_row, sizeof(struct user_page_row) };
const struct shape user_shape = { "user", user, sizeof(struct user_read_row) };
const struct shape user_query_shape = { "user_query", user_query, sizeof(struct user_query) };
const struct shape user_edit_shape = { "user_edit", user_edit, sizeof(struct user_edit) };
const struct shape user_reason_shape = { "user_reason", user_reason, sizeof(struct user_reason) };
const struct shape user_address_shape = { "user_address", user_address, sizeof(struct user_address) };
const struct shape user_stats_shape = { "user_stats", user_stats, sizeof(struct user_stats_row) };
