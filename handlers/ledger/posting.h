/* posting.h -- what the poster puts back: what a batch was decided on and what became of it, as rows. */
#ifndef STOA_HANDLERS_LEDGER_POSTING_H
#define STOA_HANDLERS_LEDGER_POSTING_H

#include "core/base/request.h"
#include "handlers/ledger/decide.h"

struct posting {
	struct book *book;
	const struct item *items;
	size_t count;
	struct decisions decisions;
	int64_t position; /* the last one given before this batch */
	struct instant at;
};

/* Queues everything: balances, transfers, results, holds, refunds and one event for each decision. */
void posting_write(struct request *req, const struct posting *posting);

#endif
