/* mail_test.c -- mails are as RFC 5322 says, whatever is put into them, and are written once. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/work/mail.h"
#include "core/work/queue.h"

static struct mail
a_mail(void)
{
	struct mail mail = { .host = "example.com",
		.kind = "auth.verify-email",
		.address = "ada@example.com",
		.subject = "Please confirm",
		.text = "Hello Ada,\n\nhttps://example.com/verify?token=abc=\n" };

	assert_true(uuid_parse("0194c8f0-4e80-7000-8000-000000000001", &mail.id));
	return mail;
}

static void
a_plain_mail_reads_as_it_was_written(void **state)
{
	struct arena *arena = arena_new();
	struct mail mail = a_mail();
	const char *text = mail_print(arena, &mail);

	(void)state;
	assert_non_null(strstr(text, "Date: Sun, 02 Feb 2025 23:12:59 +0000\r\n"));
	assert_non_null(
	    strstr(text, "\r\nFrom: noreply@example.com\r\nTo: ada@example.com\r\nSubject: Please confirm\r\n"));
	assert_non_null(strstr(text, "Message-ID: <0194c8f0-4e80-7000-8000-000000000001@example.com>\r\n"));
	assert_non_null(strstr(text, "\r\n\r\nHello Ada,\r\n\r\nhttps://example.com/verify?token=abc=\r\n"));
	arena_free(arena);
}

/* The head ends where the first empty line is; no header may bring its own. */
static void
then_heads_are(const char *text, int lines)
{
	const char *end = strstr(text, "\r\n\r\n");
	int seen = 1;

	assert_non_null(end);
	for (const char *at = text; at < end; at++)
		if (*at == '\n') {
			seen++;
			assert_true(at[-1] == '\r');
		}
	assert_int_equal(seen, lines);
}

static void
a_subject_cannot_add_headers(void **state)
{
	struct arena *arena = arena_new();
	struct mail mail = a_mail();
	const char *text;

	(void)state;
	mail.subject = "Hello\r\nBcc: eve@example.com\r\n\r\nbody";
	text = mail_print(arena, &mail);
	assert_null(strstr(text, "Bcc"));
	then_heads_are(text, 9);
	arena_free(arena);
}

static void
other_alphabets_become_encoded_words_between_characters(void **state)
{
	struct arena *arena = arena_new();
	struct mail mail = a_mail();
	const char *text;

	(void)state;
	mail.subject = "Přihlášení";
	assert_non_null(strstr(mail_print(arena, &mail), "Subject: =?utf-8?B?UMWZaWhsw6HFoWVuw60=?=\r\n"));
	/* 23 characters of three bytes: fifteen in the first word, eight in the second. */
	mail.subject = "ひひひひひひひひひひひひひひひひひひひひひひひ";
	text = mail_print(arena, &mail);
	assert_non_null(strstr(text, "44Gy?=\r\n =?utf-8?B?44Gy"));
	arena_free(arena);
}

static void
a_line_that_is_too_long_is_sent_as_base64(void **state)
{
	struct arena *arena = arena_new();
	struct mail mail = a_mail();
	char line[1200];
	const char *text;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	mail.text = line;
	text = mail_print(arena, &mail);
	assert_non_null(strstr(text, "Content-Transfer-Encoding: base64\r\n"));
	for (size_t length; *text != '\0'; text += length + 2) {
		length = strcspn(text, "\r");
		assert_in_range(length, 0, 998);
	}
	arena_free(arena);
}

static void
the_host_is_found_in_the_url(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(mail_host(arena, "https://localhost:8443"), "localhost");
	assert_string_equal(mail_host(arena, "https://api.example.com"), "api.example.com");
	assert_string_equal(mail_host(arena, "https://[::1]:8443/x"), "[::1]");
	arena_free(arena);
}

static int
count_files(const char *directory)
{
	DIR *listing = opendir(directory);
	int count = 0;

	assert_non_null(listing);
	for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
		count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(listing);
	return count;
}

static void
a_mail_is_written_once_however_often_it_is_tried(void **state)
{
	struct arena *arena = arena_new();
	struct mail mail = a_mail();
	char root[] = "/tmp/mail-test-XXXXXX";
	const char *directory, *path;
	struct stat first, second;

	(void)state;
	assert_non_null(mkdtemp(root));
	directory = arena_format(arena, "%s/mail", root);
	path = arena_format(arena, "%s/20250202T231259Z-0194c8f0-4e80-7000-8000-000000000001.eml", directory);
	assert_true(mail_write(arena, directory, &mail));
	if (stat(path, &first) != 0) /* the name is the mail's own time */
		fail_msg("%s is missing", path);
	assert_int_equal(first.st_mode & 07777, 0640);
	mail.text = "another try";
	assert_true(mail_write(arena, directory, &mail));
	assert_int_equal(stat(path, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	assert_int_equal(first.st_size, second.st_size);
	assert_int_equal(count_files(directory), 1);
	assert_false(mail_write(arena, "/proc/nowhere", &mail));
	unlink(path);
	rmdir(directory);
	rmdir(root);
	arena_free(arena);
}

static void
retries_wait_longer_each_time_and_never_all_the_same(void **state)
{
	bool differ = false;

	(void)state;
	for (int32_t attempt = 1; attempt <= 17; attempt++) {
		int64_t whole = SECOND * attempt * attempt * attempt * attempt;
		int64_t first = queue_retry_delay(&env_system, attempt);

		for (int i = 0; i < 100; i++) {
			int64_t delay = queue_retry_delay(&env_system, attempt);

			assert_in_range(delay, whole / 2, whole + MILLISECOND);
			differ |= delay != first;
		}
	}
	assert_true(differ);
	assert_in_range(queue_retry_delay(&env_system, 1000000), 0, 24 * 3600 * SECOND + MILLISECOND);
	assert_in_range(queue_retry_delay(&env_system, 0), 0, SECOND + MILLISECOND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_mail_reads_as_it_was_written),
		cmocka_unit_test(a_subject_cannot_add_headers),
		cmocka_unit_test(other_alphabets_become_encoded_words_between_characters),
		cmocka_unit_test(a_line_that_is_too_long_is_sent_as_base64),
		cmocka_unit_test(the_host_is_found_in_the_url),
		cmocka_unit_test(a_mail_is_written_once_however_often_it_is_tried),
		cmocka_unit_test(retries_wait_longer_each_time_and_never_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
