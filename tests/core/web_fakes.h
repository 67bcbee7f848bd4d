/*
 * web_fakes.h -- the rooms below dispatch, as actors who write down what they were asked.  A test says how they shall
 * behave, and then reads the trail: "address principal load admit begin check handler flush keep commit".
 */
#ifndef STOA_TESTS_WEB_FAKES_H
#define STOA_TESTS_WEB_FAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"

/* The key row that the fake database has. */
struct fake_row {
	bool there;
	uint8_t fingerprint[64];
	size_t fingerprint_length;
	int32_t status;
	char content_type[64], headers[512], body[1024];
	size_t body_length;
};

/* What was to be written in the audit. */
#define FAKE_AUDITS 8
struct fake_audit {
	bool party, session;
	int32_t status;
	int64_t times;
	char route[64], subject[160], what[64], problem[64], address[64], request[64];
};

struct fakes {
	char trail[4096];
	uint64_t flushes;

	bool signed_in;          /* a token came */
	enum problem_id address; /* what each answers; 0: all is well */
	enum problem_id recognise;
	enum problem_id limit;
	enum problem_id admit;
	enum problem_id check; /* the session's row */
	unsigned check_again;  /* so many times AGAIN first */

	enum db_outcome outcomes[8]; /* of each COMMIT, in order */
	enum problem_id commit_problem;
	unsigned commits;
	bool lost_but_done;  /* an UNKNOWN commit was done all the same */
	bool twin_first;     /* before the first COMMIT a twin puts its row there */
	bool twin_at_settle; /* before a refusal is settled, the same */

	struct fake_row row;

	struct fake_audit audits[FAKE_AUDITS];
	unsigned audit_count;
	int64_t audit_times; /* of all of them */

	/* Queued and not flushed yet. */
	bool check_queued, keep_queued, audit_queued;
	db_judge *look;
	void *look_context;
	struct fake_row kept; /* by this transaction, until it commits */
};

extern struct fakes fakes;

void fakes_reset(void);
void trail(const char *word);
/* A handler's statement. */
const struct problem *ask_database(struct request *req);
/* What a twin with another answer would have left under the same key. */
void twin_row(struct request *req, int32_t status, const char *body);

#endif
