/* shapes.c -- what may be asked of the audit, and what a row of it shows. */
#include "handlers/audit/audit.h"

static const struct field entry_query[] = {
	UUID(struct entry_query, party, .doc = "Only what this one did."),
	TEXT(struct entry_query, subject, .min = 1, .max = 128, .example = "\"0190b5a0-0000-7000-8000-000000000000\"",
	    .doc = "Only what was done to this."),
	TEXT(struct entry_query, route, .min = 1, .max = 200, .example = "\"POST /v1/auth/login\"",
	    .doc = "Only this route, as the reference writes it."),
	INSTANT(struct entry_query, from, .doc = "Nothing older."),
	INSTANT(struct entry_query, until, .doc = "Only what is older than this."),
	SHAPE_END,
};

static const struct field entry[] = {
	INT(struct entry, position, .required = true, .example = "1042", .doc = "Its place in the sealed chain."),
	INSTANT(struct entry, at, .required = true, .doc = "When it was written."),
	UUID(struct entry, party, .doc = "Who; absent: nobody was signed in."),
	UUID(struct entry, session, .doc = "In which session, or with which API key."),
	TEXT(struct entry, route, .required = true, .example = "\"POST /v1/notes\"", .doc = "What was asked."),
	TEXT(struct entry, subject, .example = "\"0190b5a0-0000-7000-8000-000000000000\"",
	    .doc = "To what: the id in the path, or of what was made."),
	TEXT(struct entry, what, .example = "\"signed in\"", .doc = "What the route adds."),
	INT(struct entry, status, .required = true, .example = "201", .doc = "Of the answer."),
	TEXT(struct entry, problem, .example = "\"forbidden\"", .doc = "Why it was refused; absent: it was done."),
	TEXT(struct entry, address, .example = "\"192.0.2.7\"", .doc = "From where."),
	TEXT(struct entry, request, .example = "\"7d1f0c2a9b3e4d5f8a6b7c8d9e0f1a2b\"",
	    .doc = "The request's id; absent: the row counts several."),
	INT(struct entry, times, .required = true, .example = "1",
	    .doc = "How many refusals the row stands for; 1 but where they are only counted."),
	SHAPE_END,
};

static const struct field export_query[] = {
	INT(struct export_query, from, .min = 1, .example = "1", .doc = "The first position wanted; 1 when absent."),
	SHAPE_END,
};

const struct shape entry_query_shape = { "entry_query", entry_query, sizeof(struct entry_query) };
const struct shape entry_shape = { "audit_entry", entry, sizeof(struct entry) };
const struct shape export_query_shape = { "export_query", export_query, sizeof(struct export_query) };
