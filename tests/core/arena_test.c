/* arena_test.c -- memory with one lifetime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "core/base/arena.h"

static int released[8];
static int released_count;

static void
note_release(void *object)
{
	released[released_count++] = *(int *)object;
}

static void
memory_comes_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t round = 0; round < 2; round++) {
		for (size_t size = 1; size < 3000; size += 7) {
			unsigned char *memory = arena_alloc(arena, size);

			assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(memory[i], 0);
			memset(memory, 0xff, size);
		}
		arena_reset(arena);
	}
	arena_free(arena);
}

static void
a_reset_runs_what_was_deferred_last_first(void **state)
{
	static int one = 1, two = 2, three = 3;
	struct arena *arena = arena_new();

	(void)state;
	released_count = 0;
	arena_defer(arena, note_release, &one);
	arena_defer(arena, note_release, &two);
	arena_defer(arena, note_release, &three);
	arena_reset(arena);
	assert_int_equal(released_count, 3);
	assert_int_equal(released[0], 3);
	assert_int_equal(released[2], 1);
	arena_free(arena);
	assert_int_equal(released_count, 3);
}

static void
a_rewind_keeps_what_is_older_than_the_mark(void **state)
{
	static int before = 1, after = 2;
	struct arena *arena = arena_new();
	char *kept = arena_text(arena, "kept");
	struct arena_mark mark;

	(void)state;
	released_count = 0;
	arena_defer(arena, note_release, &before);
	mark = arena_mark(arena);
	arena_defer(arena, note_release, &after);
	for (int i = 0; i < 100; i++)
		arena_alloc(arena, 5000);
	arena_rewind(arena, mark);
	assert_int_equal(released_count, 1);
	assert_int_equal(released[0], 2);
	assert_string_equal(kept, "kept");
	arena_free(arena);
	assert_int_equal(released_count, 2);
}

/* With a malloc for each allocation there is nothing to keep. */
#ifdef ARENA_MALLOC
#define KEEPS_BLOCKS false
#else
#define KEEPS_BLOCKS true
#endif

static void
a_steady_worker_asks_the_system_for_nothing_more(void **state)
{
	struct arena *arena = arena_new();
	size_t size = 0;

	(void)state;
	for (int request = 0; request < 100; request++) {
		for (int i = 0; i < 40; i++)
			arena_alloc(arena, 1000);
		if (request > 0 && KEEPS_BLOCKS)
			assert_int_equal(arena_size(arena), size);
		size = arena_size(arena);
		arena_reset(arena);
	}
	arena_free(arena);
}

static void
one_large_request_does_not_fatten_the_worker_for_life(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	arena_alloc(arena, 100);
	arena_alloc(arena, 10 * 1024 * 1024);
	for (int i = 0; i < 1000; i++)
		arena_alloc(arena, 1000);
	assert_true(arena_size(arena) > (size_t)11 * 1000 * 1000);
	arena_reset(arena);
	assert_true(arena_size(arena) <= (size_t)272 * 1024);
	arena_free(arena);
}

static void
growing_keeps_the_bytes_and_zeroes_the_rest(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *data = NULL;
	size_t size = 0;

	(void)state;
	for (size_t next = 1; next < 100000; next = next * 3 + 1) {
		data = arena_grow(arena, data, size, next);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(data[i], 0xab);
		for (size_t i = size; i < next; i++)
			assert_int_equal(data[i], 0);
		memset(data, 0xab, next);
		size = next;
		arena_alloc(arena, next % 2 == 0 ? 16 : 0);
	}
	arena_free(arena);
}

static void
formatted_text_of_any_length_is_whole(void **state)
{
	struct arena *arena = arena_new();
	char *text;

	(void)state;
	assert_string_equal(arena_format(arena, "%s-%d", "a", 7), "a-7");
	for (int width = 250; width < 260; width++) {
		text = arena_format(arena, "%*d", width, 1);
		assert_int_equal(strlen(text), width);
	}
	text = arena_format(arena, "%0100000d", 5);
	assert_int_equal(strlen(text), 100000);
	arena_free(arena);
}

static void
copies_have_a_nul_behind_them(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_memory_equal(arena_copy(arena, "a\0b", 3), "a\0b\0", 4);
	assert_string_equal(arena_copy(arena, NULL, 0), "");
	arena_free(arena);
}

/* What asks for the impossible ends with a line and a status of its own; its pool starts another. */
static void
then_process_ends(size_t count, size_t size)
{
	int status, silent = open("/dev/null", O_WRONLY);
	pid_t child = fork();

	if (child == 0) {
		dup2(silent, STDERR_FILENO);
		arena_array(arena_new(), count, size);
		_exit(0);
	}
	close(silent);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 70);
}

static void
out_of_memory_ends_the_process(void **state)
{
	(void)state;
	then_process_ends(1, SIZE_MAX);
	then_process_ends(1, SIZE_MAX / 2);
	then_process_ends(SIZE_MAX / 2, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_comes_zeroed_and_aligned),
		cmocka_unit_test(a_reset_runs_what_was_deferred_last_first),
		cmocka_unit_test(a_rewind_keeps_what_is_older_than_the_mark),
		cmocka_unit_test(a_steady_worker_asks_the_system_for_nothing_more),
		cmocka_unit_test(one_large_request_does_not_fatten_the_worker_for_life),
		cmocka_unit_test(growing_keeps_the_bytes_and_zeroes_the_rest),
		cmocka_unit_test(formatted_text_of_any_length_is_whole),
		cmocka_unit_test(copies_have_a_nul_behind_them),
		cmocka_unit_test(out_of_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
