/* auth_kit.c -- made by the functions that the area itself calls; the password's hash is PostgreSQL's only stranger. */
#include "tests/api/auth_kit.h"

#include <argon2.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "tests/api/kit/house.h"
#include "tests/api/kit/platform.h"

static void
forget_tries(struct world *w)
{
	given_sql(w, "DELETE FROM auth.attempt");
}

int
auth_begin(void **state)
{
	int status = kit_begin(state);

	forget_tries(*state);
	return status;
}

int
auth_end(void **state)
{
	forget_tries(*state);
	return kit_end(state);
}

/* A name of the test's own: each run makes new people. */
const char *
fresh_email(struct world *w, const char *name)
{
	return arena_format(w->arena, "%s.%s@example.com", name, uuid_text(w->arena, uuid_new(&env_system)) + 19);
}

static const char *
hash_with(struct world *w, uint32_t passes, uint32_t memory)
{
	const char salt[] = "0123456789abcdef";
	char *hash = arena_alloc(w->arena, 200);

	argon2id_hash_encoded(passes, memory, 1, PASSWORD, strlen(PASSWORD), salt, 16, 32, hash, 200);
	return hash;
}

const char *
cheap_hash(struct world *w)
{
	return hash_with(w, 1, 1024);
}

void
kit_given_account(struct world *w, const char *name, struct place place)
{
	const char *id;

	kit_given_user(w, name, place);
	id = kit_id(w, name, place);
	kit_sql(w,
	    arena_format(w->arena,
		"INSERT INTO auth.user (id, email, email_canonical, password, verified_at)"
		" SELECT '%s', e, auth.canonical_email(e), '%s', now() FROM (VALUES ('%s')) v (e)",
		id, hash_with(w, 2, 19456), fresh_email(w, name)), /* the default parameters */
	    place);
}

const char *
email_of(struct world *w, const char *name)
{
	return given_sql(w, arena_format(w->arena, "SELECT email FROM auth.user WHERE id = '%s'", id_of(w, name)));
}

const char *
capitals(struct world *w, const char *text)
{
	char *copy = arena_text(w->arena, text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

void
kit_sign_in(struct world *w, const char *name, const char *password, struct place place)
{
	const char *json =
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email_of(w, name), password);

	kit_call(w, POST, "/v1/auth/login", json, (const char *const[]){ NULL }, place);
}

const char *
code_of(struct world *w, const char *secret, int seconds)
{
	FILE *program =
	    popen(arena_format(w->arena, "oathtool --totp -b %s --now='now %+d seconds'", secret, seconds), "r");
	char line[64] = "";

	assert_non_null(program);
	assert_non_null(fgets(line, sizeof(line), program));
	assert_int_equal(pclose(program), 0);
	return arena_text(w->arena, text_trim(line));
}

const char *
kit_add_authenticator(struct world *w, struct place place)
{
	const char *const none[] = { NULL }, *secret;

	kit_call(w, POST, "/v1/auth/totp", NULL, none, place);
	kit_then_status(w, 200, place);
	secret = arena_text(w->arena, answer_field(&w->answer, "/secret"));
	kit_call(w, POST, "/v1/auth/totp/confirm",
	    arena_format(w->arena, "{\"otp\":\"%s\"}", code_of(w, secret, 0)), none, place);
	kit_then_status(w, 200, place);
	kit_sql(w, "UPDATE auth.totp SET last_step = 0", place);
	return secret;
}

/* The environment's, whose job pools write the mails of a platform on the same PostgreSQL as well. */
static const char *
mail_directory(struct world *w)
{
	static const struct config *config;

	if (w->platform != NULL && w->platform->postgres != 0)
		return arena_format(w->arena, "%s/mail", w->platform->folder);
	if (config == NULL)
		config = config_read(arena_new(), &kit_house, getenv("STOA_TEST_CONFIG"), environ, stderr);
	return config->global.mail_dir;
}

static const char *
read_mail(struct world *w, const char *name)
{
	FILE *file = fopen(arena_format(w->arena, "%s/%s", mail_directory(w), name), "re");
	char *text = NULL;
	const char *copy = NULL;
	size_t size = 0;

	if (file == NULL)
		return NULL;
	if (getdelim(&text, &size, '\0', file) > 0)
		copy = arena_text(w->arena, text);
	free(text);
	fclose(file);
	return copy;
}

#define NEWEST 500 /* mails that are looked at */

/* The newest whose head names both; files are named after their time. */
static const char *
newest_mail(struct world *w, const char *address, const char *kind, unsigned *count_r)
{
	struct dirent **names = NULL;
	int count = scandir(mail_directory(w), &names, NULL, alphasort);
	const char *found = NULL;

	*count_r = 0;
	for (int i = 0; i < count; i++) {
		const bool is_mail = i >= count - NEWEST && strstr(names[i]->d_name, ".eml") != NULL;
		const char *text = is_mail ? read_mail(w, names[i]->d_name) : NULL;

		if (text != NULL && strstr(text, address) != NULL && strstr(text, kind) != NULL) {
			found = text;
			++*count_r;
		}
		free(names[i]);
	}
	free(names);
	return found;
}

unsigned
mails_to(struct world *w, const char *address)
{
	unsigned count;

	newest_mail(w, address, "auth.", &count);
	return count;
}

const char *
kit_mail_to(struct world *w, const char *address, const char *kind, struct place place)
{
	const char *text = NULL;
	unsigned count;

	for (int i = 0; i < 200 && (text = newest_mail(w, address, kind, &count)) == NULL; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000000 }, NULL);
	if (text == NULL)
		kit_fail(place, "no mail %s came to %s", kind, address);
	return text;
}

const char *
kit_link_of(struct world *w, const char *address, const char *kind, struct place place)
{
	const char *text = kit_mail_to(w, address, kind, place);
	const char *hash = strstr(text, "/#"), *equals = hash != NULL ? strchr(hash, '=') : NULL;

	if (equals == NULL)
		kit_fail(place, "the mail %s has no link", kind);
	return arena_copy(w->arena, equals + 1, strcspn(equals + 1, " \r\n"));
}

const char *
users(struct world *w, const char *rest, int *status_r)
{
	const char *command = arena_format(
	    w->arena, "'%s' --config '%s' --users 2>&1 %s", w->platform->program, w->platform->config, rest);
	char *said = arena_alloc(w->arena, 1000);
	FILE *pipe = popen(command, "re");

	assert_non_null(pipe);
	if (fgets(said, 1000, pipe) == NULL)
		said[0] = '\0';
	*status_r = WEXITSTATUS(pclose(pipe));
	said[strcspn(said, "\n")] = '\0';
	return said;
}

const char *
setup_secret(struct world *w)
{
	int status;
	const char *said = users(w, "setup-link", &status), *mark = strstr(said, "#setup=");

	assert_int_equal(status, 0);
	return mark != NULL ? mark + strlen("#setup=") : NULL;
}

const char *
kept_field(struct world *w, const char *pointer)
{
	const char *text = answer_field(&w->answer, pointer);

	assert_non_null(text);
	return arena_text(w->arena, text);
}

/* ---- many at once */

struct part {
	CURL *curl;
	struct curl_slist *headers;
	struct buffer body;
};

static size_t
take(char *data, size_t size, size_t count, void *body)
{
	buffer_add(body, data, size * count);
	return size * count;
}

static void
part_open(struct world *w, CURLM *multi, struct part *part, const char *path, const char *json)
{
	part->curl = curl_easy_init();
	part->headers = curl_slist_append(NULL, "Content-Type: application/json");
	buffer_init(&part->body, w->arena);
	curl_easy_setopt(part->curl, CURLOPT_URL, arena_format(w->arena, "%s%s", w->base, path));
	curl_easy_setopt(part->curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(part->curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(part->curl, CURLOPT_POSTFIELDS, json);
	curl_easy_setopt(part->curl, CURLOPT_HTTPHEADER, part->headers);
	curl_easy_setopt(part->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(part->curl, CURLOPT_WRITEDATA, &part->body);
	curl_multi_add_handle(multi, part->curl);
}

static void
part_close(CURLM *multi, struct part *part, struct said *said)
{
	long status = 0;

	curl_easy_getinfo(part->curl, CURLINFO_RESPONSE_CODE, &status);
	*said = (struct said){ .status = (unsigned)status, .body = part->body.data != NULL ? part->body.data : "" };
	curl_multi_remove_handle(multi, part->curl);
	curl_easy_cleanup(part->curl);
	curl_slist_free_all(part->headers);
}

struct said *
all_at_once(struct world *w, const char *path, const char *json, unsigned count, long clients,
    void (*meanwhile)(struct world *w))
{
	struct said *said = ARENA_ARRAY(w->arena, count, struct said);
	struct part *parts = ARENA_ARRAY(w->arena, count, struct part);
	CURLM *multi = curl_multi_init();
	int left = 1;

	curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, clients);
	for (unsigned i = 0; i < count; i++)
		part_open(w, multi, &parts[i], path, json);
	while (left > 0) {
		curl_multi_perform(multi, &left);
		if (meanwhile != NULL)
			meanwhile(w);
		curl_multi_poll(multi, NULL, 0, 5, NULL);
	}
	for (unsigned i = 0; i < count; i++)
		part_close(multi, &parts[i], &said[i]);
	curl_multi_cleanup(multi);
	return said;
}

unsigned
count_status(const struct said *said, unsigned count, unsigned status)
{
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++)
		found += said[i].status == status;
	return found;
}

void
kit_given_service(struct world *w, const char *name, struct place place)
{
	const char *maker = arena_format(w->arena, "maker of %s", name), *const none[] = { NULL };

	kit_given_operator(w, maker, "service.write", place);
	kit_as(w, maker, place);
	kit_call(w, POST, "/v1/services",
	    arena_format(w->arena, "{\"name\":\"%s of %s\"}", name, kit_id(w, maker, place)), none, place);
	kit_then_status(w, 201, place);
	kit_name(w, name, place);
	kit_call(w, POST, arena_format(w->arena, "/v1/services/%s/api-keys", kit_id(w, name, place)),
	    "{\"name\":\"test\"}", none, place);
	kit_then_status(w, 201, place);
	kit_as_token(w, arena_text(w->arena, answer_field(&w->answer, "/key")));
}
