/*
 * sample.c -- an area as every area is, about something that needs no explanation: notes.  A note belongs to the party
 * that wrote it; nobody else sees it.  It is built into tests only: the tests of what core does for every area run
 * against it, the benchmark measures it, and CONTRIBUTING.md walks through it.
 *
 * The addresses under /v1/sample misbehave on purpose, for the tests of the pools.
 */
#include "tests/api/sample/sample.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "tests/api/sample/queries.h"

#define MEGABYTE (1024 * 1024)

static const struct page_key newest_first[] = {
	PAGE_KEY(struct note_page_row, created_at),
	PAGE_KEY(struct note_page_row, id),
	{ 0 },
};

static const struct route sample_routes[] = {
	{ POST, "/v1/notes", .who = USER, .limit = LIMIT_WRITE, .allow_api_key = true, .idempotency = BY_KEY,
	    .body = &new_note_shape, .reply = &note_shape, .status = 201, .handler = note_create,
	    .says = "Write a note" },
	{ GET, "/v1/notes", .who = USER, .limit = LIMIT_READ, .allow_api_key = true, .reply = &note_row_shape,
	    .page = newest_first, .handler = note_list, .says = "List my notes, newest first" },
	{ GET, "/v1/notes/{id}", .who = USER, .limit = LIMIT_READ, .allow_api_key = true, .reply = &note_shape,
	    .handler = note_show, .says = "Read a note" },
	{ PATCH, "/v1/notes/{id}", .who = USER, .limit = LIMIT_WRITE, .allow_api_key = true, .idempotency = BY_NATURE,
	    .if_match = true, .body = &note_edit_shape, .reply = &note_shape, .handler = note_change,
	    .says = "Change a note" },
	{ DELETE, "/v1/notes/{id}", .who = USER, .limit = LIMIT_WRITE, .allow_api_key = true, .idempotency = BY_NATURE,
	    .handler = note_remove, .says = "Throw a note away" },
	{ POST, "/v1/notes/{id}/publish", .who = USER, .limit = LIMIT_WRITE, .allow_api_key = true,
	    .idempotency = BY_KEY, .reply = &note_shape, .handler = note_publish, .says = "Publish a note",
	    .more = "Only once: a second time is a conflict." },

	{ GET, "/v1/sample/notes/{id}", .who = ANYONE, .limit = LIMIT_READ, .reply = &note_shape,
	    .handler = sample_note, .says = "Read anybody's note, for comparison" },
	{ GET, "/v1/sample/tally", .who = USER, .limit = LIMIT_READ, .query = &tally_query_shape, .reply = &tally_shape,
	    .handler = sample_tally, .says = "Count my notes, where a replica may do so" },
	{ GET, "/v1/sample/still", .who = ANYONE, .limit = LIMIT_READ, .reply = &count_shape, .handler = sample_still,
	    .says = "Answer without asking the database" },
	{ GET, "/v1/sample/header", .who = ANYONE, .limit = LIMIT_READ, .query = &header_query_shape,
	    .reply = &count_shape, .handler = sample_header, .says = "Count the bytes of a header that arrived" },
	{ GET, "/v1/sample/big", .who = ANYONE, .limit = LIMIT_READ, .query = &big_query_shape, .status = 200,
	    .content_type = "text/plain", .handler = sample_big, .says = "Answer that many bytes" },
	{ POST, "/v1/sample/count", .who = ANYONE, .limit = LIMIT_WRITE, .idempotency = NEVER, .read_only = true,
	    .body = &counted_shape, .body_max = MEGABYTE, .reply = &count_shape, .handler = sample_count,
	    .says = "Count the characters of a text" },
	{ GET, "/v1/sample/slow", .who = ANYONE, .limit = LIMIT_READ, .query = &slow_query_shape, .reply = &count_shape,
	    .handler = sample_slow, .says = "Sleep in the database" },
	{ GET, "/v1/sample/hang", .who = ANYONE, .limit = LIMIT_READ, .reply = &count_shape, .handler = sample_hang,
	    .says = "Never come back" },
	{ POST, "/v1/sample/crash", .who = ANYONE, .limit = LIMIT_WRITE, .idempotency = NEVER, .read_only = true,
	    .reply = &count_shape, .handler = sample_crash, .says = "Die" },
	{ 0 },
};

const struct area sample_area = {
	.name = "sample",
	.says = "Notes, for the tests",
	.routes = sample_routes,
	.statements = sample_statements,
};
