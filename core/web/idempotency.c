/*
 * idempotency.c -- the key row: what is kept of an answer, and how it is given again.  Who waits for whom is
 * PostgreSQL's business (schema/0086_core_kept.sql); when which statement runs is change.c's.
 */
#include "core/web/idempotency.h"

#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/json/check.h"
#include "core/json/write.h"
#include "core/trust/principal.h"
#include "core/web/fingerprint.h"
#include "core/web/problem.h"
#include "core/web/queries.h"
#include "core/web/reply_seal.h"
#include "core/web/route_table.h"
#include "core/web/wait.h"

#define KEY_LENGTH_MAX 255
/* Stands among the kept headers of an answer whose body is sealed; ':' cannot begin a header's name. */
#define SEALED ":sealed"

const struct problem *
idempotency_open(struct request *req)
{
	const char *key = request_header(req, "idempotency-key");
	size_t length = 0;

	if (req->route->idempotency != BY_KEY || req->principal == NULL || key == NULL)
		return NULL;
	while (key[length] >= 0x21 && key[length] <= 0x7e)
		length++;
	if (length == 0 || length > KEY_LENGTH_MAX || key[length] != '\0')
		return problem(req, PROBLEM_BAD_REQUEST, "An Idempotency-Key has 1 to 255 visible ASCII characters.");
	req->idempotency_key = key;
	return NULL;
}

/* The beginning of a hash of principal, route and the key's own hash; core.kept_under() makes the same. */
static struct uuid
kept_under(struct request *req)
{
	uint8_t hash[SHA256_SIZE];
	struct buffer scope;
	struct uuid under;

	sha256(req->idempotency_key, strlen(req->idempotency_key), hash);
	buffer_init(&scope, req->arena);
	buffer_add(&scope, req->principal->party.bytes, sizeof(req->principal->party.bytes));
	buffer_format(&scope, "%s %s %s", method_text(req->route->method), req->route->path,
	    base64url_encode(req->arena, hash, sizeof(under.bytes)));
	sha256(scope.data, scope.length, hash);
	memcpy(under.bytes, hash, sizeof(under.bytes));
	return under;
}

static const struct problem *
judge_look(struct request *req, void *row, void *context)
{
	const struct idempotency_look_row *found = row;
	struct kept_answer *answer = context;

	if (found == NULL)
		return NULL;
	*answer = (struct kept_answer){
		.found = true,
		.fingerprint = found->fingerprint,
		.status = (unsigned)found->status,
		.content_type = found->content_type,
		.headers = found->headers,
		.body = found->body,
	};
	return problem(req, PROBLEM_AGAIN, NULL);
}

void
idempotency_look_later(struct request *req, struct kept_answer *answer)
{
	sql_idempotency_look_later(req, kept_under(req), judge_look, answer);
}

/* A 202 that can be made again of its id: that, and nothing else, is kept. */
static bool
keeps_id(const struct request *req, unsigned status)
{
	return req->route->accepted != NULL && status == 202;
}

/* Those that the handler said; the dispatcher's own (limits, CORS) are made anew for each answer.  NULL: none. */
static const char *
headers_to_keep(const struct reply *out)
{
	struct json_writer writer;
	struct buffer text;

	if (keeps_id(out->req, out->status))
		return NULL;
	buffer_init(&text, out->req->arena);
	json_writer_init(&writer, &text);
	json_begin(&writer, '{');
	if (out->req->route->sealed_reply) {
		json_name(&writer, SEALED);
		json_text(&writer, "1");
	}
	for (size_t i = out->header_kept; i < out->header_count; i++) {
		json_name(&writer, out->headers[i].name);
		json_text(&writer, out->headers[i].value);
	}
	json_end(&writer, '}');
	return text.data;
}

static const char *
type_to_keep(const struct reply *out)
{
	return keeps_id(out->req, out->status) ? NULL : out->content_type;
}

static struct bytes
id_to_keep(const struct reply *out)
{
	struct uuid *id = ARENA_NEW(out->req->arena, struct uuid);

	wait_accepted_id(out, id);
	return (struct bytes){ id->bytes, sizeof(id->bytes) };
}

static struct bytes
body_to_keep(const struct reply *out)
{
	const struct bytes body = { (const uint8_t *)out->body.data, out->body.length };

	if (keeps_id(out->req, out->status))
		return id_to_keep(out);
	return out->req->route->sealed_reply ? reply_seal(out->req, body) : body;
}

void
idempotency_keep_later(struct request *req, const struct reply *out)
{
	sql_idempotency_keep(req, kept_under(req), fingerprint_of(req), (int32_t)out->status, type_to_keep(out),
	    headers_to_keep(out), body_to_keep(out));
}

const struct problem *
idempotency_settle(struct request *req, const struct reply *out, struct kept_answer *answer)
{
	struct idempotency_settle_row *row;
	const struct problem *p;

	*answer = (struct kept_answer){ 0 };
	if ((p = sql_idempotency_settle(req, kept_under(req), fingerprint_of(req), (int32_t)out->status,
		 type_to_keep(out), headers_to_keep(out), body_to_keep(out), &row)) != NULL)
		return p;
	/* No row: the one that was in our way expired between two statements.  The next try will find it so. */
	if (row == NULL)
		return problem(req, PROBLEM_AGAIN, NULL);
	*answer = (struct kept_answer){
		.found = !row->kept,
		.fingerprint = row->stored_fingerprint,
		.status = (unsigned)row->stored_status,
		.content_type = row->stored_content_type,
		.headers = row->stored_headers,
		.body = row->stored_body,
	};
	return NULL;
}

/* Whether the body is sealed comes out of them as well. */
static void
replay_headers(struct request *req, const char *headers, struct reply *out, bool *sealed_r)
{
	struct json_fault fault;
	json_object *object = json_parse(req->arena, headers, strlen(headers), &fault);

	*sealed_r = false;
	if (!json_object_is_type(object, json_type_object))
		return;
	json_object_object_foreach(object, name, value)
	{
		if (strcmp(name, SEALED) == 0)
			*sealed_r = true;
		else
			reply_header(out, name, json_object_get_string(value));
	}
}

static const struct problem *
replay_accepted(struct request *req, struct bytes id, struct reply *out)
{
	const struct problem *p;

	if (id.length != sizeof(req->awaited.bytes))
		return problem(req, PROBLEM_INTERNAL, "What is kept under the key is no id.");
	memcpy(req->awaited.bytes, id.data, id.length);
	if ((p = req->route->accepted(req, out)) != NULL)
		return p;
	out->replayed = true;
	reply_header(out, "Idempotency-Replayed", "true");
	return NULL;
}

const struct problem *
idempotency_replay(struct request *req, const struct kept_answer *answer, struct reply *out)
{
	struct problem *other = problem(req, PROBLEM_KEY_REUSED, NULL);
	struct bytes body = answer->body;
	bool sealed;

	if (!fingerprint_matches(req, answer->fingerprint, other))
		return other;
	reply_clear(out);
	if (keeps_id(req, answer->status))
		return replay_accepted(req, answer->body, out);
	replay_headers(req, answer->headers, out, &sealed);
	if (sealed && !reply_unseal(req, answer->body, &body))
		return problem(req, PROBLEM_CONFLICT, "The answer was given once and cannot be shown again.");
	out->status = answer->status;
	out->content_type = answer->content_type;
	out->replayed = true;
	buffer_add(&out->body, body.data, body.length);
	reply_header(out, "Idempotency-Replayed", "true");
	return NULL;
}
