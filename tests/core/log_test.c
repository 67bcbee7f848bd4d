/* log_test.c -- every line is JSON, whole, and says who speaks and about what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json_object.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/json/check.h"
#include "core/work/queue.h"

static struct arena *arena;
static char path[] = "/tmp/stoa-log-XXXXXX";

/* The log's lines so far, NULL-terminated, and an empty log again. */
static char **
lines(void)
{
	static char text[8 * 1024 * 1024];
	int file = open(path, O_RDWR);
	ssize_t length = read(file, text, sizeof(text) - 1);

	assert_true(length >= 0);
	assert_int_equal(ftruncate(file, 0), 0);
	close(file);
	text[length] = '\0';
	return text_split(arena, text, '\n');
}

static struct json_object *
parsed(const char *line)
{
	struct json_fault fault;
	struct json_object *object = json_parse(arena, line, strlen(line), &fault);

	if (object == NULL)
		fail_msg("%s at %zu: %s", fault.reason, fault.offset, line);
	return object;
}

static const char *
value(struct json_object *object, const char *key)
{
	struct json_object *member = NULL;

	return json_object_object_get_ex(object, key, &member) ? json_object_get_string(member) : NULL;
}

static void
a_line_says_when_who_and_what(void **state)
{
	struct json_object *line;
	char **all;

	(void)state;
	log_service("stoad", "test", "ops");
	log_line(WARN, NULL, "db", "connection lost", { "sqlstate", .text = "08006" }, { "attempt", .number = -2 });
	all = lines();
	line = parsed(all[0]);
	assert_null(all[1]);
	assert_string_equal(value(line, "level"), "warn");
	assert_string_equal(value(line, "service"), "stoad");
	assert_string_equal(value(line, "environment"), "test");
	assert_string_equal(value(line, "pool"), "ops");
	assert_string_equal(value(line, "logger"), "db");
	assert_string_equal(value(line, "message"), "connection lost");
	assert_string_equal(value(line, "sqlstate"), "08006");
	assert_string_equal(value(line, "attempt"), "-2");
	assert_int_equal(strtol(value(line, "pid"), NULL, 10), getpid());
	assert_int_equal(strlen(value(line, "time")), strlen("2026-02-03T04:05:06.123456Z"));
	assert_null(value(line, "request_id"));
}

static void
the_work_at_hand_is_named(void **state)
{
	struct job job = { .id = { { 1 } }, .kind = "event.relay" };
	struct request req = { .id = "0123456789abcdef0123456789abcdef",
		.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
	struct json_object *line;

	(void)state;
	log_line(INFO, &req, "web", "answered");
	line = parsed(lines()[0]);
	assert_string_equal(value(line, "request_id"), req.id);
	assert_string_equal(value(line, "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
	assert_null(value(line, "job"));
	req.job = &job;
	log_line(INFO, &req, "work", "done");
	line = parsed(lines()[0]);
	assert_string_equal(value(line, "job"), "01000000-0000-0000-0000-000000000000");
	assert_string_equal(value(line, "job_kind"), "event.relay");
}

static void
lines_below_the_level_are_not_written(void **state)
{
	(void)state;
	log_line(DEBUG, NULL, "test", "unseen");
	log_level_set(ERROR);
	log_line(WARN, NULL, "test", "unseen");
	assert_null(lines()[0]);
	log_level_set(DEBUG);
	log_line(DEBUG, NULL, "test", "seen");
	assert_non_null(lines()[0]);
	log_level_set(INFO);
}

static void
whatever_is_said_the_line_is_json(void **state)
{
	struct json_object *line;
	char every[257];

	(void)state;
	for (int i = 1; i < 256; i++)
		every[i - 1] = (char)i;
	every[255] = '\0';
	log_line(INFO, NULL, "test", "{\"a\":\"b\"}\n\r\t\\", { "bytes", .text = every }, { "utf-8", .text = "é€😀" },
	    { "bad", .text = "\xff\xc3(" }, { "odd \"name\"", .text = "" });
	line = parsed(lines()[0]);
	assert_string_equal(value(line, "message"), "{\"a\":\"b\"}\n\r\t\\");
	assert_string_equal(value(line, "utf-8"), "é€😀");
	assert_string_equal(value(line, "bad"), "\\xff\\xc3(");
	assert_string_equal(value(line, "odd \"name\""), "");
}

static void
a_text_that_is_too_long_is_cut_and_the_line_stays_json(void **state)
{
	static char ascii[100001], wide[100001], control[100001];
	struct json_object *line;
	const char *cut;

	(void)state;
	memset(ascii, 'a', 100000);
	memset(control, 1, 100000);
	for (size_t i = 0; i + 3 <= 100000; i += 3)
		memcpy(wide + i, "€", 3);
	log_line(INFO, NULL, "test", "long", { "ascii", .text = ascii }, { "wide", .text = wide },
	    { "control", .text = control });
	line = parsed(lines()[0]);
	cut = value(line, "ascii");
	assert_in_range(strlen(cut), 8000, 8192);
	assert_string_equal(cut + strlen(cut) - 3, "...");
	assert_in_range(strlen(value(line, "wide")), 8000, 8192);
	assert_non_null(value(line, "control"));
}

static void
fields_that_do_not_fit_are_left_out_and_the_line_stays_json(void **state)
{
	static char text[20001];
	struct log_field fields[200] = { { 0 } };

	(void)state;
	memset(text, '\\', 20000);
	for (int size = 0; size < 199; size++) {
		for (int i = 0; i < size; i++)
			fields[i] = (struct log_field){ .name = text + 20000 - 2 * i, .text = text + 20000 - 100 * i };
		log_write(INFO, NULL, "test", "many", fields);
		assert_non_null(value(parsed(lines()[0]), "message"));
	}
}

static void
lines_of_many_processes_never_mix(void **state)
{
	static char text[7001];
	int status, count = 0;

	(void)state;
	memset(text, 'x', 7000);
	for (int process = 0; process < 4; process++)
		if (fork() == 0) {
			for (int i = 0; i < 100; i++)
				log_line(INFO, NULL, "test", text + (i * 61) % 7000, { "n", .number = i });
			_exit(0);
		}
	for (int process = 0; process < 4; process++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	for (char **line = lines(); *line != NULL; line++, count++)
		parsed(*line);
	assert_int_equal(count, 400);
}

static void
after_a_rotation_the_log_is_opened_anew(void **state)
{
	char rotated[64];

	(void)state;
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	assert_int_equal(rename(path, rotated), 0);
	log_reopen();
	log_line(INFO, NULL, "test", "to the new file");
	assert_non_null(lines()[0]);
	unlink(rotated);
	assert_false(log_open("/nonexistent/directory/log"));
	log_line(INFO, NULL, "test", "still to the old one");
	assert_non_null(lines()[0]);
}

static int
open_log(void **state)
{
	(void)state;
	arena = arena_new();
	close(mkstemp(path));
	return log_open(path) ? 0 : -1;
}

static int
close_log(void **state)
{
	(void)state;
	log_open(NULL);
	unlink(path);
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_when_who_and_what),
		cmocka_unit_test(the_work_at_hand_is_named),
		cmocka_unit_test(lines_below_the_level_are_not_written),
		cmocka_unit_test(whatever_is_said_the_line_is_json),
		cmocka_unit_test(a_text_that_is_too_long_is_cut_and_the_line_stays_json),
		cmocka_unit_test(fields_that_do_not_fit_are_left_out_and_the_line_stays_json),
		cmocka_unit_test(lines_of_many_processes_never_mix),
		cmocka_unit_test(after_a_rotation_the_log_is_opened_anew),
	};

	return cmocka_run_group_tests(tests, open_log, close_log);
}
