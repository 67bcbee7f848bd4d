/* password_test.c -- hashes of passwords: made, checked, found old, and the decoy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/trust/password.h"
#include "core/web/problem.h"

static struct config config = { .auth = { .hash_memory = 1024, .hash_passes = 1, .hash_lanes = 1 } };

static struct request
a_request(void)
{
	return (struct request){ .arena = arena_new(), .env = &env_system, .config = &config };
}

static void
a_password_is_known_again(void **state)
{
	struct request req = a_request();
	const char *hash, *other;
	bool right;

	(void)state;
	assert_null(password_hash(&req, "correct horse", &hash));
	assert_ptr_equal(strstr(hash, "$argon2id$v=19$m=1024,t=1,p=1$"), hash);
	assert_null(password_check(&req, "correct horse", hash, &right));
	assert_true(right);
	assert_null(password_check(&req, "correct horsf", hash, &right));
	assert_false(right);
	assert_null(password_check(&req, "", hash, &right));
	assert_false(right);
	assert_null(password_hash(&req, "correct horse", &other));
	assert_string_not_equal(hash, other); /* a salt each */
	arena_free(req.arena);
}

static void
where_there_is_no_hash_a_decoy_is_computed_and_never_fits(void **state)
{
	struct request req = a_request();
	bool right = true;

	(void)state;
	assert_null(password_check(&req, "stoa decoy salt!", NULL, &right));
	assert_false(right);
	assert_int_equal(req.span_count, 1);
	assert_string_equal(req.spans[0].name, "hash");
	arena_free(req.arena);
}

static void
other_parameters_make_a_hash_old(void **state)
{
	struct request req = a_request();
	struct config later = config;
	const char *hash;

	(void)state;
	assert_null(password_hash(&req, "correct horse", &hash));
	assert_false(password_is_old(&req, hash));
	req.config = &later;
	later.auth.hash_passes = 12; /* "t=1" is how "t=12" begins */
	assert_true(password_is_old(&req, hash));
	later = config;
	later.auth.hash_memory = 2048;
	assert_true(password_is_old(&req, hash));
	arena_free(req.arena);
}

static void
whoever_has_waited_for_too_long_is_not_hashed_for(void **state)
{
	struct request req = a_request();
	const struct problem *p;

	(void)state;
	req.waited = 2 * SECOND;
	assert_null(password_room(&req));
	req.waited = 2 * SECOND + 1;
	p = password_room(&req);
	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_UNAVAILABLE);
	assert_true(p->retry_after > 0);
	arena_free(req.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_known_again),
		cmocka_unit_test(where_there_is_no_hash_a_decoy_is_computed_and_never_fits),
		cmocka_unit_test(other_parameters_make_a_hash_old),
		cmocka_unit_test(whoever_has_waited_for_too_long_is_not_hashed_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
