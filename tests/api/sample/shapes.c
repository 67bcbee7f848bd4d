/* shapes.c -- notes as they are sent and as they are shown. */
#include "tests/api/sample/queries.h"
#include "tests/api/sample/sample.h"

static const struct field new_note[] = {
	TEXT(struct new_note, text, .required = true, .min = 1, .max = 2000, .example = "\"Buy milk\"",
	    .doc = "What to remember."),
	SHAPE_END,
};

#define NOTE_FIELDS(type) \
	UUID(type, id, .required = true, .doc = "Of the note."), \
	    TEXT(type, text, .required = true, .max = 2000, .example = "\"Buy milk\"", .doc = "What to remember."), \
	    INT(type, version, .required = true, .example = "1", .doc = "Also its ETag."), \
	    INSTANT(type, created_at, .required = true, .doc = "When it was written."), \
	    INSTANT(type, published_at, .doc = "When it was published; absent: not yet."), SHAPE_END,

static const struct field note[] = { NOTE_FIELDS(struct note) };
static const struct field note_row[] = { NOTE_FIELDS(struct note_page_row) };

static const struct field header_query[] = {
	TEXT(struct header_query, name, .required = true, .min = 1, .max = 100, .example = "\"accept\"",
	    .doc = "In lower case."),
	SHAPE_END,
};

static const struct field big_query[] = {
	INT(struct big_query, bytes, .required = true, .min = 1, .max = 10000000, .example = "1000",
	    .doc = "How many."),
	SHAPE_END,
};

static const struct field slow_query[] = {
	INT(struct slow_query, milliseconds, .required = true, .min = 0, .max = 60000, .example = "100",
	    .doc = "How long."),
	SHAPE_END,
};

static const struct field counted[] = {
	TEXT(
	    struct counted, text, .required = true, .min = 1, .max = 1000000, .example = "\"abc\"", .doc = "To count."),
	SHAPE_END,
};

static const struct field count[] = {
	INT(struct count, count, .required = true, .example = "3", .doc = "How many there were."),
	SHAPE_END,
};

static const struct field tally_query[] = {
	INT(struct tally_query, sleep, .min = 0, .max = 60000, .example = "0", .doc = "Milliseconds, in a replica."),
	SHAPE_END,
};

static const struct field tally[] = {
	INT(struct note_tally_row, count, .required = true, .example = "3", .doc = "Notes of mine."),
	BOOL(struct note_tally_row, replica, .required = true, .example = "false", .doc = "Whether a replica counted."),
	SHAPE_END,
};

const struct shape new_note_shape = { "new_note", new_note, sizeof(struct new_note) };
const struct shape note_edit_shape = { "note_edit", new_note, sizeof(struct new_note) };
const struct shape note_shape = { "note", note, sizeof(struct note) };
const struct shape note_row_shape = { "note_row", note_row, sizeof(struct note_page_row) };
const struct shape header_query_shape = { "header_query", header_query, sizeof(struct header_query) };
const struct shape big_query_shape = { "big_query", big_query, sizeof(struct big_query) };
const struct shape slow_query_shape = { "slow_query", slow_query, sizeof(struct slow_query) };
const struct shape counted_shape = { "counted", counted, sizeof(struct counted) };
const struct shape tally_query_shape = { "tally_query", tally_query, sizeof(struct tally_query) };
const struct shape tally_shape = { "tally", tally, sizeof(struct note_tally_row) };
const struct shape count_shape = { "count", count, sizeof(struct count) };
