/*
 * fingerprint.h -- whether two requests under one key are the same, without keeping either: four keyed bytes for
 * each path value and each field of query and body, in the order of their tables.
 */
#ifndef STOA_WEB_FINGERPRINT_H
#define STOA_WEB_FINGERPRINT_H

#include <stdbool.h>

#include "core/base/value.h"

struct problem;
struct request;

struct bytes fingerprint_of(struct request *req);
/* Whether it is this request's.  If not, each field that differs is added to `problem`. */
bool fingerprint_matches(struct request *req, struct bytes kept, struct problem *problem);

#endif
