/* signing_key.c -- keys that sign so rarely that no worker keeps a copy. */
#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/trust/queries.h"
#include "core/trust/token_key.h"
#include "core/web/problem.h"

const struct problem *
key_make_first(struct request *req, const char *purpose)
{
	struct key_add_first_row *row;
	struct key_parts parts;

	if (!key_parts_make(req->arena, req->env, &parts))
		return problem(req, PROBLEM_INTERNAL, NULL);
	return sql_key_add_first(req, purpose, parts.kid, parts.public_part, parts.private_part, &row);
}

static void
forget(void *key)
{
	key_forget(key);
}

/* Rows come newest first. */
static const struct token_key *
first_that_signs(struct request *req, const struct key_list_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct token_key *key = ARENA_NEW(req->arena, struct token_key);

		if (!key_parse(req, &rows->items[i], key))
			continue;
		arena_defer(req->arena, forget, key);
		if (key->private_half != NULL)
			return key;
	}
	return NULL;
}

const struct problem *
signing_key_read(struct request *req, const char *purpose, const struct token_key **key_r)
{
	struct key_list_rows rows;
	const struct problem *p;

	if ((p = sql_key_list(req, purpose, &rows)) != NULL)
		return p;
	if (rows.count == 0 &&
	    ((p = key_make_first(req, purpose)) != NULL || (p = sql_key_list(req, purpose, &rows)) != NULL))
		return p;
	if ((*key_r = first_that_signs(req, &rows)) != NULL)
		return NULL;
	log_line(ERROR, req, "trust", "there is no key to sign with", { "purpose", .text = purpose });
	return problem(req, PROBLEM_UNAVAILABLE, NULL);
}
