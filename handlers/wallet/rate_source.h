/*
 * rate_source.h -- what a source of rates says, read strictly.  A document is taken or refused as a whole; then each
 * currency's rate in it is, by itself.  Faults are texts for the log.
 */
#ifndef STOA_HANDLERS_WALLET_RATE_SOURCE_H
#define STOA_HANDLERS_WALLET_RATE_SOURCE_H

#include <stdbool.h>

#include "core/base/convert.h"
#include "core/base/request.h"

struct json_object;

/* As in [rates], see core/config/option.def. */
struct rate_source {
	const char *url, *base, *says, *rates, *code, *value, *nominal, *time;
};

struct rate_document {
	const struct rate_source *source;
	struct json_object *rates;
	struct instant as_of;
	struct money_rate dollar; /* in units of the base */
};

/* NULL, or what is wrong with all of it: not JSON, cut, without its rates, without its base, too old. */
const char *rate_document_read(struct request *req, const struct rate_source *source, struct bytes body,
    int64_t max_age, struct rate_document *document_r);
/* What one unit is worth in US dollars.  NULL, or what is wrong; `*there_r` false: it is not in the document. */
const char *rate_document_find(struct request *req, const struct rate_document *document, const char *code,
    struct money_rate *rate_r, bool *there_r);

/* "0.0123", "9.1e-7": more than nothing, at most 18 digits that count, at most 20 behind the point. */
const char *rate_number(const char *text, struct money_rate *rate_r);
/* Whether it differs from the one before by more than so many percent, up or down. */
bool rate_jumps(struct money_rate rate, struct money_rate before, int64_t percent);

#endif
