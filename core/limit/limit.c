/*
 * limit.c -- which limits a request counts against, and how the answer says so.
 *
 * Keys are hashed under a secret of the house: nobody outside can look for two clients that share a slot, and
 * all hosts give one client the same key.
 */
#include "core/limit/limit.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/limit/address.h"
#include "core/metric/metric.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"

#define SUBJECT_MAX 32

/* One limit as it applies to one request. */
struct limit {
	const char *name; /* in RateLimit-Policy; also part of the key */
	struct limit_rate rate;
	uint8_t subject[SUBJECT_MAX];
	size_t subject_length;
};

static uint64_t
limit_key(const struct limit *limit)
{
	static uint8_t secret[KEY_SIZE];
	static bool derived;
	uint8_t text[16 + SUBJECT_MAX] = { 0 };
	size_t name_length = strnlen(limit->name, 16);

	if (!derived) {
		key_for("limits", secret);
		derived = true;
	}
	memcpy(text, limit->name, name_length);
	memcpy(text + 16, limit->subject, limit->subject_length);
	return hash64(secret, text, 16 + limit->subject_length);
}

static void
header_set(struct reply *out, const char *name, const char *value)
{
	for (size_t i = 0; i < out->header_count; i++) {
		if (strcasecmp(out->headers[i].name, name) == 0) {
			out->headers[i].value = value;
			return;
		}
	}
	reply_header(out, name, value);
}

/* What the answer speaks of so far; a worker has one request at a time. */
static struct {
	const struct reply *out;
	uint32_t remaining;
	bool refused;
} shown;

/* An answer has one pair of headers: about the limit that is nearest to refusing. */
static void
show(struct request *req, struct reply *out, const struct limit *limit, const struct limit_state *state)
{
	if (shown.out == out && (shown.refused || (state->allowed && state->remaining >= shown.remaining)))
		return;
	shown.out = out;
	shown.remaining = state->remaining;
	shown.refused = !state->allowed;
	header_set(out, "RateLimit-Policy",
	    arena_format(req->arena, "\"%s\";q=%u;w=%u", limit->name, limit->rate.count, limit->rate.period));
	header_set(out, "RateLimit",
	    arena_format(req->arena, "\"%s\";r=%u;t=%u", limit->name, state->remaining, state->reset));
}

static const struct problem *
count_against(struct request *req, struct reply *out, const struct limit *limit)
{
	struct limit_state state = limit_take(limit_key(limit), limit->rate, env_now(req->env).micros);
	struct problem *refusal;

	show(req, out, limit, &state);
	if (state.allowed)
		return NULL;
	metric_count(COUNT_limits_refused, 1);
	refusal = problem(req, PROBLEM_TOO_MANY_REQUESTS, NULL);
	refusal->retry_after = state.retry_after;
	return refusal;
}

const struct problem *
limit_address(struct request *req, struct reply *out)
{
	struct limit limit = { .name = "address", .rate = req->config->limits.address };
	const struct problem *refusal;

	shown.out = NULL;
	if (req->route != NULL && req->route->limit == LIMIT_NONE)
		return NULL;
	limit.subject_length = limit_address_bytes(req->address, limit.subject);
	refusal = count_against(req, out, &limit);
	if (refusal != NULL || req->route == NULL || req->route->limit != LIMIT_SIGN_IN)
		return refusal;
	limit.name = "sign-in";
	limit.rate = req->config->limits.sign_in;
	return count_against(req, out, &limit);
}

static bool
class_limit(const struct request *req, struct limit *limit_r)
{
	const struct config_limits *limits = &req->config->limits;

	switch (req->route->limit) {
	case LIMIT_READ:
		*limit_r = (struct limit){ .name = "read", .rate = limits->read };
		return true;
	case LIMIT_WRITE:
		*limit_r = (struct limit){ .name = "write", .rate = limits->write };
		return true;
	case LIMIT_HEAVY:
		*limit_r = (struct limit){ .name = "heavy", .rate = limits->heavy };
		return true;
	case LIMIT_SIGN_IN: /* by address alone: who asks is not known yet */
	case LIMIT_NONE:
	case LIMIT_UNSET:
	case LIMIT__COUNT:
		break;
	}
	return false;
}

static uint32_t
times(uint32_t count, int64_t factor)
{
	uint64_t product = (uint64_t)count * (uint64_t)factor;

	return product < UINT32_MAX ? (uint32_t)product : UINT32_MAX;
}

/* By party and not by session: signing in again gives nobody more. */
const struct problem *
limit_principal(struct request *req, struct reply *out)
{
	struct limit limit;

	if (req->principal == NULL || req->route == NULL || !class_limit(req, &limit))
		return NULL;
	if (req->principal->tier != NULL && strcmp(req->principal->tier, "vip") == 0)
		limit.rate.count = times(limit.rate.count, req->config->limits.vip_factor);
	memcpy(limit.subject, req->principal->party.bytes, sizeof(req->principal->party.bytes));
	limit.subject_length = sizeof(req->principal->party.bytes);
	return count_against(req, out, &limit);
}
