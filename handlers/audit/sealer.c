/*
 * sealer.c -- the chain: rows get their position, and a signature that covers them and all before them.  Requests never
 * wait for it; it is a second behind at most.
 */
#include "handlers/audit/sealer.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/log.h"
#include "core/trust/token_key.h"
#include "core/trust/token_signature.h"
#include "core/web/problem.h"
#include "core/work/leader.h"
#include "handlers/audit/queries.h"

/* Milliseconds that a row may wait for others to be sealed with; the look at the clock and the sealing come on top. */
#define PATIENCE 500

const struct problem *
sealer_is_due(struct request *req, bool *due_r)
{
	struct audit_is_due_row *row;
	const struct problem *p;

	if ((p = sql_audit_is_due(req, SEALER_BATCH, PATIENCE, &row)) == NULL)
		*due_r = row->due;
	return p;
}

static const struct problem *
sign(struct request *req, const char *text, const char **kid_r, struct bytes *signature_r)
{
	uint8_t *raw = arena_alloc(req->arena, SIGNATURE_SIZE);
	const struct token_key *key;
	const struct problem *p;

	if ((p = signing_key_read(req, "audit", &key)) != NULL)
		return p;
	if (!signature_make(key->private_half, text, strlen(text), raw))
		return problem(req, PROBLEM_INTERNAL, NULL);
	*kid_r = key->kid;
	*signature_r = (struct bytes){ raw, SIGNATURE_SIZE };
	return NULL;
}

/* Outside the database, where nobody who could change it can reach: who compares finds a chain that was cut short. */
static void
tell(struct request *req, const struct audit_move_row *moved, struct bytes hash, const char *kid)
{
	log_line(INFO, req, "sealer", "sealed", { "seal", .number = moved->number },
	    { "first", .number = moved->first }, { "last", .number = moved->last },
	    { "hash", .text = hex_encode(req->arena, hash.data, hash.length) }, { "kid", .text = kid });
}

/* Nothing is ever put aside: what cannot be sealed stays, and the loop says so once a second until somebody looks. */
const struct problem *
sealer_seal(struct request *req, struct leader_batch *batch)
{
	struct audit_seal_add_row *seal;
	struct audit_move_row *moved;
	struct bytes signature;
	const struct problem *p;
	const char *kid;

	if ((p = sql_audit_move(req, batch->limit, &moved)) != NULL || moved == NULL)
		return p;
	if ((p = sign(req, moved->signed_text, &kid, &signature)) != NULL)
		return p;
	if ((p = sql_audit_seal_add(req, moved->number, moved->first, moved->last, moved->previous, moved->root,
		 moved->at, moved->signed_text, kid, signature, &seal)) != NULL)
		return p;
	batch->done = (int32_t)(moved->last - moved->first + 1);
	tell(req, moved, seal->hash, kid);
	return NULL;
}
