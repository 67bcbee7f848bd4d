/*
 * reply_seal.h -- kept answers that show a secret once (an API key, a webhook's secret).  They are sealed under the
 * Idempotency-Key itself: the database holds neither the key nor anything that opens them, so only the client that
 * asked can have its answer again.
 */
#ifndef STOA_WEB_REPLY_SEAL_H
#define STOA_WEB_REPLY_SEAL_H

#include <stdbool.h>

#include "core/base/value.h"

struct request;

struct bytes reply_seal(struct request *req, struct bytes body);
bool reply_unseal(struct request *req, struct bytes sealed, struct bytes *body_r);

#endif
