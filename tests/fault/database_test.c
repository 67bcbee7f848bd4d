/*
 * database_test.c -- a PostgreSQL that is reached over TLS and must prove who it is, and a streaming replica of it.  What
 * cannot be trusted is refused and never asked in the clear; what is too old, dead or silent costs nobody an answer.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

/* How long after the replica has failed everybody is answered by the primary, and by the replica when it is back. */
#define BACK_TO_PRIMARY (3 * SECOND)
#define BACK_TO_REPLICA (6 * SECOND)

/* Certificates, and the replica with its socket. */
static char folder[] = "/tmp/stoa-database-XXXXXX";
static pid_t replica;

/* Two authorities; ours has signed one certificate for localhost and one for another host. */
static const char certificates[] =
    "cd %s && exec 2>/dev/null && key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes' && "
    "for ca in ours theirs; do openssl req -x509 $key -days 2 -subj /CN=$ca -keyout $ca.key -out $ca.pem || exit 1; done && "
    "for name in localhost db.example; do openssl req $key -subj /CN=$name -keyout $name.key -out $name.csr && "
    "printf 'subjectAltName=DNS:%%s' $name >$name.ext && openssl x509 -req -in $name.csr -CA ours.pem -CAkey ours.key "
    "-CAcreateserial -days 2 -extfile $name.ext -out $name.pem || exit 1; done && "
    "cp ours.pem root.pem && cp localhost.pem server.pem && cp localhost.key server.key && chmod 600 *.key && "
    "chown -R %u:%u . && chmod 755 .";

static void
file_becomes(struct world *w, const char *name, const char *from)
{
	/* Into the same file, so that owner and mode stay. */
	assert_int_equal(system(arena_format(w->arena, "cat %s/%s >%s/%s", folder, from, folder, name)), 0);
}

/* Whoever is connected has to come in anew. */
static void
everybody_is_sent_away(struct world *w)
{
	given_sql(w, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'stoa%'");
}

static void
server_shows(struct world *w, const char *name)
{
	file_becomes(w, "server.pem", arena_format(w->arena, "%s.pem", name));
	file_becomes(w, "server.key", arena_format(w->arena, "%s.key", name));
	given_sql(w, "SELECT pg_reload_conf()");
}

/* How many lines of the log since the test's start have both. */
static unsigned
lines_with(struct world *w, const char *one, const char *other)
{
	FILE *log = fopen(w->log, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned count = 0;

	assert_non_null(log);
	fseeko(log, w->log_size, SEEK_SET);
	while (getline(&line, &size, log) > 0)
		count += strstr(line, one) != NULL && strstr(line, other) != NULL;
	free(line);
	fclose(log);
	return count;
}

static bool
is_answered(struct world *w)
{
	call(w, GET, "/v1/notes", NULL);
	return w->answer.status == 200;
}

static void
given_ada_is_answered(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
	for (int i = 0; i < 40 && !is_answered(w); i++)
		usleep(50000);
	then_status(w, 200);
}

/* By every request, with one line that says why, and with nobody let in who did not ask for proof. */
static void
then_refused_because(struct world *w, const char *reason)
{
	for (int i = 0; i < 4; i++) {
		call(w, GET, "/v1/notes", NULL);
		then_problem(w, 503, "unavailable");
		then_within(w, 3);
	}
	call(w, GET, "/ready", NULL);
	then_problem(w, 503, "unavailable");
	then_error(w, "/database");
	assert_int_equal(lines_with(w, "\"pool\":\"sample\"", reason), 1);
	assert_string_equal(given_sql(w, "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'stoa%'"), "0");
}

static void
a_server_that_proves_itself_is_asked_over_tls(void **state)
{
	struct world *w = *state;

	given_ada_is_answered(w);
	assert_string_equal(given_sql(w, "SELECT (count(*) > 0 AND bool_and(ssl))::text FROM pg_stat_activity "
					 "JOIN pg_stat_ssl USING (pid) WHERE usename LIKE 'stoa%'"),
	    "true");
}

static void
a_certificate_of_another_authority_is_refused(void **state)
{
	struct world *w = *state;

	given_ada_is_answered(w);
	file_becomes(w, "root.pem", "theirs.pem");
	everybody_is_sent_away(w);
	then_refused_because(w, "certificate verify failed");
	file_becomes(w, "root.pem", "ours.pem");
	given_ada_is_answered(w);
}

static void
a_certificate_for_another_host_is_refused(void **state)
{
	struct world *w = *state;

	given_ada_is_answered(w);
	server_shows(w, "db.example");
	everybody_is_sent_away(w);
	then_refused_because(w, "does not match host name");
	server_shows(w, "localhost");
	given_ada_is_answered(w);
}

static void
a_server_without_tls_is_refused(void **state)
{
	struct world *w = *state;

	given_ada_is_answered(w);
	given_sql(w, "ALTER SYSTEM SET ssl = off");
	given_sql(w, "SELECT pg_reload_conf()");
	everybody_is_sent_away(w);
	then_refused_because(w, "server does not support SSL");
	given_sql(w, "ALTER SYSTEM RESET ssl");
	given_sql(w, "SELECT pg_reload_conf()");
	given_ada_is_answered(w);
}

/* ---- the replica */

static const char *
replica_url(struct world *w)
{
	return arena_format(
	    w->arena, "postgresql://postgres@/postgres?host=%s&port=%d", folder, w->platform->postgres_port);
}

static void
replica_starts(struct world *w)
{
	const char *const command[] = { postgres_program(w->arena, "postgres"), "-D",
		arena_format(w->arena, "%s/replica", folder), "-k", folder, "-c", "listen_addresses=", NULL };
	const int64_t until = env_monotonic(&env_system) + 10 * SECOND;

	replica = platform_run(w->platform, "replica", command);
	while (PQping(replica_url(w)) != PQPING_OK && env_monotonic(&env_system) < until)
		usleep(20000);
	assert_int_equal(PQping(replica_url(w)), PQPING_OK);
}

static void
replica_does(struct world *w, const char *sql)
{
	PGconn *connection = PQconnectdb(replica_url(w));
	PGresult *result = PQexecParams(connection, sql, 0, NULL, NULL, NULL, NULL, 0);

	assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
	PQclear(result);
	PQfinish(connection);
}

static bool
replica_counts(struct world *w)
{
	call(w, GET, "/v1/sample/tally", NULL);
	then_status(w, 200);
	then_within(w, 3);
	return strcmp(answer_field(&w->answer, "/replica"), "true") == 0;
}

/* Asks until the replica answers, or the primary, for so long at most. */
static void
then_counted_by(struct world *w, bool by_replica, int64_t patience)
{
	const int64_t until = env_monotonic(&env_system) + patience;

	while (replica_counts(w) != by_replica)
		if (env_monotonic(&env_system) > until)
			kit_fail(HERE, "still counted by the %s", by_replica ? "primary" : "replica");
}

static void
given_note(struct world *w, const char *name)
{
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	name_it(w, name);
}

static void
given_ada_is_counted_by_the_replica(struct world *w)
{
	given_ada_is_answered(w);
	then_counted_by(w, true, BACK_TO_REPLICA);
}

static void
what_may_be_stale_is_read_from_the_replica(void **state)
{
	struct world *w = *state;

	given_ada_is_counted_by_the_replica(w);
	given_note(w, "milk");
	usleep(200000);
	then_counted_by(w, true, BACK_TO_REPLICA);
	then_field(w, "/count", "1");
}

/* Whatever is not marked so is never read from it, however far behind it is; nor is anything once that is known. */
static void
a_replica_that_is_behind_is_left_alone(void **state)
{
	struct world *w = *state;

	given_ada_is_counted_by_the_replica(w);
	replica_does(w, "SELECT pg_wal_replay_pause()");
	for (int i = 0; i < 5; i++) {
		given_note(w, "milk");
		call(w, GET, "/v1/notes/milk", NULL);
		then_status(w, 200);
		call(w, GET, "/v1/notes", NULL);
		then_count(w, "/data", (size_t)i + 1);
	}
	then_counted_by(w, false, BACK_TO_PRIMARY);
	for (int i = 0; i < 10; i++) {
		assert_false(replica_counts(w));
		then_field(w, "/count", "5");
		usleep((useconds_t)figure(10000, 300000));
	}
	assert_int_equal(lines_with(w, "the replica is left alone", "it is behind"), 1);
	replica_does(w, "SELECT pg_wal_replay_resume()");
	then_counted_by(w, true, BACK_TO_REPLICA);
	then_field(w, "/count", "5");
}

/* As one that freezes between its first word and its answer. */
static void
a_replica_that_falls_silent_in_the_middle_is_not_waited_for(void **state)
{
	struct world *w = *state;

	given_ada_is_counted_by_the_replica(w);
	call(w, GET, "/v1/sample/tally?sleep=8000", NULL);
	then_status(w, 200);
	then_within(w, 3);
	then_field(w, "/replica", "false");
	then_counted_by(w, true, BACK_TO_REPLICA);
}

static struct load *
given_counting(struct world *w)
{
	static const struct load_request requests[] = { { "/v1/sample/tally", NULL, 0 } };
	struct load *load;

	given_ada_is_counted_by_the_replica(w);
	load = load_start(w, requests, 1, 4);
	load_run(load, 0.3);
	load_report(load);
	return load;
}

static void
then_nobody_noticed(struct world *w, struct load *load, const char *what)
{
	const struct load_report report = load_stop(load);

	print_message("%s: %u well, slowest %.2f s\n", what, report.well, report.slowest);
	then_nothing_wrong(report);
	assert_int_equal(report.refused, 0);
	assert_true(report.well > 0);
	then_none_slower(report, 3);
	assert_false(replica_counts(w));
}

static void
a_dead_replica_costs_nobody_an_answer(void **state)
{
	struct world *w = *state;
	struct load *load = given_counting(w);

	platform_end(&replica, SIGQUIT);
	load_run(load, figure(0.5, 5));
	then_nobody_noticed(w, load, "dead");
	replica_starts(w);
	then_counted_by(w, true, BACK_TO_REPLICA);
}

static void
a_silent_replica_costs_nobody_an_answer(void **state)
{
	struct world *w = *state;
	struct load *load = given_counting(w);

	kill(replica, SIGSTOP);
	platform_signal_children(replica, SIGSTOP);
	load_run(load, figure(1.2, 6));
	then_nobody_noticed(w, load, "silent");
	platform_signal_children(replica, SIGCONT);
	kill(replica, SIGCONT);
	then_counted_by(w, true, BACK_TO_REPLICA);
}

static const struct CMUnitTest database_tests[] = {
	api_test(a_server_that_proves_itself_is_asked_over_tls),
	api_test(a_certificate_of_another_authority_is_refused),
	api_test(a_certificate_for_another_host_is_refused),
	api_test(a_server_without_tls_is_refused),
	api_test(what_may_be_stale_is_read_from_the_replica),
	api_test(a_replica_that_is_behind_is_left_alone),
	api_test(a_replica_that_falls_silent_in_the_middle_is_not_waited_for),
	api_test(a_dead_replica_costs_nobody_an_answer),
	api_test(a_silent_replica_costs_nobody_an_answer),
};

static bool
make_replica(struct world *w)
{
	const char *const command[] = { postgres_program(w->arena, "pg_basebackup"), "-R", "-D",
		arena_format(w->arena, "%s/replica", folder), "--checkpoint=fast", "--no-sync", "-d",
		platform_postgres_url(w->platform, "postgres"), NULL };

	if (platform_do(w->platform, "basebackup", command) != 0)
		return false;
	replica_starts(w);
	return true;
}

static int
open_platform(void **state)
{
	static char script[2000], settings[1000], postgres[500], url[300];
	const int port = free_port();
	struct stat owner;

	if (stat(getenv("STOA_TEST_CONFIG"), &owner) != 0 || mkdtemp(folder) == NULL)
		return -1;
	snprintf(script, sizeof(script), certificates, folder, owner.st_uid, owner.st_gid);
	if (system(script) != 0)
		return -1;
	snprintf(postgres, sizeof(postgres),
	    "listen_addresses = 'localhost'\nssl = on\nssl_cert_file = '%s/server.pem'\nssl_key_file = '%s/server.key'\n",
	    folder, folder);
	snprintf(url, sizeof(url), "postgresql://localhost:%d/stoa?sslmode=verify-full&sslrootcert=%s/root.pem", port, folder);
	snprintf(settings, sizeof(settings),
	    "database_read_url = postgresql:///stoa?host=%s&port=%d\n\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\n"
	    "write = 6000000/1m\n\n[pool.sample]\npm.max_children = 1\n\n[pool.ops]\npm = static\npm.max_children = 1\n",
	    folder, port);
	if (platform_open_with(state, &(struct platform_wish){ .own_postgres = true,
					  .postgres_port = port,
					  .postgres_settings = postgres,
					  .database_url = url,
					  .settings = settings }) != 0)
		return -1;
	return make_replica(*state) ? 0 : -1;
}

int
main(void)
{
	int failed = kit_run(
	    database_tests, sizeof(database_tests) / sizeof(database_tests[0]), "database_tests", open_platform);
	char remove[100];

	platform_end(&replica, SIGQUIT);
	snprintf(remove, sizeof(remove), "rm -rf %s", folder);
	return system(remove) != 0 && failed == 0 ? 1 : failed;
}
