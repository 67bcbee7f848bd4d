/*
 * audit_verify_test.c -- who changes the audit behind its back is found out, and where: by us, from the database, and
 * by somebody else, from an export.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

/* ---- what there is to be changed: three seals at least, with rows of one person */

static long
number(struct world *w, const char *text)
{
	return strtol(given_sql(w, text), NULL, 10);
}

static void
wait_for_seal(struct world *w)
{
	const int64_t until = env_monotonic(&env_system) + 5 * SECOND;

	while (number(w, "SELECT count(*) FROM audit.inbox") > 0)
		if (env_monotonic(&env_system) > until)
			fail_msg("what was written is not sealed");
}

static void
given_rows(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
	for (int seal = 0; seal < 3; seal++) {
		for (int i = 0; i < 4; i++) {
			call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
			then_status(w, 201);
		}
		wait_for_seal(w);
	}
}

/* Of those rows the middle ones. */
static long
a_position(struct world *w)
{
	return number(w, "SELECT first + 1 FROM audit.seal WHERE last > first + 1 ORDER BY number DESC LIMIT 1");
}

/* ---- saying whether it is whole */

struct said {
	int status;
	const char *text;
};

static struct said
run(struct world *w, const char *command)
{
	FILE *program = popen(command, "r");
	struct buffer text;
	char part[4096];
	size_t got;
	int status;

	assert_non_null(program);
	buffer_init(&text, w->arena);
	while ((got = fread(part, 1, sizeof(part), program)) > 0)
		buffer_add(&text, part, got);
	status = pclose(program);
	return (struct said){ WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.data };
}

static struct said
verify(struct world *w, const char *more)
{
	return run(w, arena_format(w->arena, "%s --config %s --audit verify %s 2>&1", w->platform->program,
			  w->platform->config, more));
}

static void
then_whole(struct world *w)
{
	const struct said said = verify(w, "");

	if (said.status != 0 || strstr(said.text, "audit: whole") == NULL)
		fail_msg("%s", said.text);
}

static void
then_named(struct world *w, const struct said said, const char *what)
{
	(void)w;
	if (said.status != 1 || strstr(said.text, what) == NULL)
		fail_msg("expected \"%s\" in: %s", what, said.text);
}

static void
do_as_superuser(struct world *w, const char *statements)
{
	PGresult *result = PQexec(w->admin,
	    arena_format(w->arena,
		"BEGIN; ALTER TABLE audit.entry DISABLE TRIGGER ALL; ALTER TABLE audit.seal DISABLE TRIGGER ALL; %s;"
		"ALTER TABLE audit.entry ENABLE ALWAYS TRIGGER entry_is_only_added_to;"
		"ALTER TABLE audit.seal ENABLE ALWAYS TRIGGER seal_is_only_added_to; COMMIT",
		statements));

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", statements, PQresultErrorMessage(result));
	PQclear(result);
}

/* Does it, expects it to be named, and undoes it. */
static void
tamper(struct world *w, const char *deed, const char *expected, const char *undo)
{
	do_as_superuser(w, deed);
	then_named(w, verify(w, ""), expected);
	do_as_superuser(w, undo);
	then_whole(w);
}

#define F(...) arena_format(w->arena, __VA_ARGS__)

/* ---- the tests */

static void
an_audit_that_nobody_touched_is_whole(void **state)
{
	struct world *w = *state;

	given_rows(w);
	then_whole(w);
}

static void
a_changed_row_is_named(void **state)
{
	static const char *const columns[] = { "party = '0190b5a0-0000-7000-8000-000000000000'", "session = NULL",
		"route = 'GET /v1/notes'", "subject = 'other'", "what = ''", "status = 200", "problem = 'forbidden'",
		"address = '192.0.2.1'", "request = NULL", "times = 2", "at = at + interval '1 microsecond'",
		"hash = sha256('x')" };
	struct world *w = *state;
	long position;

	given_rows(w);
	position = a_position(w);
	given_sql(w, "DROP TABLE IF EXISTS audit_copy");
	given_sql(w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.entry WHERE position = %ld", position));
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		tamper(w, F("UPDATE audit.entry SET %s WHERE position = %ld", columns[i], position),
		    F("position %ld: the row", position),
		    F("DELETE FROM audit.entry WHERE position = %ld; INSERT INTO audit.entry SELECT * FROM audit_copy",
			position));
}

/* Somebody who knows how hashes are made makes a new one for the row. */
static void
a_changed_row_with_a_right_hash_is_named(void **state)
{
	struct world *w = *state;
	long position;

	given_rows(w);
	position = a_position(w);
	given_sql(w, "DROP TABLE IF EXISTS audit_copy");
	given_sql(w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.entry WHERE position = %ld", position));
	tamper(w,
	    F("UPDATE audit.entry SET status = 200, hash = sha256(convert_to(audit.pieces('stoa-audit-1', "
	      "audit.time_text(at), party::text, session::text, route, subject, what, '200', problem, address, "
	      "request, "
	      "times::text), 'UTF8')) WHERE position = %ld",
		position),
	    F("position %ld: the row was changed", position),
	    F("DELETE FROM audit.entry WHERE position = %ld; INSERT INTO audit.entry SELECT * FROM audit_copy",
		position));
}

static void
a_dropped_row_is_named(void **state)
{
	struct world *w = *state;
	long position, last;

	given_rows(w);
	position = a_position(w);
	last = number(w, "SELECT max(position) FROM audit.entry");
	given_sql(w, "DROP TABLE IF EXISTS audit_copy");
	given_sql(
	    w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.entry WHERE position IN (%ld, %ld)", position, last));
	tamper(w, F("DELETE FROM audit.entry WHERE position = %ld", position),
	    F("position %ld: the row is missing", position),
	    F("INSERT INTO audit.entry SELECT * FROM audit_copy WHERE position = %ld", position));
	tamper(w, F("DELETE FROM audit.entry WHERE position = %ld", last), F("position %ld: the row is missing", last),
	    F("INSERT INTO audit.entry SELECT * FROM audit_copy WHERE position = %ld", last));
}

static void
rows_that_changed_places_are_named(void **state)
{
	struct world *w = *state;
	long position;
	const char *swap;

	given_rows(w);
	position = a_position(w);
	swap =
	    F("UPDATE audit.entry SET position = -1 WHERE position = %ld; UPDATE audit.entry SET position = %ld WHERE "
	      "position = %ld; UPDATE audit.entry SET position = %ld WHERE position = -1",
		position, position, position + 1, position + 1);
	tamper(w, swap, F("position %ld: the row of position %ld stands here", position, position + 1), swap);
}

static void
an_added_row_is_named(void **state)
{
	struct world *w = *state;
	long last;

	given_rows(w);
	last = number(w, "SELECT max(position) FROM audit.entry");
	tamper(w,
	    F("INSERT INTO audit.entry SELECT position + 1, number + 1000000, at, party, session, route, subject, "
	      "what, "
	      "status, problem, address, request, times, hash FROM audit.entry WHERE position = %ld",
		last),
	    F("position %ld: the row is in no seal", last + 1),
	    F("DELETE FROM audit.entry WHERE position = %ld", last + 1));
}

static void
a_changed_seal_is_named(void **state)
{
	static const char *const columns[] = { "previous = sha256('x')", "root = sha256('x')", "leaves = reverse_of",
		"at = at + interval '1 microsecond'", "signature = set_byte(signature, 5, get_byte(signature, 5) # 1)",
		"kid = 'x'" };
	struct world *w = *state;
	long seal, first;

	given_rows(w);
	seal = number(w, "SELECT max(number) FROM audit.seal WHERE last > first");
	first = number(w, F("SELECT first FROM audit.seal WHERE number = %ld", seal));
	given_sql(w, "DROP TABLE IF EXISTS audit_copy");
	given_sql(w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.seal WHERE number = %ld", seal));
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		tamper(w,
		    F("UPDATE audit.seal SET %s WHERE number = %ld",
			strcmp(columns[i], "leaves = reverse_of") == 0
			    ? "leaves = substr(leaves, 33) || substr(leaves, 1, 32)"
			    : columns[i],
			seal),
		    F("position %ld", first),
		    F("DELETE FROM audit.seal WHERE number = %ld; INSERT INTO audit.seal SELECT * FROM audit_copy",
			seal));
}

static void
a_dropped_seal_is_named(void **state)
{
	struct world *w = *state;
	long seal, first;

	given_rows(w);
	seal = number(w, "SELECT max(number) - 1 FROM audit.seal");
	first = number(w, F("SELECT first FROM audit.seal WHERE number = %ld", seal));
	given_sql(w, "DROP TABLE IF EXISTS audit_copy, audit_rows");
	given_sql(w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.seal WHERE number = %ld", seal));
	given_sql(w, F("CREATE TABLE audit_rows AS SELECT e.* FROM audit.entry e JOIN audit_copy s ON e.position "
		       "BETWEEN s.first "
		       "AND s.last"));
	tamper(w,
	    F("DELETE FROM audit.entry WHERE position IN (SELECT position FROM audit_rows); DELETE FROM audit.seal "
	      "WHERE "
	      "number = %ld",
		seal),
	    F("position %ld: seal %ld follows seal %ld", first, seal + 1, seal - 1),
	    "INSERT INTO audit.seal SELECT * FROM audit_copy; INSERT INTO audit.entry SELECT * FROM audit_rows");
}

/* What was cut off at the end leaves no trace in the database; the log knows of it. */
static void
an_end_that_was_cut_off_is_known_from_the_log(void **state)
{
	struct world *w = *state;
	const char *known;
	long seal, first;

	given_rows(w);
	seal = number(w, "SELECT max(number) FROM audit.seal");
	first = number(w, F("SELECT first FROM audit.seal WHERE number = %ld", seal));
	known =
	    run(w, F("grep '\"message\":\"sealed\"' %s/log/stoad.log | tail -n 1 | "
		     "sed 's/.*\"seal\":\\([0-9]*\\).*\"hash\":\"\\([0-9a-f]*\\)\".*/--seal \\1:\\2/' | tr -d '\\n'",
		       w->platform->folder))
		.text;
	assert_int_equal(verify(w, known).status, 0);
	given_sql(w, "DROP TABLE IF EXISTS audit_copy, audit_rows");
	given_sql(w, F("CREATE TABLE audit_copy AS SELECT * FROM audit.seal WHERE number = %ld", seal));
	given_sql(w, F("CREATE TABLE audit_rows AS SELECT * FROM audit.entry WHERE position >= %ld", first));
	do_as_superuser(w,
	    F("DELETE FROM audit.entry WHERE position >= %ld; DELETE FROM audit.seal WHERE number = %ld", first, seal));
	assert_int_equal(verify(w, "").status, 0);
	then_named(w, verify(w, known), F("position %ld: seal %ld is known", first, seal));
	do_as_superuser(
	    w, "INSERT INTO audit.seal SELECT * FROM audit_copy; INSERT INTO audit.entry SELECT * FROM audit_rows");
	then_whole(w);
}

/* Somebody who can write to the database, but has not the house's secret, signs with a key of his own. */
static void
a_key_of_somebody_else_is_not_believed(void **state)
{
	struct world *w = *state;

	given_rows(w);
	do_as_superuser(w,
	    "UPDATE core.key SET private_part = set_byte(private_part, 20, get_byte(private_part, 20) # 1) "
	    "WHERE purpose = 'audit'");
	then_named(w, verify(w, ""), "which is no key of ours");
	do_as_superuser(w,
	    "UPDATE core.key SET private_part = set_byte(private_part, 20, get_byte(private_part, 20) # 1) "
	    "WHERE purpose = 'audit'");
	then_whole(w);
}

/* ---- exports */

static const char *
exported(struct world *w)
{
	const char *path = F("%s/export", w->platform->folder), *link = "/v1/audit/export";
	FILE *file = fopen(path, "we");
	int answers = 0;

	assert_non_null(file);
	given_operator(w, "auditor", "audit.export");
	as(w, "auditor");
	for (; link != NULL; answers++) {
		call(w, GET, link, NULL);
		then_status(w, 200);
		then_header(w, "content-type", "application/x-ndjson");
		fwrite(w->answer.body.data, 1, w->answer.body.length, file);
		link = answer_header(&w->answer, "link");
		if (link != NULL) {
			link = arena_copy(w->arena, link + 1, strcspn(link, ">") - 1);
			assert_true(answers < 1000);
		}
	}
	fclose(file);
	assert_true(answers >= 2);
	return path;
}

/* What somebody may do to the lines of an export, and what must be said of it. */
static const char *
edited(struct world *w, unsigned which)
{
	static const char *const edits[] = {
		"0,/\"status\" : 201/s//\"status\" : 200/",
		NULL,
		"0,/\"kind\" : \"seal\"/{//d}",
		"s/\"previous\" : \"./&x/",
	};

	return which == 1 ? F("/\"position\" : %ld,/d", a_position(w)) : edits[which];
}

static void
an_export_can_be_checked_elsewhere(void **state)
{
	struct world *w = *state;
	const char *path;
	struct said said;

	given_rows(w);
	path = exported(w);
	said = verify(w, F("--file %s", path));
	if (said.status != 0)
		fail_msg("%s", said.text);
	for (unsigned i = 0; i < 4; i++)
		then_named(w,
		    run(w, F("sed '%s' %s | %s --config %s --audit verify --file -", edited(w, i), path,
			       w->platform->program, w->platform->config)),
		    i == 1 ? F("position %ld: the row is missing", a_position(w)) : "position ");
}

static void
an_outsider_needs_sixty_lines(void **state)
{
	struct world *w = *state;
	const char *program = TOP_SRCDIR "/tests/api/audit_verify.mjs", *path;
	struct said said;

	if (access("/usr/bin/node", X_OK) != 0)
		skip();
	given_rows(w);
	path = exported(w);
	said = run(w, F("node %s < %s 2>&1", program, path));
	if (said.status != 0 || strstr(said.text, " 0 faults") == NULL)
		fail_msg("%s", said.text);
	for (unsigned i = 0; i < 4; i++)
		then_named(w, run(w, F("sed '%s' %s | node %s 2>&1", edited(w, i), path, program)),
		    i == 1 ? F("position %ld: missing", a_position(w)) : "position ");
}

/* The lines that an erase leaves. */
static void
the_end_of_an_erased_audit_is_checked_without_its_rows(void **state)
{
	struct world *w = *state;
	const char *path = F("%s/end.json", w->platform->folder), *seal;
	FILE *file = fopen(path, "we");
	struct said said;

	given_rows(w);
	fprintf(file, "%s\n", given_sql(w, "SELECT string_agg(line, E'\\n') FROM audit.export_end(gen_random_uuid())"));
	fclose(file);
	seal = given_sql(w, "SELECT number || ':' || encode(hash, 'hex') FROM audit.seal ORDER BY number DESC LIMIT 1");
	said = verify(w, F("--file %s --seal %s", path, seal));
	if (said.status != 0 || strstr(said.text, "it ended at position") == NULL)
		fail_msg("%s", said.text);
	then_named(w, run(w, F("sed 's/\"last\" : /&1/' %s | %s --config %s --audit verify --file -", path,
			      w->platform->program, w->platform->config)), "the signature of seal");
	/* Behind an end no rows are missed, so nobody may put one in front of more than the last seal. */
	then_named(w, run(w, F("(head -n 1 %s; sed '/\"kind\" : \"entry\"/d' %s) | %s --config %s --audit verify --file -",
			      path, exported(w), w->platform->program, w->platform->config)), "there is only the last seal");
}

static void
an_export_is_written_down_itself(void **state)
{
	struct world *w = *state;

	given_rows(w);
	exported(w);
	assert_true(
	    number(w, F("SELECT count(*) FROM (SELECT party, route, what FROM audit.inbox UNION ALL SELECT party, "
			"route, what FROM audit.entry) r WHERE route = 'GET /v1/audit/export' AND party = '%s' AND "
			"what LIKE 'exported from 1 to %%'",
			  id_of(w, "auditor"))) == 1);
}

static const struct CMUnitTest audit_verify_tests[] = {
	api_test(an_audit_that_nobody_touched_is_whole),
	api_test(a_changed_row_is_named),
	api_test(a_changed_row_with_a_right_hash_is_named),
	api_test(a_dropped_row_is_named),
	api_test(rows_that_changed_places_are_named),
	api_test(an_added_row_is_named),
	api_test(a_changed_seal_is_named),
	api_test(a_dropped_seal_is_named),
	api_test(an_end_that_was_cut_off_is_known_from_the_log),
	api_test(a_key_of_somebody_else_is_not_believed),
	api_test(an_export_can_be_checked_elsewhere),
	api_test(an_outsider_needs_sixty_lines),
	api_test(the_end_of_an_erased_audit_is_checked_without_its_rows),
	api_test(an_export_is_written_down_itself),
};

static int
open_platform(void **state)
{
	return platform_open_with(state, &(struct platform_wish){
					     .own_postgres = true,
					     .pools = "ops, sample, limits, audit, audit-leader",
					     .settings = "\n[limits]\naddress = 6000000/1m\nheavy = 60000/1m\n",
					 });
}

int
main(void)
{
	return kit_run(audit_verify_tests, sizeof(audit_verify_tests) / sizeof(audit_verify_tests[0]),
	    "audit_verify_tests", open_platform);
}
