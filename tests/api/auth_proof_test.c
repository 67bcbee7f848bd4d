/*
 * auth_proof_test.c -- where addresses must be proved: what known, unknown, blocked and unproved addresses are told, and
 * when, is the same.  A platform of its own, with that setting and cheap hashes, so that a difference would show.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

enum { KNOWN, UNKNOWN, BLOCKED, UNPROVED, KINDS };

static const char *const kinds[KINDS] = { "known", "unknown", "blocked", "unproved" };

struct door {
	const char *path, *json; /* with the address for %s */
	unsigned status;
};

static const struct door doors[] = {
	{ "/v1/auth/signup", "{\"email\":\"%s\",\"password\":\"some other password\"}", 202 },
	{ "/v1/auth/login", "{\"email\":\"%s\",\"password\":\"not the password\"}", 401 },
	{ "/v1/auth/password/forgot", "{\"email\":\"%s\"}", 202 },
	{ "/v1/auth/resend", "{\"email\":\"%s\"}", 202 },
};
#define DOORS (sizeof(doors) / sizeof(doors[0]))

/* Nothing is asked of the database here: that would warm it for some kinds and not for others. */
static const char *addresses[KINDS];

static const char *
address_of(struct world *w, int kind)
{
	return kind == UNKNOWN ? fresh_email(w, "nobody") : addresses[kind];
}

/* Their passwords are hashed as this platform hashes. */
static void
given_all_kinds(struct world *w)
{
	for (int i = 0; i < KINDS; i++) {
		if (i == UNKNOWN)
			continue;
		given_account(w, kinds[i]);
		given_sql(w, arena_format(w->arena, "UPDATE auth.user SET password = '%s' WHERE id = '%s'", cheap_hash(w),
		    id_of(w, kinds[i])));
	}
	given_sql(w, arena_format(w->arena, "UPDATE auth.user SET verified_at = NULL WHERE id = '%s'", id_of(w, "unproved")));
	given_sql(w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'operator', NULL)", id_of(w, "blocked")));
	for (int i = 0; i < KINDS; i++)
		addresses[i] = i == UNKNOWN ? NULL : email_of(w, kinds[i]);
}

static const char *
question(struct world *w, const struct door *door, int kind)
{
	const char *hole = strstr(door->json, "%s");

	return arena_format(w->arena, "%.*s%s%s", (int)(hole - door->json), door->json, address_of(w, kind), hole + 2);
}

/* Without what differs between any two answers: the request's id, the time, and what is left of the limits. */
static const char *
everything_said(struct world *w)
{
	static const char *const differ[] = { "date", "x-request-id", "ratelimit" };
	const char *instance = answer_field(&w->answer, "/instance");
	struct buffer out;
	char *body = arena_copy(w->arena, w->answer.body.data, w->answer.body.length), *at;

	if (instance != NULL && (at = strstr(body, instance)) != NULL)
		memset(at, '-', strlen(instance));
	buffer_init(&out, w->arena);
	buffer_format(&out, "%u\n", w->answer.status);
	for (size_t i = 0; i < w->answer.header_count; i++) {
		const struct header *header = &w->answer.headers[i];
		bool differs = false;

		for (size_t j = 0; j < sizeof(differ) / sizeof(differ[0]); j++)
			differs = differs || strcmp(header->name, differ[j]) == 0;
		buffer_format(&out, "%s: %s\n", header->name, differs ? "-" : header->value);
	}
	buffer_text(&out, body);
	return out.data;
}

static void
all_addresses_are_told_the_same(void **state)
{
	struct world *w = *state;
	const char *first;

	given_all_kinds(w);
	for (size_t i = 0; i < DOORS; i++) {
		first = NULL;
		for (int kind = 0; kind < KINDS; kind++) {
			call(w, POST, doors[i].path, question(w, &doors[i], kind));
			then_status(w, doors[i].status);
			if (first == NULL)
				first = everything_said(w);
			assert_string_equal(everything_said(w), first);
		}
	}
}

static int
by_size(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double
median(struct world *w, const double *values, size_t count)
{
	double *sorted = memcpy(ARENA_ARRAY(w->arena, count, double), values, count * sizeof(*values));

	qsort(sorted, count, sizeof(*sorted), by_size);
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Mann and Whitney: how many standard deviations the ranks of the two are apart. */
static double
ranks_apart(const double *a, const double *b, size_t count)
{
	const double n = (double)count;
	double wins = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			wins += a[i] > b[j] ? 1 : a[i] == b[j] ? 0.5 : 0;
	return (wins - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12);
}

#define SIGNIFICANT 3.29 /* one in a thousand by chance */

static void
measure(struct world *w, const struct door *door, size_t count)
{
	double *times[KINDS];

	for (int kind = 0; kind < KINDS; kind++)
		times[kind] = ARENA_ARRAY(w->arena, count, double);
	for (size_t i = 0; i < count; i++)
		for (int turn = 0; turn < KINDS; turn++) {
			const int kind = (int)((i + (size_t)turn) % KINDS);

			call(w, POST, door->path, question(w, door, kind));
			then_status(w, door->status);
			times[kind][i] = w->answer.seconds * 1000;
		}
	for (int kind = 1; kind < KINDS; kind++) {
		const double apart = median(w, times[kind], count) - median(w, times[KNOWN], count);
		const double z = ranks_apart(times[kind], times[KNOWN], count);

		print_message("%-26s %-9s %+.3f ms, %+.1f deviations\n", door->path, kinds[kind], apart, z);
		if (fabs(apart) >= 1 && fabs(z) > SIGNIFICANT)
			fail_msg("%s tells %s addresses by the time", door->path, kinds[kind]);
	}
}

static void
all_addresses_take_the_same_time(void **state)
{
	struct world *w = *state;
	const char *wish = getenv("STOA_TEST_LONG");

	given_all_kinds(w);
	for (size_t i = 0; i < DOORS; i++)
		measure(w, &doors[i], wish != NULL && *wish != '\0' ? 2000 : 200);
}

static void
sign_in_as(struct world *w, const char *email, const char *password)
{
	call(w, POST, "/v1/auth/login", arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password));
}

static void
who_knows_the_password_is_told_what_is_missing(void **state)
{
	struct world *w = *state;

	given_all_kinds(w);
	sign_in_as(w, email_of(w, "unproved"), PASSWORD);
	then_problem(w, 403, "email-unverified");
	sign_in_as(w, email_of(w, "blocked"), PASSWORD);
	then_problem(w, 403, "account-blocked");
	sign_in_as(w, email_of(w, "known"), PASSWORD);
	then_status(w, 200);
}

static void
a_new_address_is_mailed_a_link_and_then_signs_in(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada");

	call(w, POST, "/v1/auth/signup", arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email));
	then_status(w, 202);
	assert_int_equal(w->answer.body.length, 0);
	call(w, POST, "/v1/auth/verify",
	    arena_format(w->arena, "{\"token\":\"%s\"}", link_of(w, email, "auth.verify-email")));
	then_status(w, 200);
	sign_in_as(w, email, PASSWORD);
	then_status(w, 200);
}

static void
whoever_has_the_address_is_told_by_mail_and_keeps_the_password(void **state)
{
	struct world *w = *state;

	given_all_kinds(w);
	call(w, POST, "/v1/auth/signup",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"the password of a thief\"}", email_of(w, "known")));
	then_status(w, 202);
	mail_to(w, email_of(w, "known"), "auth.already-known");
	sign_in_as(w, email_of(w, "known"), "the password of a thief");
	then_problem(w, 401, "wrong-credentials");
	sign_in_as(w, email_of(w, "known"), PASSWORD);
	then_status(w, 200);
}

static void
nobody_is_mailed_what_is_not_for_them(void **state)
{
	struct world *w = *state;
	const char *unknown = fresh_email(w, "nobody");

	given_all_kinds(w);
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", unknown));
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "blocked")));
	call(w, POST, "/v1/auth/resend", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "known")));
	call(w, POST, "/v1/auth/resend", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "unproved")));
	mail_to(w, email_of(w, "unproved"), "auth.verify-email"); /* the last: the others were worked on before */
	assert_int_equal(mails_to(w, unknown), 0);
	assert_int_equal(mails_to(w, email_of(w, "blocked")), 0);
	assert_int_equal(mails_to(w, email_of(w, "known")), 0);
}

static const struct CMUnitTest auth_proof_tests[] = {
	auth_test(all_addresses_are_told_the_same),
	auth_test(who_knows_the_password_is_told_what_is_missing),
	auth_test(a_new_address_is_mailed_a_link_and_then_signs_in),
	auth_test(whoever_has_the_address_is_told_by_mail_and_keeps_the_password),
	auth_test(nobody_is_mailed_what_is_not_for_them),
	auth_test(all_addresses_take_the_same_time),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.pools = "ops, sample, limits, auth, auth-hash",
		.settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n\n[auth]\nsignup_verification = required\n"
			    "attempts = 1000000/1h\nattempts_address = 1000000/1h\nhash_memory = 1024\nhash_passes = 1\n",
	    });
}

int
main(void)
{
	return kit_run(auth_proof_tests, sizeof(auth_proof_tests) / sizeof(auth_proof_tests[0]), "auth_proof_tests", open_platform);
}
