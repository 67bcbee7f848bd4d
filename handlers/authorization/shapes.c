/* shapes.c -- roles, assignments and verdicts, field by field. */
#include "core/web/permission.h"
#include "handlers/authorization/authorization.h"
#include "handlers/authorization/queries.h"

#define EXAMPLE_NAME        "\"support\""
#define EXAMPLE_PERMISSIONS "[\"session.read\",\"session.end\"]"

static const struct field new_role[] = {
	TEXT(struct new_role, name, .required = true, .min = 1, .max = 64, .example = EXAMPLE_NAME,
	    .doc = "Small letters, digits, `-` and `_`; it stays."),
	TEXT(struct new_role, says, .max = 200, .example = "\"Helps people who cannot sign in.\"",
	    .doc = "What it is for."),
	TEXTS(struct new_role, permissions, .required = true, .max = 100, .example = EXAMPLE_PERMISSIONS,
	    .doc = "What it holds, out of the catalogue."),
	SHAPE_END,
};

static const struct field role_edit[] = {
	TEXT(struct role_edit, says, .max = 200, .example = "\"Helps people who cannot sign in.\"",
	    .doc = "What it is for."),
	TEXTS(struct role_edit, permissions, .max = 100, .example = EXAMPLE_PERMISSIONS,
	    .doc = "All that it holds from now on."),
	SHAPE_END,
};

#define ROLE_FIELDS(type) \
	UUID(type, id, .required = true, .doc = "Of the role."), \
	    TEXT(type, name, .required = true, .example = EXAMPLE_NAME, .doc = "By which it is given."), \
	    TEXT(type, says, .required = true, .example = "\"Helps people who cannot sign in.\"", \
		.doc = "What it is for."), \
	    BOOL(type, built_in, .required = true, .example = "false", .doc = "Whether it stays as it is."), \
	    TEXTS(type, permissions, .required = true, .example = EXAMPLE_PERMISSIONS, .doc = "What it holds."), \
	    INT(type, version, .required = true, .example = "1", .doc = "Also its ETag."), \
	    INSTANT(type, created_at, .required = true, .doc = "When it was made."), \
	    INSTANT(type, changed_at, .required = true, .doc = "When it was changed last."), SHAPE_END,

static const struct field role[] = { ROLE_FIELDS(struct role) };
static const struct field role_row[] = { ROLE_FIELDS(struct role_page_row) };

static const struct field assignment_query[] = {
	UUID(struct assignment_query, party, .doc = "Only what this party holds."),
	TEXT(struct assignment_query, role, .max = 64, .example = EXAMPLE_NAME, .doc = "Only who holds this role."),
	SHAPE_END,
};

static const struct field new_assignment[] = {
	UUID(struct new_assignment, party, .required = true, .doc = "Who is to hold it."),
	TEXT(struct new_assignment, role, .required = true, .min = 1, .max = 64, .example = EXAMPLE_NAME,
	    .doc = "The role's name."),
	UUID(struct new_assignment, within,
	    .doc = "The account or organization in which it counts; absent: everywhere."),
	SHAPE_END,
};

#define ASSIGNMENT_FIELDS(type) \
	UUID(type, id, .required = true, .doc = "Of the assignment."), \
	    UUID(type, party, .required = true, .doc = "Who holds the role."), \
	    TEXT(type, role, .required = true, .example = EXAMPLE_NAME, .doc = "The role's name."), \
	    UUID(type, within, .doc = "The account or organization in which it counts; absent: everywhere."), \
	    UUID(type, given_by, .doc = "Who gave it; absent: the platform itself."), \
	    INSTANT(type, created_at, .required = true, .doc = "Since when."), SHAPE_END,

static const struct field assignment[] = { ASSIGNMENT_FIELDS(struct assignment) };
static const struct field assignment_row[] = { ASSIGNMENT_FIELDS(struct assignment_page_row) };

static const struct field permission[] = {
	TEXT(struct permission, name, .required = true, .example = "\"session.read\"", .doc = "What roles name."),
	TEXTS(struct permission, routes, .required = true, .example = "[\"GET /v1/sessions/of/{party_id}\"]",
	    .doc = "Which addresses ask for it."),
	SHAPE_END,
};

static const struct field permissions[] = {
	LIST(struct permissions, data, struct permission, permission, .required = true,
	    .doc = "All that there are, by name."),
	SHAPE_END,
};

static const struct field question[] = {
	UUID(struct question, party, .doc = "About whom; absent: who asks. Others need `role.read`."),
	TEXT(struct question, permission, .required = true, .min = 1, .max = 100, .example = "\"session.read\"",
	    .doc = "What that one wants to do."),
	UUID(struct question, within, .doc = "In which account or organization; absent: everywhere."),
	SHAPE_END,
};

static const struct field verdict[] = {
	UUID(struct verdict, party, .required = true, .doc = "About whom."),
	TEXT(struct verdict, permission, .required = true, .example = "\"session.read\"", .doc = "To do what."),
	UUID(struct verdict, within, .doc = "In which account or organization; absent: everywhere."),
	BOOL(struct verdict, allowed, .required = true, .example = "true", .doc = "Whether it may."),
	TEXTS(struct verdict, roles, .required = true, .example = "[\"admin\"]", .doc = "By which roles."),
	SHAPE_END,
};

const struct shape new_role_shape = { "new_role", new_role, sizeof(struct new_role) };
const struct shape role_edit_shape = { "role_edit", role_edit, sizeof(struct role_edit) };
const struct shape role_shape = { "role", role, sizeof(struct role) };
const struct shape role_row_shape = { "role_row", role_row, sizeof(struct role_page_row) };
const struct shape assignment_query_shape = { "assignment_filter", assignment_query, sizeof(struct assignment_query) };
const struct shape new_assignment_shape = { "new_assignment", new_assignment, sizeof(struct new_assignment) };
const struct shape assignment_shape = { "assignment", assignment, sizeof(struct assignment) };
const struct shape assignment_row_shape = { "assignment_row", assignment_row, sizeof(struct assignment_page_row) };
const struct shape permissions_shape = { "permissions", permissions, sizeof(struct permissions) };
const struct shape question_shape = { "question", question, sizeof(struct question) };
const struct shape verdict_shape = { "verdict", verdict, sizeof(struct verdict) };
