/*
 * auth_bench.c -- what signing in costs beyond what must be paid for: refreshing against pgbench with the same
 * statement, logins against libargon2 alone, and a request whose caller is known against the same from nobody.  Both
 * sides in turn; what counts is the ratio of the medians.
 *
 *	scripts/stoa bench auth [ROUNDS [SECONDS]]
 */
#include <argon2.h>
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/db/db.h"
#include "handlers/auth/auth.h"
#include "tests/api/auth_kit.h"
#include "tests/bench/figures.h"
#include "tests/bench/scene.h"

#define ROUNDS_MAX 99
#define WORKERS    4
#define SESSIONS   1000
#define REFRESHES  100000
#define CROWD      500u
#define HASH_BYTES (19456.0 * 1024)

static int rounds = 3, seconds = 3;
static bool well = true;

static void
judge(bool is_met, const char *what)
{
	printf("%s%s\n", what, is_met ? "" : "  MISSED");
	fflush(stdout);
	well = well && is_met;
}

static void
print_cpu(struct scene *scene, const char *who, const struct cpu *cpu, double count)
{
	printf("         microseconds of processor for %s: %s\n", who, cpu_print(scene->w->arena, cpu, count));
	fflush(stdout);
}

static double
number_after(struct scene *scene, const char *command, const char *mark)
{
	FILE *pipe = popen(command, "re");
	char line[1024];
	double number = -1;

	while (pipe != NULL && fgets(line, sizeof(line), pipe) != NULL) {
		if (strstr(line, mark) != NULL)
			number = strtod(strstr(line, mark) + strlen(mark), NULL);
		if (strstr(line, "Non-2xx") != NULL || strstr(line, "Socket errors") != NULL || strstr(line, "ERROR") != NULL)
			fprintf(stderr, "%s", line);
	}
	if (pipe == NULL || pclose(pipe) != 0 || number < 0) {
		fprintf(stderr, "bench: it failed: %s\n", command);
		scene_close(scene);
		exit(1);
	}
	return number;
}

static double
wrk_rate(struct scene *scene, const char *script, const char *path, const char *argument, int clients, int duration)
{
	const char *command = arena_format(scene->w->arena, "wrk -t1 -c%d -d%ds -s " TOP_SRCDIR
	    "/tests/bench/%s %s%s -- '%s' 2>&1", clients, duration, script, scene->w->base, path, argument);

	return number_after(scene, command, "Requests/sec:");
}

/* ---- refreshing -------------------------------------------------------------------------------------------- */

static void
make_sessions(struct scene *scene)
{
	given_sql(scene->w, "DELETE FROM session.session WHERE id::text LIKE '00000000-0000-7000-8000-%'");
	given_sql(scene->w, arena_format(scene->w->arena,
	    "INSERT INTO session.session (id, party, expires_at) SELECT ('00000000-0000-7000-8000-' ||"
	    " lpad(to_hex(i), 12, '0'))::uuid, '%s', now() + interval '30 days' FROM generate_series(0, %d) AS g (i)",
	    id_of(scene->w, "ada"), 2 * SESSIONS - 1));
}

/* The newest token of each of the first thousand. */
static const char *
write_tokens(struct scene *scene)
{
	struct world *w = scene->w;
	const char *path = arena_format(scene->platform->arena, "%s/refresh", scene->platform->folder);
	struct request req = { .arena = w->arena, .env = &env_system, .config = w->config };
	FILE *file = fopen(path, "we");

	for (int i = 0; file != NULL && i < SESSIONS; i++) {
		const char *id = arena_format(w->arena, "00000000-0000-7000-8000-%012x", (unsigned)i);
		const char *counter =
		    given_sql(w, arena_format(w->arena, "SELECT counter FROM session.session WHERE id = '%s'", id));
		const struct instant expires = { env_now(&env_system).micros + 86400 * SECOND };
		struct uuid session;

		uuid_parse(id, &session);
		fprintf(file, "%s %s\n", id, refresh_token_make(&req, session, strtoll(counter, NULL, 10), expires));
	}
	if (file != NULL)
		fclose(file);
	return path;
}

static double
pgbench_rate(struct scene *scene)
{
	static int64_t counter = 1000000;
	struct arena *arena = scene->w->arena;
	const char *command = arena_format(arena,
	    "\"$(pg_config --bindir 2>/dev/null || echo /usr/lib/postgresql/15/bin)/pgbench\" -n -M prepared -c %d -j 1 -T %d"
	    " -D n=%" PRId64 " -D first=%d -f " TOP_SRCDIR "/tests/bench/refresh.sql '%s' 2>&1",
	    WORKERS, seconds, counter, SESSIONS, db_url(scene->w->config, "stoa_auth", false));

	counter += 10000000;
	return number_after(scene, command, "tps =");
}

/* Of PostgreSQL's own counters, which come a little late. */
static double
counter_of(struct world *w, const char *column)
{
	given_sql(w, "SELECT pg_stat_clear_snapshot()");
	return strtod(given_sql(w, arena_format(w->arena,
	    "SELECT coalesce(sum(%s), 0) FROM pg_stat_user_tables WHERE relname = 'session' AND schemaname = 'session'",
	    column)), NULL);
}

/* What 100,000 refreshes by ours leave of the table.  That the rest of it lies still would flatter the growth, so it is
 * counted against the pages of the sessions that are refreshed. */
static void
bench_room(struct scene *scene)
{
	struct world *w = scene->w;
	const char *const pages = "SELECT pg_relation_size('session.session') / 8192";
	double pages_before, own, hot_before, all_before, hot, updates = 0, grown;

	make_sessions(scene);
	given_sql(w, "VACUUM ANALYZE session.session");
	own = strtod(given_sql(w, "SELECT count(DISTINCT (ctid::text::point)[0]) FROM session.session"
				  " WHERE id::text LIKE '00000000-0000-7000-8000-%'"), NULL) / 2;
	pages_before = strtod(given_sql(w, pages), NULL);
	hot_before = counter_of(w, "n_tup_hot_upd");
	all_before = counter_of(w, "n_tup_upd");
	while (updates < REFRESHES) {
		wrk_rate(scene, "refresh.lua", "/v1/auth/refresh", write_tokens(scene), 32, seconds);
		sleep(2);
		updates = counter_of(w, "n_tup_upd") - all_before;
	}
	hot = counter_of(w, "n_tup_hot_upd") - hot_before;
	grown = 100 * (strtod(given_sql(w, pages), NULL) - pages_before) / own;
	judge(grown <= 10 && hot >= 0.95 * updates, arena_format(w->arena,
	    "room: %.0f refreshes over %d sessions on %.0f pages: they grew by %.1f %% (at most 10 %%), %.1f %% HOT (at"
	    " least 95 %%)", updates, SESSIONS, own, grown, 100 * hot / updates));
}

static void
bench_refresh(struct scene *scene)
{
	struct world *w = scene->w;
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio, count = 0;
	const pid_t none = 0;
	struct cpu cpu = { 0 }, before, used;
	const char *tokens;

	wrk_rate(scene, "refresh.lua", "/v1/auth/refresh", write_tokens(scene), 32, 1);
	for (int i = 0; i < rounds; i++) {
		theirs[i] = pgbench_rate(scene);
		tokens = write_tokens(scene);
		before = cpu_now(w, &none);
		ours[i] = wrk_rate(scene, "refresh.lua", "/v1/auth/refresh", tokens, 32, seconds);
		used = cpu_since(&before, cpu_now(w, &none));
		cpu_add(&cpu, &used);
		count += ours[i] * seconds;
	}
	ratio = 100 * median(ours, rounds) / median(theirs, rounds);
	judge(ratio >= 50, arena_format(w->arena,
	    "refresh: %.0f/s, pgbench with the same statement on %d connections %.0f/s: %.1f %% (at least 50 %%)",
	    median(ours, rounds), WORKERS, median(theirs, rounds), ratio));
	print_cpu(scene, "a refresh", &cpu, count);
}

/* ---- signing in -------------------------------------------------------------------------------------------- */

/* As many processes as there are cores do nothing but check one password. */
static double
argon2_rate(const char *hash)
{
	int pipes[2], cores = get_nprocs();
	double sum = 0, rate;

	if (pipe(pipes) != 0)
		return 0;
	for (int i = 0; i < cores; i++) {
		if (fork() == 0) {
			const int64_t began = env_monotonic(&env_system);
			int64_t count = 0, now;

			do {
				(void)!argon2id_verify(hash, PASSWORD, strlen(PASSWORD));
				count++;
			} while ((now = env_monotonic(&env_system)) - began < seconds * SECOND);
			rate = (double)count * SECOND / (double)(now - began);
			_exit(write(pipes[1], &rate, sizeof(rate)) == (ssize_t)sizeof(rate) ? 0 : 1);
		}
	}
	for (int i = 0; i < cores; i++) {
		if (read(pipes[0], &rate, sizeof(rate)) == (ssize_t)sizeof(rate))
			sum += rate;
		wait(NULL);
	}
	close(pipes[0]);
	close(pipes[1]);
	return sum;
}

static void
bench_login(struct scene *scene)
{
	struct world *w = scene->w;
	const char *json = arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email_of(w, "ada"));
	const char *hash =
	    given_sql(w, arena_format(w->arena, "SELECT password FROM auth.user WHERE id = '%s'", id_of(w, "ada")));
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio;

	wrk_rate(scene, "login.lua", "/v1/auth/login", json, 8, 1);
	for (int i = 0; i < rounds; i++) {
		theirs[i] = argon2_rate(hash);
		ours[i] = wrk_rate(scene, "login.lua", "/v1/auth/login", json, 8, seconds);
	}
	ratio = 100 * median(ours, rounds) / median(theirs, rounds);
	judge(ratio >= 85, arena_format(w->arena,
	    "login: %.1f/s, libargon2 alone on %d processes %.1f/s: %.1f %% (at least 85 %%)", median(ours, rounds), get_nprocs(),
	    median(theirs, rounds), ratio));
}

/* ---- a crowd ----------------------------------------------------------------------------------------------- */

/* Memory of their own of all children of the master, in bytes. */
static double
memory_of_workers(pid_t master)
{
	DIR *all = opendir("/proc");
	double sum = 0;

	for (struct dirent *entry; all != NULL && (entry = readdir(all)) != NULL;) {
		char path[300], line[256];
		long parent = 0, kilobytes = 0;
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%s/status", entry->d_name);
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || (file = fopen(path, "re")) == NULL)
			continue;
		while (fgets(line, sizeof(line), file) != NULL) {
			if (strncmp(line, "PPid:", 5) == 0)
				parent = strtol(line + 5, NULL, 10);
			if (strncmp(line, "RssAnon:", 8) == 0)
				kilobytes = strtol(line + 8, NULL, 10);
		}
		fclose(file);
		if (parent == master)
			sum += (double)kilobytes * 1024;
	}
	if (all != NULL)
		closedir(all);
	return sum;
}

static struct scene *crowded;
static double most_memory;

static void
look_at_memory(struct world *w)
{
	const double now = memory_of_workers(crowded->platform->stoad);

	(void)w;
	if (now > most_memory)
		most_memory = now;
}

static void
bench_crowd(struct scene *scene)
{
	struct world *w = scene->w;
	const char *json = arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"not the password\"}", email_of(w, "ada"));
	double calm[ROUNDS_MAX], crowd[ROUNDS_MAX], before = memory_of_workers(scene->platform->stoad), allowed;
	const struct said *said;
	unsigned served, away;
	pid_t child;

	crowded = scene;
	said = all_at_once(w, "/v1/auth/login", json, CROWD, CROWD, look_at_memory);
	served = count_status(said, CROWD, 401);
	away = count_status(said, CROWD, 503);
	allowed = 1.1 * HASH_BYTES * get_nprocs();
	judge(most_memory - before <= allowed && served + away == CROWD, arena_format(w->arena,
	    "crowd: of %u logins at once %u were served and %u sent away; %.1f MiB more memory (at most %.1f)", CROWD, served,
	    away, (most_memory - before) / 1048576, allowed / 1048576));
	for (int i = 0; i < rounds; i++) {
		calm[i] = scene_measure(scene, "/.well-known/jwks.json", false, 2, seconds).p99;
		if ((child = fork()) == 0) {
			(void)!freopen("/dev/null", "w", stdout);
			execlp("wrk", "wrk", "-t1", "-c40", arena_format(w->arena, "-d%ds", seconds + 2), "-s",
			    TOP_SRCDIR "/tests/bench/login.lua", arena_format(w->arena, "%s/v1/auth/login", w->base), "--", json,
			    (char *)NULL);
			_exit(1);
		}
		sleep(1);
		crowd[i] = scene_measure(scene, "/.well-known/jwks.json", false, 2, seconds).p99;
		waitpid(child, NULL, 0);
	}
	judge(median(crowd, rounds) - median(calm, rounds) <= 10, arena_format(w->arena,
	    "       p99 of another endpoint %.1f ms, %.1f ms beside a crowd (at most 10 ms more)", median(calm, rounds), median(crowd, rounds)));
}

/* ---- who asks ---------------------------------------------------------------------------------------------- */

static void
bench_check(struct scene *scene)
{
	struct world *w = scene->w;
	const char *open = arena_format(w->arena, "/v1/sample/notes/%s", id_of(w, "milk"));
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], cold, more;
	struct measure known = { 0 }, nobody = { 0 };

	scene_measure(scene, open, true, 32, 1);
	cold = scene_measure(scene, scene->note, true, 32, 1).rate;
	for (double left = 15.0 * SCENE_TOKENS; left > 0;)
		left -= 3 * scene_measure(scene, scene->note, true, 32, 3).rate;
	for (int i = 0; i < rounds; i++) {
		/* The same bytes; nobody reads the token. */
		theirs[i] = measure_add(&nobody, scene_measure(scene, open, true, 32, seconds));
		ours[i] = measure_add(&known, scene_measure(scene, scene->note, true, 32, seconds));
	}
	more = 100 * (median(theirs, rounds) / median(ours, rounds) - 1);
	judge(more <= 15, arena_format(w->arena,
	    "who asks: %.0f/s with %d tokens (cold %.0f/s), %.0f/s from nobody: %.1f %% more time (at most 15 %%)", median(ours, rounds),
	    SCENE_TOKENS, cold, median(theirs, rounds), more));
	print_cpu(scene, "one who is known", &known.cpu, known.count);
	print_cpu(scene, "nobody", &nobody.cpu, nobody.count);
}

int
main(int argc, char **argv)
{
	struct scene scene;

	if (argc > 1)
		rounds = (int)strtol(argv[1], NULL, 10);
	if (argc > 2)
		seconds = (int)strtol(argv[2], NULL, 10);
	if (rounds < 1 || rounds > ROUNDS_MAX || seconds < 1) {
		fprintf(stderr, "usage: scripts/stoa bench auth [ROUNDS [SECONDS]]\n");
		return 2;
	}
	scene = scene_open_with("ops, sample, limits, auth, auth-hash",
	    "\n[auth]\nrefresh_grace = 0\nattempts = 1000000/1h\nattempts_address = 1000000/1h\n\n[pool.auth]\npm = static\n"
	    "pm.max_children = 4\n");
	given_account(scene.w, "ada");
	printf("%d rounds of %d s, both sides in turn; medians.\n", rounds, seconds);
	bench_check(&scene);
	bench_room(&scene);
	bench_refresh(&scene);
	bench_crowd(&scene); /* before any hash: what malloc has once been given it keeps */
	bench_login(&scene);
	scene_close(&scene);
	return well ? 0 : 1;
}
