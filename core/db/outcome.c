/*
 * outcome.c -- what a failed statement means, by its SQLSTATE; a broken constraint by its name.  One that
 * has no SQLSTATE was never answered: the connection is lost, and nothing is known about what was sent.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/link.h"
#include "core/metric/metric.h"
#include "core/web/problem.h"

static const struct constraint {
	const char *name;
	enum problem_id id;
	const char *pointer;
	const char *detail;
} constraints[] = {
#define CONSTRAINT(name_, id_, pointer_, detail_) { name_, PROBLEM_##id_, pointer_, detail_ },
#include "core/db/constraint.def"
#undef CONSTRAINT
};

/* What a published function raises: RAISE ... USING ERRCODE = 'ST409' (schema/README.md). */
static const struct raised {
	const char *state;
	enum problem_id id;
} raised[] = {
	{ "ST403", PROBLEM_FORBIDDEN },
	{ "ST404", PROBLEM_NOT_FOUND },
	{ "ST409", PROBLEM_CONFLICT },
	{ "ST412", PROBLEM_PRECONDITION_FAILED },
	{ "ST422", PROBLEM_INVALID },
};

const struct problem *
outcome_unavailable(struct request *req)
{
	struct problem *said = problem(req, PROBLEM_UNAVAILABLE, NULL);

	said->retry_after = 1;
	return said;
}

const struct problem *
outcome_deadline(struct request *req)
{
	return problem(req, PROBLEM_DEADLINE, NULL);
}

static const char *
copied(struct request *req, const char *text)
{
	return text != NULL ? arena_text(req->arena, text) : NULL;
}

static const struct problem *
said_about(struct request *req, enum problem_id id, const char *pointer, const char *detail)
{
	struct problem *said;

	if (pointer != NULL && id == PROBLEM_INVALID)
		return problem_field(req, pointer, detail);
	said = problem(req, id, detail);
	if (pointer != NULL)
		problem_add(req, said, pointer, detail);
	return said;
}

static void
log_failure(struct request *req, enum log_level level, const char *what, const char *name, const PGresult *result)
{
	log_line(level, req, "db", what, { "statement", .text = name }, { "backend", .number = db_backend(req->db) },
	    { "sqlstate", .text = PQresultErrorField(result, PG_DIAG_SQLSTATE) },
	    { "constraint", .text = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) },
	    { "reason", .text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) });
}

/* Without a row of its own: two things where one may be is a conflict, a value out of bounds is invalid. */
static const struct problem *
constraint_unlisted(struct request *req, const char *state, const char *name, const PGresult *result)
{
	if (strcmp(state, "23502") == 0 || strcmp(state, "23514") == 0)
		log_failure(req, ERROR, "a constraint without a row in constraint.def was broken", name, result);
	else
		log_failure(req, WARN, "a constraint without a row in constraint.def was broken", name, result);
	if (strcmp(state, "23502") == 0)
		return problem(req, PROBLEM_INTERNAL, NULL);
	return problem(req, strcmp(state, "23514") == 0 ? PROBLEM_INVALID : PROBLEM_CONFLICT, NULL);
}

static const struct problem *
constraint_broken(struct request *req, const char *state, const char *name, const PGresult *result)
{
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	for (size_t i = 0; constraint != NULL && i < sizeof(constraints) / sizeof(constraints[0]); i++)
		if (strcmp(constraints[i].name, constraint) == 0)
			return said_about(req, constraints[i].id, constraints[i].pointer, constraints[i].detail);
	return constraint_unlisted(req, state, name, result);
}

/* A plan that a migration has made stale, or a statement that a pooler has forgotten. */
static bool
is_stale(const char *state, const PGresult *result)
{
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

	return strcmp(state, "26000") == 0 ||
	       (strcmp(state, "0A000") == 0 && function != NULL && strcmp(function, "RevalidateCachedQuery") == 0);
}

static bool
is_lost(const char *state, const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	return state == NULL || strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 ||
	       (severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0));
}

static bool
is_conflict(const char *state)
{
	return strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0;
}

const struct problem *
outcome(struct request *req, struct db_link *link, const char *name, const PGresult *result, bool *lost_r)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	metric_count(COUNT_database_errors, 1);
	*lost_r = is_lost(state, result);
	if (*lost_r) {
		log_failure(req, WARN, "the connection to PostgreSQL was lost", name, result);
		return outcome_unavailable(req);
	}
	if (is_conflict(state))
		return problem(req, PROBLEM_AGAIN, NULL);
	if (strncmp(state, "23", 2) == 0)
		return constraint_broken(req, state, name, result);
	if (strcmp(state, "57014") == 0)
		return outcome_deadline(req);
	if (is_stale(state, result)) {
		link->stale = true;
		return problem(req, PROBLEM_AGAIN, NULL);
	}
	for (size_t i = 0; i < sizeof(raised) / sizeof(raised[0]); i++)
		if (strcmp(raised[i].state, state) == 0)
			return said_about(req, raised[i].id,
			    copied(req, PQresultErrorField(result, PG_DIAG_MESSAGE_HINT)),
			    copied(req, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
	log_failure(req, ERROR, "a statement failed", name, result);
	return problem(req, PROBLEM_INTERNAL, NULL);
}
