/* scene.c -- see scene.h. */
#include "tests/bench/scene.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/trust/token.h"
#include "core/web/problem.h"

#define SETTINGS \
	"\n[limits]\naddress = 60000000/1m\nsign_in = 60000000/1m\nread = 60000000/1m\nwrite = 60000000/1m\n\n" \
	"[pool.sample]\npm = static\npm.max_children = 4\n"

static void
give_up(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* One session for each token; a worker that met each once remembers ten thousand. */
static void
write_tokens(struct scene *scene, struct uuid party)
{
	struct world *w = scene->w;
	struct request req = { .arena = w->arena,
		.env = &env_system,
		.config = w->config,
		.db = db_new(w->config, "stoa_ops"),
		.started = env_now(&env_system),
		.deadline = env_monotonic(&env_system) + 60 * SECOND };
	FILE *file = fopen(scene->tokens, "we");
	PGresult *rows;

	kit_sql(w, "SELECT 1", HERE);
	rows = PQexecParams(w->admin,
	    arena_format(w->arena,
		"INSERT INTO session.session (id, party, expires_at) SELECT gen_random_uuid(), '%s', now() + interval "
		"'1 day' "
		"FROM generate_series(1, %d) RETURNING id",
		uuid_text(w->arena, party), SCENE_TOKENS),
	    0, NULL, NULL, NULL, NULL, 0);
	if (PQntuples(rows) != SCENE_TOKENS || file == NULL)
		give_up("no sessions");
	for (int i = 0; i < SCENE_TOKENS; i++) {
		struct token token = { .subject = party, .authz_ver = 1, .issued = req.started, .scope = "" };
		const char *text;

		/* Outlives the benchmark. */
		token.expires = (struct instant){ req.started.micros + 3600 * SECOND };
		uuid_parse(PQgetvalue(rows, i, 0), &token.session);
		if (token_sign(&req, &token, &text) != NULL)
			give_up("no token");
		fprintf(file, "%s\n", text);
	}
	PQclear(rows);
	fclose(file);
	db_free(req.db);
}

static const char *
bare_socket(struct scene *scene, const char *name)
{
	return arena_format(scene->platform->arena, "%s/run/bare-%s.sock", scene->platform->folder, name);
}

/* Two more locations in the platform's own nginx. */
static void
start_bare_workers(struct scene *scene, const char *note)
{
	struct platform *platform = scene->platform;
	const char *program = arena_format(platform->arena, "%s/bare_worker", platform->folder);
	const char *url = db_url(scene->w->config, "stoa_sample", false);
	const char *const with_note[] = { program, bare_socket(scene, "note"), "4", url, note, NULL };
	const char *const still[] = { program, bare_socket(scene, "still"), "4", NULL };
	FILE *doors = fopen(arena_format(platform->arena, "%s/nginx/doors.conf", platform->folder), "ae");

	if (system(arena_format(platform->arena, "cp %s %s && chmod a+rx %s",
		build_program(platform->arena, "tests/bench/bare_worker"), program, program)) != 0 ||
	    doors == NULL)
		give_up("no bare worker");
	for (const char *const *name = (const char *const[]){ "note", "still", NULL }; *name != NULL; name++)
		fprintf(doors, "location /bare/%s {\n\tinclude fastcgi.conf;\n\tfastcgi_pass unix:%s;\n}\n", *name,
		    bare_socket(scene, *name));
	fclose(doors);
	scene->bare_note = platform_run(platform, "bare-note", with_note);
	scene->bare_still = platform_run(platform, "bare-still", still);
	kill(platform->nginx, SIGHUP);
	sleep(1);
}

static struct scene
open_as(const char *pools, const char *settings, bool durable)
{
	struct scene scene = { 0 };
	void *state = NULL;
	char *all = NULL;

	if (getenv("STOA_TEST_CONFIG") == NULL)
		give_up("STOA_TEST_CONFIG names no environment; run scripts/stoa bench");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (asprintf(&all, "%s%s", SETTINGS, settings) < 0 ||
	    platform_open_with(&state, &(struct platform_wish){ .own_redis = true, .own_postgres = durable,
		.durable = durable, .pools = pools, .settings = all }) != 0)
		give_up("the platform did not start");
	free(all);
	scene.w = state;
	scene.platform = scene.w->platform;
	scene.tokens = arena_format(scene.platform->arena, "%s/tokens", scene.platform->folder);
	given_user(scene.w, "ada");
	as(scene.w, "ada");
	call(scene.w, POST, "/v1/notes", "{\"text\":\"Buy milk and bread on the way home\"}");
	then_status(scene.w, 201);
	name_it(scene.w, "milk");
	scene.note = arena_format(scene.platform->arena, "/v1/notes/%s", id_of(scene.w, "milk"));
	write_tokens(&scene, kit_named(scene.w, "ada")->id);
	start_bare_workers(&scene, id_of(scene.w, "milk"));
	return scene;
}

struct scene
scene_open(void)
{
	return open_as(NULL, "", false);
}

struct scene
scene_open_with(const char *pools, const char *settings)
{
	return open_as(pools, settings, true);
}

void
scene_close(struct scene *scene)
{
	void *state = scene->w;

	platform_end(&scene->bare_note, SIGTERM);
	platform_end(&scene->bare_still, SIGTERM);
	kit_close(&state);
}

static double
milliseconds(const char *text)
{
	char *unit;
	const double value = strtod(text, &unit);

	return strncmp(unit, "us", 2) == 0 ? value / 1000 : strncmp(unit, "ms", 2) == 0 ? value : value * 1000;
}

struct measure
scene_measure(struct scene *scene, const char *path, bool tokens, int clients, int seconds)
{
	const pid_t others[] = { scene->bare_note, scene->bare_still, 0 };
	const struct cpu before = cpu_now(scene->w, others);
	struct measure measure = { 0 };
	char line[512];
	FILE *wrk;
	char *command = NULL;

	if (asprintf(&command, "wrk -t1 -c%d -d%ds --latency %s%s https://localhost:%d%s %s%s 2>&1", clients, seconds,
		tokens ? "-s " : "", tokens ? TOP_SRCDIR "/tests/bench/tokens.lua" : "", scene->platform->https_port,
		path, tokens ? "-- " : "", tokens ? scene->tokens : "") < 0 ||
	    (wrk = popen(command, "r")) == NULL)
		give_up("wrk does not start");
	while (fgets(line, sizeof(line), wrk) != NULL) {
		if (strstr(line, "Requests/sec:") != NULL)
			measure.rate = strtod(strchr(line, ':') + 1, NULL);
		if (strstr(line, " requests in ") != NULL)
			measure.count = strtod(line, NULL);
		if (strstr(line, " 99%") != NULL)
			measure.p99 = milliseconds(strchr(line, '%') + 1);
		if (strstr(line, "Non-2xx") != NULL || strstr(line, "Socket errors") != NULL)
			fprintf(stderr, "%s: %s", path, line);
	}
	pclose(wrk);
	free(command);
	if (measure.rate < 1)
		give_up("wrk counted nothing");
	measure.cpu = cpu_since(&before, cpu_now(scene->w, others));
	return measure;
}

double
measure_add(struct measure *sum, struct measure more)
{
	sum->count += more.count;
	cpu_add(&sum->cpu, &more.cpu);
	return more.rate;
}
