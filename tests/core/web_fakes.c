/* web_fakes.c -- see web_fakes.h. */
#include "tests/core/web_fakes.h"

#include "tests/core/web_request.h"

#include <stdio.h>

#include "core/limit/limit.h"
#include "core/metric/metric.h"
#include "core/trust/principal.h"
#include "core/web/fingerprint.h"
#include "core/web/queries.h"
#include "core/work/queue.h"
#include "tests/core/web_keys.h"

struct fakes fakes;
static struct principal ada = { .session = { { 1 } }, .party = { { 2 } } };

void
fakes_reset(void)
{
	fakes = (struct fakes){ 0 };
}

void
trail(const char *word)
{
	size_t length = strlen(fakes.trail);

	snprintf(fakes.trail + length, sizeof(fakes.trail) - length, "%s%s", length == 0 ? "" : " ", word);
}

static const struct problem *
answer(struct request *req, enum problem_id id)
{
	return id == PROBLEM_UNSET ? NULL : problem(req, id, NULL);
}

/* ---- limits and identity */

const struct problem *
limit_address(struct request *req, struct reply *out)
{
	trail("address");
	reply_header(out, "RateLimit", "\"address\";r=1");
	return answer(req, fakes.address);
}

const struct problem *
limit_principal(struct request *req, struct reply *out)
{
	(void)out;
	trail("principal");
	return answer(req, fakes.limit);
}

const struct problem *
principal_recognise(struct request *req)
{
	trail("recognise");
	if (fakes.signed_in)
		req->principal = &ada;
	return answer(req, fakes.recognise);
}

const struct problem *
principal_load(struct request *req)
{
	(void)req;
	trail("load");
	return NULL;
}

const struct problem *
principal_admit(struct request *req)
{
	trail("admit");
	return answer(req, fakes.admit);
}

void
principal_check_later(struct request *req)
{
	(void)req;
	trail("check");
	fakes.check_queued = true;
}

/* ---- the database */

static void
fill_row(struct request *req, struct fake_row *row, int32_t status, const char *content_type, const char *headers,
    struct bytes body)
{
	struct bytes fingerprint = fingerprint_of(req);

	*row = (struct fake_row){
		.there = true, .status = status, .body_length = body.length, .fingerprint_length = fingerprint.length
	};
	assert_true(body.length < sizeof(row->body) && fingerprint.length <= sizeof(row->fingerprint));
	if (fingerprint.length > 0)
		memcpy(row->fingerprint, fingerprint.data, fingerprint.length);
	snprintf(row->content_type, sizeof(row->content_type), "%s", content_type == NULL ? "" : content_type);
	snprintf(row->headers, sizeof(row->headers), "%s", headers);
	memcpy(row->body, body.data, body.length);
}

void
twin_row(struct request *req, int32_t status, const char *body)
{
	fill_row(req, &fakes.row, status, "application/json", "{\"Location\":\"/v1/things/twin\"}",
	    (struct bytes){ (const uint8_t *)body, strlen(body) });
}

static const struct problem *
judge_check(struct request *req)
{
	if (!fakes.check_queued)
		return NULL;
	fakes.check_queued = false;
	if (fakes.check_again > 0) {
		fakes.check_again--;
		return problem(req, PROBLEM_AGAIN, NULL);
	}
	return answer(req, fakes.check);
}

static const struct problem *
judge_look(struct request *req)
{
	struct idempotency_look_row row = { .fingerprint = { fakes.row.fingerprint, fakes.row.fingerprint_length },
		.status = fakes.row.status,
		.content_type = fakes.row.content_type,
		.headers = fakes.row.headers,
		.body = { (const uint8_t *)fakes.row.body, fakes.row.body_length } };
	db_judge *judge = fakes.look;

	fakes.look = NULL;
	return judge == NULL ? NULL : judge(req, fakes.row.there ? &row : NULL, fakes.look_context);
}

const struct problem *
db_flush(struct request *req)
{
	const struct problem *p;

	if (!fakes.check_queued && fakes.look == NULL && !fakes.audit_queued)
		return NULL;
	fakes.audit_queued = false;
	trail("flush");
	fakes.flushes++;
	p = judge_check(req);
	return p != NULL ? p : judge_look(req);
}

const struct problem *
ask_database(struct request *req)
{
	const struct problem *p;

	trail("flush");
	fakes.flushes++;
	p = judge_check(req);
	return p != NULL ? p : judge_look(req);
}

uint64_t
db_flushes(const struct db *db)
{
	(void)db;
	return fakes.flushes;
}

void
db_begin(struct request *req)
{
	(void)req;
	trail("begin");
}

void
db_rollback(struct request *req)
{
	(void)req;
	trail("rollback");
	fakes.check_queued = fakes.keep_queued = fakes.audit_queued = false;
	fakes.look = NULL;
	fakes.kept.there = false;
}

enum db_outcome
db_commit(struct request *req, const struct problem **problem_r)
{
	enum db_outcome outcome = fakes.outcomes[fakes.commits++];

	trail("commit");
	fakes.flushes++;
	fakes.audit_queued = false;
	*problem_r = NULL;
	if (fakes.twin_first) {
		fakes.twin_first = false;
		twin_row(req, 201, "{\"by\":\"twin\"}");
	}
	if (fakes.keep_queued && fakes.row.there) {
		fakes.keep_queued = false;
		*problem_r = problem(req, PROBLEM_AGAIN, NULL);
		return DB_ROLLED_BACK;
	}
	if ((outcome == DB_COMMITTED || (outcome == DB_UNKNOWN && fakes.lost_but_done)) && fakes.kept.there)
		fakes.row = fakes.kept;
	if (outcome == DB_ROLLED_BACK)
		*problem_r = answer(req, fakes.commit_problem);
	fakes.keep_queued = false;
	fakes.kept.there = false;
	return outcome;
}

void
sql_audit_append(struct request *req, const struct uuid *party, const struct uuid *session, const char *route,
    const char *subject, const char *what, int32_t status, const char *problem, const char *address,
    const char *request_id, int64_t times)
{
	struct fake_audit *row = &fakes.audits[fakes.audit_count++ % FAKE_AUDITS];

	(void)req;
	*row =
	    (struct fake_audit){ .party = party != NULL, .session = session != NULL, .status = status, .times = times };
	snprintf(row->route, sizeof(row->route), "%s", route);
	snprintf(row->subject, sizeof(row->subject), "%s", subject == NULL ? "" : subject);
	snprintf(row->what, sizeof(row->what), "%s", what == NULL ? "" : what);
	snprintf(row->problem, sizeof(row->problem), "%s", problem == NULL ? "" : problem);
	snprintf(row->address, sizeof(row->address), "%s", address == NULL ? "" : address);
	snprintf(row->request, sizeof(row->request), "%s", request_id == NULL ? "" : request_id);
	fakes.audit_times += times;
	trail("audit");
	fakes.audit_queued = true;
}

void
sql_idempotency_look_later(struct request *req, struct uuid kept_under, db_judge *judge, void *context)
{
	(void)req;
	(void)kept_under;
	trail("look");
	fakes.look = judge;
	fakes.look_context = context;
}

void
sql_idempotency_keep(struct request *req, struct uuid kept_under, struct bytes fingerprint, int32_t status,
    const char *content_type, const char *headers, struct bytes body)
{
	(void)kept_under;
	(void)fingerprint;
	trail("keep");
	fakes.keep_queued = true;
	fill_row(req, &fakes.kept, status, content_type, headers, body);
}

const struct problem *
sql_idempotency_settle(struct request *req, struct uuid kept_under, struct bytes fingerprint, int32_t status,
    const char *content_type, const char *headers, struct bytes body, struct idempotency_settle_row **row_r)
{
	struct idempotency_settle_row *row = ARENA_NEW(req->arena, struct idempotency_settle_row);
	const struct fake_row *found = &fakes.row;

	(void)kept_under;
	(void)fingerprint;
	trail("settle");
	if (fakes.twin_at_settle)
		twin_row(req, 201, "{\"by\":\"twin\"}");
	fakes.flushes++;
	row->kept = !fakes.row.there;
	if (row->kept) {
		fill_row(req, &fakes.kept, status, content_type, headers, body);
		found = &fakes.kept;
	}
	row->stored_fingerprint = (struct bytes){ found->fingerprint, found->fingerprint_length };
	row->stored_status = found->status;
	row->stored_content_type = found->content_type;
	row->stored_headers = found->headers;
	row->stored_body = (struct bytes){ (const uint8_t *)found->body, found->body_length };
	*row_r = row;
	return NULL;
}

/* ---- the rest */

void
queue_complete_later(struct request *req)
{
	(void)req;
	trail("complete");
}

void
metric_count(enum counter counter, uint64_t by)
{
	(void)counter;
	(void)by;
}

void
metric_request(const struct request *req, unsigned status, int64_t duration)
{
	(void)req;
	(void)status;
	(void)duration;
}
