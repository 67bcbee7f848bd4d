/*
 * erase_test.c -- everything is erased, and whoever does it is killed in the middle: before anything is dropped,
 * between dropping and migrating, and at the very end.  The next one goes on, and nothing is erased twice.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define PATIENCE (30 * SECOND)
#define ROUNDS   12
#define LONGEST  2500000 /* microseconds until a kill: about as long as it all takes */
#define MAIL     "{\"email\":\"boss@example.com\",\"password\":\"" PASSWORD "\""

/* What a house has before anybody has come: tables, migrations, roles, and nobody. */
#define ANATOMY \
	"SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace" \
	"         WHERE n.nspowner = 'stoa_owner'::regrole AND n.nspname <> 'sample' AND c.relkind IN ('r', 'p'))" \
	" || ' tables, ' || (SELECT count(*) FROM core.migration WHERE applied_at IS NOT NULL)" \
	" || ' migrations, ' || (SELECT count(*) FROM \"authorization\".role) || ' roles'"
#define PEOPLE \
	"SELECT (SELECT count(*) FROM auth.user) + (SELECT count(*) FROM auth.totp) + (SELECT count(*) FROM " \
	"auth.erase_order)" \
	" + (SELECT count(*) FROM session.session) + (SELECT count(*) FROM party.party WHERE kind = 'user')" \
	" + (SELECT count(*) FROM audit.entry)"

static unsigned
told(struct world *w, const char *text)
{
	FILE *log = fopen(w->log, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned count = 0;

	assert_non_null(log);
	while (getline(&line, &size, log) > 0)
		count += strstr(line, text) != NULL;
	free(line);
	fclose(log);
	return count;
}

/* Until the log has had that so often. */
static void
wait_for(struct world *w, const char *text, unsigned count)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	while (told(w, text) < count) {
		if (env_monotonic(&env_system) > until)
			fail_msg("the log does not say \"%s\" %u times", text, count);
		usleep(10000);
	}
}

static void
wait_until_served(struct world *w)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	as(w, NULL);
	do {
		if (env_monotonic(&env_system) > until)
			fail_msg("nobody is served again");
		call(w, GET, "/health", NULL);
	} while (w->answer.status != 200);
}

static void
then_nobody_is_served(struct world *w)
{
	as(w, NULL);
	call(w, GET, "/health", NULL);
	then_problem(w, 503, "unavailable");
	then_within(w, 3);
	call(w, POST, "/v1/auth/login", MAIL "}");
	then_problem(w, 503, "unavailable");
	then_within(w, 3);
}

static void
kill_master(struct world *w)
{
	platform_end(&w->platform->stoad, SIGKILL);
}

static void
start_master(struct world *w)
{
	assert_true(platform_start_stoad(w->platform));
}

/* After a reload it is another one, which the kit ends as it would have ended the first. */
static void
follow_master(struct world *w)
{
	FILE *file = fopen(arena_format(w->arena, "%s/run/stoad.pid", w->platform->folder), "re");
	int pid = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &pid), 1);
	fclose(file);
	if (pid != w->platform->stoad)
		platform_end(&w->platform->stoad, 0); /* it ends by itself, when its last worker does */
	w->platform->stoad = pid;
}

/* ---- the order */

/* The newest in the log, or the one that the program prints before anything was erased. */
static const char *
newest_secret(struct world *w)
{
	FILE *source = popen(arena_format(w->arena,
				 "grep -o '#setup=[A-Za-z0-9_-]*' '%s' | tail -n 1 | grep . ||"
				 " '%s' --config '%s' --users setup-link",
				 w->log, w->platform->program, w->platform->config),
	    "re");
	char said[1000] = "";
	const char *mark;

	assert_non_null(source);
	assert_non_null(fgets(said, sizeof(said), source));
	pclose(source);
	said[strcspn(said, "\n")] = '\0';
	mark = strstr(said, "#setup=");
	assert_non_null(mark);
	return arena_text(w->arena, mark + strlen("#setup="));
}

/* The first super user, who calls from here on; its token. */
static const char *
given_boss(struct world *w)
{
	const char *token;

	as(w, NULL);
	call(w, POST, "/v1/auth/setup", arena_format(w->arena, MAIL ",\"token\":\"%s\"}", newest_secret(w)));
	then_status(w, 201);
	token = kept_field(w, "/access_token");
	as_token(w, token);
	return token;
}

/* The order waits for two seconds, so that its own row in the audit is sealed; here no longer than that takes. */
static void
hurry(struct world *w, const char *order)
{
	const char *sealed = arena_format(w->arena, "SELECT count(*) FROM audit.entry WHERE subject = '%s'", order);

	for (int i = 0; i < 100 && strcmp(given_sql(w, sealed), "0") == 0; i++)
		usleep(20000);
	given_sql(w, "UPDATE queue.job SET run_at = now() WHERE kind = 'auth.erase'");
}

static const char *
given_order(struct world *w)
{
	const char *secret = add_authenticator(w), *order;

	call(w, POST, "/v1/admin/erase",
	    arena_format(w->arena, "{\"otp\":\"%s\",\"confirmation\":\"erase everything in test on localhost\"}",
		code_of(w, secret, 0)));
	then_status(w, 202);
	order = kept_field(w, "/id");
	hurry(w, order);
	return order;
}

static const char *
in_state(struct world *w, const char *name)
{
	return arena_format(w->arena, "%s/%s", w->platform->folder, name);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* ---- what is left */

/* The path of the file that tells where the audit ended. */
static const char *
end_of_audit(struct world *w, const char *order)
{
	DIR *folder = opendir(w->platform->folder);
	const char *path = NULL;
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, "erased-", 7) == 0 && strstr(entry->d_name, order) != NULL &&
		    strstr(entry->d_name, ".new") == NULL)
			path = in_state(w, entry->d_name);
	closedir(folder);
	assert_non_null(path);
	return path;
}

static int
verify(struct world *w, const char *path, const char *seal)
{
	const char *const command[] = { w->platform->program, "--config", w->platform->config, "--audit", "verify",
		"--file", path, seal != NULL ? "--seal" : NULL, seal, NULL };

	return platform_do(w->platform, "verify", command);
}

/* The last seal that the database knows, as number and hash. */
static const char *
last_seal(struct world *w)
{
	return given_sql(w, "SELECT number || ':' || encode(hash, 'hex') FROM audit.seal ORDER BY number DESC LIMIT 1");
}

static void
then_it_tells_where_the_audit_ended(struct world *w, const char *order, const char *seal)
{
	const char *path = end_of_audit(w, order), *forged = in_state(w, "forged.json");

	assert_int_equal(verify(w, path, seal), 0);
	assert_int_equal(system(arena_format(w->arena, "sed 's/\"last\" : /&1/' '%s' >'%s'", path, forged)), 0);
	assert_int_equal(verify(w, forged, NULL), 1);
}

static void
then_the_house_is_new(struct world *w, const char *anatomy)
{
	assert_string_equal(given_sql(w, ANATOMY), anatomy);
	assert_string_equal(given_sql(w, PEOPLE), "0");
	assert_int_not_equal(access(in_state(w, "erase.order"), F_OK), 0);
	assert_int_not_equal(access(in_state(w, "mail/one.eml"), F_OK), 0);
}

static void
then_the_token_is_worth_nothing(struct world *w, const char *token)
{
	as_token(w, token);
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

/* ---- the tests */

/* Somebody who reads keeps the drop waiting, for as long as the test wants. */
static PGconn *
given_reader(struct world *w)
{
	PGconn *reader = PQconnectdb(w->config->global.database_admin_url);

	assert_int_equal(PQstatus(reader), CONNECTION_OK);
	PQclear(PQexecParams(reader, "BEGIN", 0, NULL, NULL, NULL, NULL, 0));
	PQclear(PQexecParams(reader, "SELECT count(*) FROM auth.user", 0, NULL, NULL, NULL, NULL, 0));
	assert_int_equal(PQtransactionStatus(reader), PQTRANS_INTRANS);
	return reader;
}

static void
an_order_is_carried_out_once_whoever_is_killed(void **state)
{
	struct world *w = *state;
	const char *anatomy = given_sql(w, ANATOMY), *old, *fresh, *order, *seal;
	const char *schema = in_state(w, "data/schema"), *away = in_state(w, "data/schema.away");
	PGconn *reader;

	expect_error_line(w, "the erase did not come to its end");
	old = given_boss(w);
	write_file(in_state(w, "mail/one.eml"), "To: boss@example.com\n");
	reader = given_reader(w);
	assert_int_equal(rename(schema, away), 0);
	order = given_order(w);

	wait_for(w, "everything is erased now", 1);
	then_nobody_is_served(w);
	kill_master(w); /* before anything is dropped */
	seal = last_seal(w);
	assert_string_equal(given_sql(w, "SELECT count(*) FROM auth.user"), "1");
	assert_string_equal(
	    given_sql(w, "SELECT count(*) FROM audit.entry WHERE what = 'ordered to erase everything'"), "1");

	start_master(w);
	wait_for(w, "everything is erased now", 2);
	PQfinish(reader);
	wait_for(w, "the erase did not come to its end", 1);
	then_nobody_is_served(w);
	kill_master(w); /* between dropping and migrating */
	assert_string_equal(
	    given_sql(w, "SELECT count(*) FROM pg_namespace WHERE nspowner = 'stoa_owner'::regrole"), "0");
	assert_int_equal(rename(away, schema), 0);

	start_master(w);
	wait_for(w, "everything has been erased", 1);
	then_the_house_is_new(w, anatomy);
	then_it_tells_where_the_audit_ended(w, order, seal);
	wait_until_served(w);
	then_the_token_is_worth_nothing(w, old);
	fresh = given_boss(w);

	kill_master(w); /* at the very end: all is done, and the file is still there */
	write_file(in_state(w, "erase.order"), arena_format(w->arena, "%s\n", order));
	start_master(w);
	wait_for(w, "had been carried out before", 1);
	wait_until_served(w);
	as_token(w, fresh);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_field(w, "/roles/0", "super_user");
	assert_int_equal(verify(w, end_of_audit(w, order), seal), 0);
	given_sql(w, "DELETE FROM auth.erase_order");
}

static void
an_order_that_has_run_out_erases_nothing(void **state)
{
	struct world *w = *state;

	given_sql(w, "INSERT INTO auth.erase_order (id, party, created_at)"
		     " VALUES (gen_random_uuid(), gen_random_uuid(), now() - interval '1 hour')");
	given_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'auth.erase', jsonb_build_object('order', id), NULL, "
		     "NULL, NULL, NULL)"
		     " FROM auth.erase_order");
	wait_for(w, "an order to erase everything has run out", 1);
	assert_int_not_equal(access(in_state(w, "erase.order"), F_OK), 0);
	given_sql(w, "DELETE FROM auth.erase_order");
}

/* Of the house as the test before left it: with a boss, or with a link for one. */
static void
given_some_boss(struct world *w)
{
	as(w, NULL);
	call(w, POST, "/v1/auth/login", MAIL "}");
	if (w->answer.status == 200)
		as_token(w, kept_field(w, "/access_token"));
	else
		given_boss(w);
}

static void
it_does_not_matter_when_the_master_is_killed(void **state)
{
	struct world *w = *state;
	const char *anatomy = given_sql(w, ANATOMY);

	expect_error_line(w, "the erase did not come to its end");
	for (int i = 0; i < ROUNDS; i++) {
		const unsigned begun = told(w, "the workers are told to end"),
			       ended = told(w, "everything has been erased");

		given_some_boss(w);
		given_order(w);
		wait_for(w, "the workers are told to end", begun + 1);
		for (int kills = 0; kills < 3; kills++) {
			usleep(env_random_below(&env_system, LONGEST));
			kill_master(w);
			start_master(w);
		}
		wait_until_served(w);
		assert_true(told(w, "everything has been erased") > ended);
		then_the_house_is_new(w, anatomy);
	}
}

/* The sealer, say: it has no request that could be late. */
static void
a_worker_that_is_frozen_is_killed(void **state)
{
	struct world *w = *state;
	const unsigned ended = told(w, "everything has been erased");
	const char *sealer;

	given_some_boss(w);
	sealer = given_sql(w, "SELECT split_part(holder, ' ', 2) FROM core.leader WHERE name = 'audit.sealer'");
	assert_non_null(sealer);
	assert_int_equal(kill((pid_t)strtol(sealer, NULL, 10), SIGSTOP), 0);
	given_order(w);
	wait_for(w, "workers that did not end are killed", 1);
	wait_for(w, "everything has been erased", ended + 1);
	wait_until_served(w);
	assert_string_equal(given_sql(w, "SELECT count(*) FROM auth.user"), "0");
}

static void
a_reload_waits_for_the_erase(void **state)
{
	struct world *w = *state;
	const unsigned begun = told(w, "the workers are told to end"), ended = told(w, "everything has been erased");
	const unsigned handed = told(w, "the next generation has taken over");

	given_some_boss(w);
	given_order(w);
	wait_for(w, "the workers are told to end", begun + 1);
	assert_int_equal(kill(w->platform->stoad, SIGHUP), 0);
	wait_for(w, "everything has been erased", ended + 1);
	wait_for(w, "the next generation has taken over", handed + 1);
	wait_until_served(w);
	assert_string_equal(given_sql(w, PEOPLE), "0");
	follow_master(w);
}

static void
an_order_waits_for_a_reload(void **state)
{
	struct world *w = *state;
	const char *anatomy = given_sql(w, ANATOMY);
	const unsigned begun = told(w, "the workers are told to end"), ended = told(w, "everything has been erased");
	int64_t until;

	given_some_boss(w);
	given_order(w);
	until = env_monotonic(&env_system) + PATIENCE;
	while (told(w, "the workers are told to end") == begun && env_monotonic(&env_system) < until) {
		follow_master(w);
		kill(w->platform->stoad, SIGHUP);
		usleep(20000);
	}
	wait_for(w, "everything has been erased", ended + 1);
	wait_until_served(w);
	then_the_house_is_new(w, anatomy);
	usleep(500000); /* a reload that waited */
	follow_master(w);
}

#define QUICK 2 /* the rest belongs to the long form */
static const struct CMUnitTest erase_tests[] = {
	auth_test(an_order_is_carried_out_once_whoever_is_killed),
	auth_test(an_order_that_has_run_out_erases_nothing),
	auth_test(a_worker_that_is_frozen_is_killed),
	auth_test(it_does_not_matter_when_the_master_is_killed),
	auth_test(a_reload_waits_for_the_erase),
	auth_test(an_order_waits_for_a_reload),
};

static int
open_platform(void **state)
{
	return platform_open_with(state, &(struct platform_wish){
					     .own_postgres = true,
					     .pools = "ops, limits, auth, auth-hash, auth-jobs, audit-leader",
					     .settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n"
							 "\n[auth]\nhash_memory = 1024\nhash_passes = 1\n",
					 });
}

int
main(void)
{
	const size_t all = sizeof(erase_tests) / sizeof(erase_tests[0]);

	return kit_run(erase_tests, (size_t)figure(QUICK, (double)all), "erase_tests", open_platform);
}
