/* key_test.c -- the file of secrets, keys by purpose, and seals. */
#include "tests/core/trust_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/trust/key.h"
#include "core/trust/secret.h"

static const char *
path(void)
{
	return kit->config.global.secret_key_file;
}

static bool
reads(void)
{
	FILE *nowhere = fopen("/dev/null", "w");
	struct secrets secrets;
	bool well = secrets_read(kit->req.arena, path(), &secrets, nowhere);

	fclose(nowhere);
	return well;
}

static void
write_file(const char *text)
{
	FILE *file = fopen(path(), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
a_new_file_is_private_and_never_overwritten(void **state)
{
	FILE *nowhere = fopen("/dev/null", "w");
	struct stat status;

	(void)state;
	assert_int_equal(stat(path(), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_false(secrets_make(kit->req.arena, &env_system, path(), false, nowhere));
	fclose(nowhere);
}

static void
a_file_that_strangers_may_read_is_refused(void **state)
{
	static const mode_t bad[] = { 0644, 0604, 0642, 0660, 0666, 0641 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(chmod(path(), bad[i]), 0);
		assert_false(reads());
	}
	assert_int_equal(chmod(path(), 0400), 0);
	assert_true(reads());
}

static void
what_is_not_a_secret_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n# nothing\n",
		"00112233\n",
		"0011223:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"0011223g:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"00112233:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n",
		"00112233:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"00112233:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
		"00112233:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n00112233:"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(bad[i]);
		assert_false(reads());
	}
	write_file("# made by hand\n00112233:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	assert_true(reads());
}

static void
each_purpose_has_a_key_of_its_own(void **state)
{
	uint8_t a[KEY_SIZE], again[KEY_SIZE], b[KEY_SIZE];

	(void)state;
	key_for("cursor", a);
	key_for("cursor", again);
	key_for("limits", b);
	assert_memory_equal(a, again, KEY_SIZE);
	assert_memory_not_equal(a, b, KEY_SIZE);
}

static void
an_older_secret_still_checks_and_opens(void **state)
{
	struct bytes plain = { (const uint8_t *)"seed", 4 }, old, fresh, opened;
	uint8_t before[KEY_SIZE], after[KEY_SIZE], all[SECRETS_MAX][KEY_SIZE];
	struct stat status;

	(void)state;
	key_for("cursor", before);
	old = seal(kit->req.arena, &env_system, "totp:1", plain);
	assert_false(seal_is_old(old));
	assert_true(secrets_make(kit->req.arena, &env_system, path(), true, stderr));
	assert_int_equal(stat(path(), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_true(key_open(&kit->config));
	key_for("cursor", after);
	assert_memory_not_equal(before, after, KEY_SIZE);
	assert_int_equal(key_for_each("cursor", all), 2);
	assert_memory_equal(all[0], after, KEY_SIZE);
	assert_memory_equal(all[1], before, KEY_SIZE);
	assert_true(seal_is_old(old));
	assert_true(unseal(kit->req.arena, "totp:1", old, &opened));
	assert_memory_equal(opened.data, "seed", 4);
	fresh = seal(kit->req.arena, &env_system, "totp:1", plain);
	assert_false(seal_is_old(fresh));
}

static void
a_ninth_secret_is_refused(void **state)
{
	FILE *nowhere = fopen("/dev/null", "w");

	(void)state;
	for (size_t i = 1; i < SECRETS_MAX; i++)
		assert_true(secrets_make(kit->req.arena, &env_system, path(), true, nowhere));
	assert_false(secrets_make(kit->req.arena, &env_system, path(), true, nowhere));
	assert_true(reads());
	fclose(nowhere);
}

static void
no_changed_bit_of_a_seal_opens(void **state)
{
	struct bytes plain = { (const uint8_t *)"JBSWY3DPEHPK3PXP", 16 }, opened;
	struct bytes sealed = seal(kit->req.arena, &env_system, "totp:1", plain);
	uint8_t *bent = arena_alloc(kit->req.arena, sealed.length);

	(void)state;
	assert_true(unseal(kit->req.arena, "totp:1", sealed, &opened));
	assert_int_equal(opened.length, plain.length);
	assert_memory_equal(opened.data, plain.data, plain.length);
	for (size_t bit = 0; bit < sealed.length * 8; bit++) {
		memcpy(bent, sealed.data, sealed.length);
		bent[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(unseal(kit->req.arena, "totp:1", (struct bytes){ bent, sealed.length }, &opened));
		assert_null(opened.data);
	}
	for (size_t length = 0; length < sealed.length; length++)
		assert_false(unseal(kit->req.arena, "totp:1", (struct bytes){ sealed.data, length }, &opened));
}

static void
a_seal_moved_elsewhere_does_not_open(void **state)
{
	struct bytes plain = { (const uint8_t *)"x", 1 }, opened, empty = { NULL, 0 };
	struct bytes sealed = seal(kit->req.arena, &env_system, "totp:1", plain);

	(void)state;
	assert_false(unseal(kit->req.arena, "totp:2", sealed, &opened));
	assert_false(unseal(kit->req.arena, "totp:", sealed, &opened));
	assert_false(unseal(kit->req.arena, "", sealed, &opened));
	sealed = seal(kit->req.arena, &env_system, "empty", empty);
	assert_true(unseal(kit->req.arena, "empty", sealed, &opened));
	assert_int_equal(opened.length, 0);
}

static void
one_value_is_sealed_differently_each_time(void **state)
{
	struct bytes plain = { (const uint8_t *)"x", 1 };
	struct bytes a = seal(kit->req.arena, &env_system, "c", plain),
		     b = seal(kit->req.arena, &env_system, "c", plain);

	(void)state;
	assert_int_equal(a.length, b.length);
	assert_memory_not_equal(a.data, b.data, a.length);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_new_file_is_private_and_never_overwritten),
		TEST(a_file_that_strangers_may_read_is_refused),
		TEST(what_is_not_a_secret_is_refused),
		TEST(each_purpose_has_a_key_of_its_own),
		TEST(an_older_secret_still_checks_and_opens),
		TEST(a_ninth_secret_is_refused),
		TEST(no_changed_bit_of_a_seal_opens),
		TEST(a_seal_moved_elsewhere_does_not_open),
		TEST(one_value_is_sealed_differently_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
