/* payment_kit.c -- see payment_kit.h. */
#include "tests/api/payment_kit.h"

#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"

static const char *const nothing_more[] = { NULL }, *const wait[] = { WAIT, NULL };

void
kit_given_two_wallets(struct world *w, struct place place)
{
	kit_given_user(w, "ada", place);
	kit_given_user(w, "bob", place);
	money_wallet(w, "ada-usd", "ada", "USD", 2, "10000", place);
	money_wallet(w, "bob-usd", "bob", "USD", 2, "0", place);
	kit_as(w, "ada", place);
}

const char *
kit_payment_of(
    struct world *w, const char *from, const char *to, const char *amount, const char *more, struct place place)
{
	return arena_format(w->arena,
	    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"%s\",\"currency\":\"USD\"%s}",
	    kit_id(w, from, place), kit_id(w, to, place), amount, more);
}

void
kit_pay(struct world *w, const char *name, const char *amount, const char *more, struct place place)
{
	kit_call(w, POST, "/v1/payments", kit_payment_of(w, "ada-usd", "bob-usd", amount, more, place), wait, place);
	kit_then_status(w, 200, place);
	kit_name(w, name, place);
}

void
kit_until_decided(struct world *w, const char *path, struct place place)
{
	const struct timespec moment = { .tv_nsec = 2000000 };

	for (int i = 0; i < 2000; i++) {
		kit_call(w, GET, path, NULL, nothing_more, place);
		if (strcmp(answer_field(&w->answer, "/status"), "pending") != 0)
			return;
		nanosleep(&moment, NULL);
	}
	kit_fail(place, "%s is not decided", path);
}

const char *
new_key(struct world *w)
{
	return arena_format(w->arena, "Idempotency-Key: %s", uuid_text(w->arena, uuid_new(&env_system)));
}

const char *
body_of(struct world *w)
{
	return arena_copy(w->arena, w->answer.body.data, w->answer.body.length);
}

const char *
without_instance(struct world *w)
{
	char *body = arena_copy(w->arena, w->answer.body.data, w->answer.body.length);
	char *id = strstr(body, answer_field(&w->answer, "/instance"));

	if (id != NULL)
		memset(id, '-', 32);
	return body;
}
