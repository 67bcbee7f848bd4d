/* note.c -- writing, reading, changing and throwing away. */
#include <string.h>

#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "tests/api/sample/queries.h"
#include "tests/api/sample/sample.h"

/* A :one's row has the members of `struct note` in the same order; the shape speaks of the struct. */
#define SHOW(out, row) \
	reply_ok(out, &(struct note){ (row)->id, (row)->text, (row)->version, (row)->created_at, (row)->published_at })

static const struct problem *
no_such_note(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such note.");
}

const struct problem *
note_create(struct request *req, struct reply *out)
{
	const struct new_note *given = req->given;
	struct note_create_row *row;
	const struct problem *p;

	if ((p = sql_note_create(req, uuid_new(req->env), req->principal->party, given->text, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/notes/%s", uuid_text(req->arena, row->id)),
	    &(struct note){ row->id, row->text, row->version, row->created_at, row->published_at });
}

const struct problem *
note_list(struct request *req, struct reply *out)
{
	struct note_page_rows notes;
	const struct problem *p;

	p = sql_note_page(
	    req, req->parties, page_instant(req, 0, INSTANT_MAX), page_uuid(req, 1, UUID_MAX), page_limit(req), &notes);
	if (p != NULL)
		return p;
	return reply_page(out, notes.items, notes.count, sizeof(*notes.items));
}

/* Someone else's note is "not found": the statement only sees the caller's own. */
const struct problem *
note_show(struct request *req, struct reply *out)
{
	struct note_read_row *row;
	const struct problem *p;

	if ((p = sql_note_read(req, path_uuid(req, "id"), req->parties, &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_note(req);
	reply_etag(out, row->version);
	return SHOW(out, row);
}

const struct problem *
note_change(struct request *req, struct reply *out)
{
	const struct new_note *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct note_lock_row *before;
	struct note_edit_row *row;
	const struct problem *p;

	if ((p = sql_note_lock(req, id, req->parties, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_note(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_note_edit(req, id, given->text, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return SHOW(out, row);
}

const struct problem *
note_remove(struct request *req, struct reply *out)
{
	struct note_remove_row *row;
	const struct problem *p;

	if ((p = sql_note_remove(req, path_uuid(req, "id"), req->parties, &row)) != NULL)
		return p;
	return row == NULL ? no_such_note(req) : reply_no_content(out);
}

const struct problem *
note_publish(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct note_publish_row *row;
	struct note_read_row *present;
	const struct problem *p;

	if ((p = sql_note_publish(req, id, req->parties, &row)) != NULL)
		return p;
	if (row != NULL)
		return SHOW(out, row);
	if ((p = sql_note_read(req, id, req->parties, &present)) != NULL)
		return p;
	return present == NULL ? no_such_note(req) : problem(req, PROBLEM_CONFLICT, "It is published already.");
}

/* The same work as note_show, but for whose it is. */
const struct problem *
sample_note(struct request *req, struct reply *out)
{
	struct note_read_open_row *row;
	const struct problem *p;

	if ((p = sql_note_read_open(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_note(req);
	reply_etag(out, row->version);
	return SHOW(out, row);
}

const struct problem *
sample_tally(struct request *req, struct reply *out)
{
	const struct tally_query *asked = req->asked;
	struct note_tally_row *row;
	const struct problem *p = sql_note_tally(req, req->parties, asked->sleep, &row);

	return p != NULL ? p : reply_ok(out, row);
}
