/* file_test.c -- a file is there whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

static char folder[] = "/tmp/stoa-file-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
then_it_says(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "re");
	char said[100] = "";

	assert_non_null(file);
	said[fread(said, 1, sizeof(said) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(said, text);
}

static unsigned
files(void)
{
	DIR *all = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	assert_non_null(all);
	while ((entry = readdir(all)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(all);
	return count;
}

static void
what_is_put_replaces_what_was_there_and_leaves_nothing_beside(void **state)
{
	struct stat status;

	(void)state;
	assert_true(file_put(path_of("one"), "first, and longer\n"));
	then_it_says("one", "first, and longer\n");
	assert_true(file_put(path_of("one"), "second\n"));
	then_it_says("one", "second\n");
	assert_int_equal(files(), 1);
	assert_int_equal(stat(path_of("one"), &status), 0);
	assert_int_equal(status.st_mode & 07, 0);
}

static void
a_draft_that_somebody_left_is_in_nobodys_way(void **state)
{
	FILE *draft = fopen(path_of("two.new"), "we");

	(void)state;
	assert_non_null(draft);
	fputs("a draft that was much longer than what comes", draft);
	fclose(draft);
	assert_true(file_put(path_of("two"), "whole"));
	then_it_says("two", "whole");
	assert_int_equal(access(path_of("two.new"), F_OK), -1);
}

static void
what_cannot_be_put_leaves_nothing_and_says_why(void **state)
{
	const unsigned before = files();

	(void)state;
	assert_false(file_put(path_of("nowhere/three"), "x"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir(path_of("four"), 0700), 0);
	assert_false(file_put(path_of("four"), "x"));
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(path_of("four")), 0);
	assert_int_equal(files(), before);
}

static int
open_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
close_folder(void **state)
{
	(void)state;
	unlink(path_of("one"));
	unlink(path_of("two"));
	return rmdir(folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_replaces_what_was_there_and_leaves_nothing_beside),
		cmocka_unit_test(a_draft_that_somebody_left_is_in_nobodys_way),
		cmocka_unit_test(what_cannot_be_put_leaves_nothing_and_says_why),
	};

	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
