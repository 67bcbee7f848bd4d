/* amount.h -- money in requests and replies: a decimal string in major units, beside its currency. */
#ifndef STOA_WEB_AMOUNT_H
#define STOA_WEB_AMOUNT_H

#include <stdint.h>

#include "core/base/request.h"

struct problem;

/* More than nothing, exact by the currency's exponent; otherwise 422 naming the field. */
const struct problem *amount_read(
    struct request *req, const char *pointer, const char *text, int32_t exponent, minor_units *units_r);
/* The same, where nothing and less than nothing are amounts too: "-100.00". */
const struct problem *amount_read_signed(
    struct request *req, const char *pointer, const char *text, int32_t exponent, minor_units *units_r);
const char *amount_text(struct request *req, minor_units units, int32_t exponent);

#endif
