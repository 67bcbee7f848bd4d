/* world.c -- the world's beginning and end, for the program and for each test. */
#include "tests/api/kit/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/trust/key.h"
#include "tests/api/kit/house.h"
#include "tests/api/kit/platform.h"

#define SKIPPED 77

/* Outlives the tests' arena: the configuration, and what is read once. */
static struct arena *lasting;

void
kit_fail(struct place place, const char *format, ...)
{
	va_list arguments;
	char text[4096];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	print_error("%s:%d: %s\n", place.file, place.line, text);
	_fail(place.file, place.line);
	abort();
}

/* The one that was configured, or the one that was made at the first start. */
static const char *
certificate_of(const struct config *config)
{
	if (*config->global.certificate != '\0')
		return config->global.certificate;
	return arena_format(lasting, "%s/nginx/self-signed.pem", config->global.state_dir);
}

struct world *
world_new(const char *config_path)
{
	struct world *w;

	if (lasting == NULL)
		lasting = arena_new();
	w = ARENA_NEW(lasting, struct world);
	w->config = config_read(lasting, &kit_house, config_path, environ, stderr);
	if (w->config == NULL || !key_open(w->config))
		return NULL;
	w->arena = arena_new();
	w->base = w->config->global.public_url;
	w->certificate = certificate_of(w->config);
	w->log = w->config->global.log;
	w->curl = curl_easy_init();
	return w;
}

int
kit_open(void **state)
{
	*state = world_new(getenv("STOA_TEST_CONFIG"));
	return *state == NULL ? -1 : 0;
}

int
kit_close(void **state)
{
	struct world *w = *state;

	if (w == NULL)
		return 0;
	/* nginx, told to end, would wait five seconds for a client that does not hang up. */
	curl_easy_cleanup(w->curl);
	if (w->platform != NULL)
		platform_stop(w->platform);
	if (w->admin != NULL)
		PQfinish(w->admin);
	if (w->reference != NULL)
		json_object_put(w->reference);
	arena_free(w->arena);
	return 0;
}

int
kit_begin(void **state)
{
	struct world *w = *state;
	struct stat log;

	arena_reset(w->arena);
	w->names = NULL;
	w->caller = NULL;
	w->expected_error = NULL;
	w->unchecked = false;
	memset(&w->answer, 0, sizeof(w->answer));
	w->log_size = *w->log != '\0' && stat(w->log, &log) == 0 ? log.st_size : 0;
	return 0;
}

/* A line that is not JSON is somebody else's (a sanitizer's report, say), and is an error whatever it says. */
static bool
is_unexpected(struct world *w, const char *line)
{
	struct json_object *object = json_tokener_parse(line);
	struct json_object *level = NULL, *message = NULL;
	bool bad;

	if (object == NULL)
		return true;
	json_object_object_get_ex(object, "level", &level);
	json_object_object_get_ex(object, "message", &message);
	bad = level != NULL && strcasecmp(json_object_get_string(level), "error") == 0;
	if (bad && w->expected_error != NULL && message != NULL)
		bad = strstr(json_object_get_string(message), w->expected_error) == NULL;
	json_object_put(object);
	return bad;
}

int
kit_end(void **state)
{
	struct world *w = *state;
	char *line = NULL;
	size_t size = 0;
	FILE *log;
	int bad = 0;

	if (*w->log == '\0' || (log = fopen(w->log, "r")) == NULL)
		return 0;
	fseeko(log, w->log_size, SEEK_SET);
	while (getline(&line, &size, log) > 0) {
		if (!is_unexpected(w, line))
			continue;
		print_error("unexpected line in the log: %s", line);
		bad++;
	}
	free(line);
	fclose(log);
	return bad == 0 ? 0 : -1;
}

int
kit_run(const struct CMUnitTest *tests, size_t count, const char *name, CMFixtureFunction open)
{
	if (getenv("STOA_TEST_CONFIG") == NULL) {
		fprintf(stderr, "skipped: STOA_TEST_CONFIG names no running environment (scripts/stoa test sets it)\n");
		return SKIPPED;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	log_level_set(WARN);
	log_service("test", "test", name);
	return _cmocka_run_group_tests(name, tests, count, open, kit_close);
}
