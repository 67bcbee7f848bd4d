/* memo_test.c -- what is remembered, and what goes when there is no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/encode.h"
#include "core/base/memo.h"

#define NOW 1000u

struct thing {
	struct memo_head head;
	uint32_t number;
};

static void
key_of(uint32_t number, uint8_t key[static SHA256_SIZE])
{
	sha256(&number, sizeof(number), key);
}

static struct thing *
find(struct memo *memo, uint32_t number)
{
	uint8_t key[SHA256_SIZE];

	key_of(number, key);
	return memo_find(memo, key);
}

static void
keep(struct memo *memo, uint32_t number, uint32_t until)
{
	uint8_t key[SHA256_SIZE];
	struct thing *thing;

	key_of(number, key);
	thing = memo_room(memo, key, NOW);
	*thing = (struct thing){ .head.until = until, .number = number };
	memcpy(thing->head.key, key, MEMO_KEY_SIZE);
}

static uint32_t
found_of(struct memo *memo, uint32_t first, uint32_t count)
{
	uint32_t found = 0;

	for (uint32_t i = first; i < first + count; i++) {
		const struct thing *thing = find(memo, i);

		if (thing != NULL)
			assert_int_equal(thing->number, i);
		found += thing != NULL;
	}
	return found;
}

static void
nothing_is_found_that_was_not_kept(void **state)
{
	struct memo memo = MEMO(struct thing);

	(void)state;
	assert_int_equal(found_of(&memo, 0, 100), 0);
	keep(&memo, 7, MEMO_FOR_EVER);
	assert_int_equal(found_of(&memo, 0, 100), 1);
	assert_int_equal(find(&memo, 7)->number, 7);
	memo_forget(&memo, find(&memo, 7));
	assert_int_equal(found_of(&memo, 0, 100), 0);
}

static void
ten_thousand_all_stay(void **state)
{
	struct memo memo = MEMO(struct thing);

	(void)state;
	for (unsigned round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 10000; i++)
			keep(&memo, i, MEMO_FOR_EVER);
	assert_int_equal(found_of(&memo, 0, 10000), 10000);
	memo_clear(&memo);
	assert_int_equal(found_of(&memo, 0, 10000), 0);
}

/* Taken in turn, 20,000 do not fit: whoever forgets the oldest first has forgotten each when it comes again. */
static void
more_than_fit_lose_a_share_and_not_all(void **state)
{
	struct memo memo = MEMO(struct thing);
	uint32_t hits = 0;

	(void)state;
	for (unsigned round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 20000; i++) {
			const bool known = find(&memo, i) != NULL;

			hits += round == 4 && known;
			if (!known)
				keep(&memo, i, MEMO_FOR_EVER);
		}
	}
	assert_true(hits > 10000);
}

static void
what_has_ended_makes_room(void **state)
{
	struct memo memo = MEMO(struct thing);

	(void)state;
	for (uint32_t i = 0; i < 10000; i++)
		keep(&memo, i, MEMO_FOR_EVER);
	for (uint32_t i = 10000; i < 60000; i++)
		keep(&memo, i, NOW);
	assert_true(found_of(&memo, 0, 10000) > 9990);
}

static void
the_same_key_has_one_place(void **state)
{
	struct memo memo = MEMO(struct thing);
	const struct thing *first;

	(void)state;
	keep(&memo, 1, NOW + 1);
	first = find(&memo, 1);
	keep(&memo, 1, NOW + 2);
	assert_ptr_equal(find(&memo, 1), first);
	assert_int_equal(first->head.until, NOW + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_that_was_not_kept),
		cmocka_unit_test(ten_thousand_all_stay),
		cmocka_unit_test(more_than_fit_lose_a_share_and_not_all),
		cmocka_unit_test(what_has_ended_makes_room),
		cmocka_unit_test(the_same_key_has_one_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
