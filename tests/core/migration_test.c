/* migration_test.c -- taking a file apart at its semicolons, and refusing badly named ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/db/migration.h"

static struct arena *arena;

static int
begin(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
splits(const char *text, const char *const *expected)
{
	size_t count;
	const char **statements = sql_split(arena, text, &count);

	for (size_t i = 0; i < count; i++) {
		assert_non_null(expected[i]);
		assert_string_equal(statements[i], expected[i]);
	}
	assert_null(expected[count]);
}

static void
statements_end_at_their_semicolon(void **state)
{
	(void)state;
	splits("-- no-transaction\n\nSELECT 1;\n-- why\nSELECT 2\n;;\n",
	    (const char *[]){ "SELECT 1", "SELECT 2\n", NULL });
	splits("", (const char *[]){ NULL });
	splits("-- nothing; here\n/* nor; here */ ;", (const char *[]){ NULL });
	splits("SELECT 1 -- no end;\n", (const char *[]){ "SELECT 1 -- no end;\n", NULL });
}

static void
semicolons_inside_of_something_do_not_count(void **state)
{
	(void)state;
	splits("SELECT 'a;''b;';SELECT 1", (const char *[]){ "SELECT 'a;''b;'", "SELECT 1", NULL });
	splits("SELECT \"a;b\";SELECT 1", (const char *[]){ "SELECT \"a;b\"", "SELECT 1", NULL });
	splits("SELECT E'a\\';b';SELECT 1", (const char *[]){ "SELECT E'a\\';b'", "SELECT 1", NULL });
	splits("SELECT 'a\\';SELECT 1", (const char *[]){ "SELECT 'a\\'", "SELECT 1", NULL });
	splits("DO $$ a; $x$ b; $$;SELECT 1", (const char *[]){ "DO $$ a; $x$ b; $$", "SELECT 1", NULL });
	splits("DO $x$ a; $$ b; $x$;SELECT 1", (const char *[]){ "DO $x$ a; $$ b; $x$", "SELECT 1", NULL });
	splits("SELECT 1 /* a; /* b; */ c; */;SELECT 1",
	    (const char *[]){ "SELECT 1 /* a; /* b; */ c; */", "SELECT 1", NULL });
	splits("SELECT a$b$c;SELECT 1", (const char *[]){ "SELECT a$b$c", "SELECT 1", NULL });
}

/* What is not closed runs to the end; PostgreSQL then says so. */
static void
what_is_not_closed_goes_to_the_end(void **state)
{
	(void)state;
	splits("SELECT 'a; b", (const char *[]){ "SELECT 'a; b", NULL });
	splits("DO $$ a; b", (const char *[]){ "DO $$ a; b", NULL });
	splits("/* a; b", (const char *[]){ NULL });
	splits("SELECT E'\\", (const char *[]){ "SELECT E'\\", NULL });
	splits("SELECT $", (const char *[]){ "SELECT $", NULL });
}

static void
put(const char *folder, const char *name, const char *text)
{
	FILE *out = fopen(arena_format(arena, "%s/%s", folder, name), "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void
files_are_read_in_order(void **state)
{
	char folder[] = "/tmp/stoa-migration-XXXXXX";
	FILE *complaints = fopen("/dev/null", "we");
	struct migrations files;

	(void)state;
	assert_non_null(mkdtemp(folder));
	put(folder, "0002_a_b.sql", "-- no-transaction\nSELECT 1; SELECT 2;");
	put(folder, "0001_a_b.sql", "SELECT 1;");
	put(folder, "README.md", "");
	assert_true(migrations_read(arena, folder, &files, complaints));
	assert_int_equal(files.count, 2);
	assert_string_equal(files.items[0].name, "0001_a_b.sql");
	assert_false(files.items[0].no_transaction);
	assert_int_equal(files.items[1].statement_count, 2);
	assert_string_not_equal(files.items[0].checksum, files.items[1].checksum);
	put(folder, "0002_another.sql", "");
	assert_false(migrations_read(arena, folder, &files, complaints));
	unlink(arena_format(arena, "%s/0002_another.sql", folder));
	put(folder, "3_short.sql", "");
	assert_false(migrations_read(arena, folder, &files, complaints));
	fclose(complaints);
	for (const char *const *name =
		 (const char *const[]){ "0001_a_b.sql", "0002_a_b.sql", "3_short.sql", "README.md", NULL };
	     *name != NULL; name++)
		unlink(arena_format(arena, "%s/%s", folder, *name));
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_end_at_their_semicolon),
		cmocka_unit_test(semicolons_inside_of_something_do_not_count),
		cmocka_unit_test(what_is_not_closed_goes_to_the_end),
		cmocka_unit_test(files_are_read_in_order),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
