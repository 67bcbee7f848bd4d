/* bisect_test.c -- the one that fails is found, whoever it is, and nobody else is put aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/work/bisect.h"

#define ITEMS_MAX 64

/* A list of which some cannot be worked on; a batch takes the first `limit` and fails when one of them is such. */
struct list {
	int items, next, worked, aside, batches;
	bool bad[ITEMS_MAX];
};

static bool
take(struct list *list, const struct bisect *bisect, int32_t *done_r)
{
	int end = list->next + bisect->limit < list->items ? list->next + bisect->limit : list->items;

	list->batches++;
	*done_r = end - list->next;
	if (bisect->quarantine) {
		assert_int_equal(bisect->limit, 1);
		assert_true(list->bad[list->next]);
		list->aside++;
		list->next++;
		return true;
	}
	for (int i = list->next; i < end; i++)
		if (list->bad[i])
			return false;
	list->worked += end - list->next;
	list->next = end;
	return true;
}

static void
work_off(struct list *list, int32_t full)
{
	struct bisect bisect;
	int32_t done;

	bisect_init(&bisect, full);
	while (list->next < list->items && list->batches < 1000) {
		if (take(list, &bisect, &done))
			bisect_passed(&bisect, done);
		else
			bisect_failed(&bisect);
	}
	assert_int_equal(list->next, list->items);
	assert_int_equal(list->worked + list->aside, list->items);
}

static void
each_single_culprit_is_put_aside_alone(void **state)
{
	(void)state;
	for (int items = 1; items <= ITEMS_MAX; items++)
		for (int culprit = 0; culprit < items; culprit++) {
			struct list list = { .items = items };

			list.bad[culprit] = true;
			work_off(&list, ITEMS_MAX);
			assert_int_equal(list.aside, 1);
		}
}

static void
several_culprits_are_put_aside_and_nobody_else(void **state)
{
	struct list list = { .items = ITEMS_MAX };

	(void)state;
	list.bad[0] = list.bad[1] = list.bad[31] = list.bad[62] = list.bad[63] = true;
	work_off(&list, 16);
	assert_int_equal(list.aside, 5);
}

static void
a_culprit_costs_the_logarithm_of_the_batch(void **state)
{
	struct list list = { .items = ITEMS_MAX };

	(void)state;
	list.bad[63] = true;
	work_off(&list, ITEMS_MAX);
	/* The whole, six halves, the one alone, the one aside. */
	assert_in_range(list.batches, 7, 16);
}

static void
after_a_culprit_batches_are_whole_again(void **state)
{
	struct bisect bisect;

	(void)state;
	bisect_init(&bisect, 2);
	bisect_failed(&bisect);
	assert_int_equal(bisect.limit, 1);
	bisect_failed(&bisect);
	assert_true(bisect.quarantine);
	bisect_passed(&bisect, 1);
	assert_false(bisect.quarantine);
	assert_int_equal(bisect.limit, 2);
}

static void
what_fails_once_and_then_passes_puts_nobody_aside(void **state)
{
	struct bisect bisect;

	(void)state;
	bisect_init(&bisect, 8);
	bisect_failed(&bisect);
	while (bisect.suspect > 0) {
		assert_false(bisect.quarantine);
		bisect_passed(&bisect, bisect.limit);
	}
	assert_int_equal(bisect.limit, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_single_culprit_is_put_aside_alone),
		cmocka_unit_test(several_culprits_are_put_aside_and_nobody_else),
		cmocka_unit_test(a_culprit_costs_the_logarithm_of_the_batch),
		cmocka_unit_test(after_a_culprit_batches_are_whole_again),
		cmocka_unit_test(what_fails_once_and_then_passes_puts_nobody_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
