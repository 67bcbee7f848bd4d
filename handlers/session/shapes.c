/* shapes.c -- what this room is asked and what it answers, field by field. */
#include "handlers/session/queries.h"
#include "handlers/session/session.h"

const char *const device_types[] = { "phone", "tablet", "desktop", "tv", "watch", "console", "car", "other", NULL };
static const char *const scopes[] = { "others", "all", NULL };

static const struct field scope_query[] = {
	CHOICE(struct scope_query, scope, .required = true, .choices = scopes, .example = "\"others\"",
	    .doc = "`others` leaves the session that asks."),
	SHAPE_END,
};

static const struct field login_query[] = {
	CHOICE(struct login_query, device_type, .choices = device_types, .example = "\"phone\"",
	    .doc = "Only from devices of this kind."),
	SHAPE_END,
};

static const struct field session[] = {
	UUID(struct session_page_row, id, .required = true, .doc = "Of the session."),
	INSTANT(struct session_page_row, created_at, .required = true, .doc = "When it began."),
	INSTANT(struct session_page_row, last_used_at, .required = true, .doc = "When it was last refreshed."),
	INSTANT(struct session_page_row, expires_at, .required = true, .doc = "When it ends by itself."),
	TEXT(struct session_page_row, device, .max = 128, .example = "\"Firefox on Linux\"",
	    .doc = "What the device called itself."),
	TEXT(struct session_page_row, address, .example = "\"192.0.2.7\"", .doc = "From where it began."),
	BOOL(struct session_page_row, current, .required = true, .example = "true", .doc = "Whether it is this one."),
	SHAPE_END,
};

static const struct field login[] = {
	UUID(struct login_page_row, id, .required = true, .doc = "Of the attempt."),
	INSTANT(struct login_page_row, occurred_at, .required = true, .doc = "When."),
	CHOICE(struct login_page_row, device_type, .required = true, .choices = device_types, .example = "\"phone\"",
	    .doc = "The kind of device."),
	TEXT(struct login_page_row, device, .max = 128, .example = "\"Firefox on Linux\"",
	    .doc = "What the device called itself."),
	TEXT(struct login_page_row, address, .example = "\"192.0.2.7\"", .doc = "From where."),
	TEXT(struct login_page_row, method, .required = true, .example = "\"password\"", .doc = "By which means."),
	TEXT(struct login_page_row, outcome, .required = true, .example = "\"success\"",
	    .doc = "`success`, or why it was refused."),
	UUID(struct login_page_row, session, .doc = "The session that began; absent: none did."),
	SHAPE_END,
};

const struct shape scope_query_shape = { "session_scope", scope_query, sizeof(struct scope_query) };
const struct shape login_query_shape = { "login_filter", login_query, sizeof(struct login_query) };
const struct shape session_shape = { "session", session, sizeof(struct session_page_row) };
const struct shape login_shape = { "login", login, sizeof(struct login_page_row) };
