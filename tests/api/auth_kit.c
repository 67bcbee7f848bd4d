/* auth_kit.c -- made by the functions that the area itself calls; the password's hash is PostgreSQL's only stranger. */
#include "tests/api/auth_kit.h"

#include <argon2.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"

int
auth_begin(void **state)
{
	int status = kit_begin(state);
	struct world *w = *state;

	given_sql(w, "DELETE FROM auth.attempt");
	return status;
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
	const char *json = arena_format(
	    w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email_of(w, name), password);

	kit_call(w, POST, "/v1/auth/login", json, (const char *const[]){ NULL }, place);
}

static const char *
read_mail(struct world *w, const char *name)
{
	FILE *file = fopen(arena_format(w->arena, "%s/%s", w->config->global.mail_dir, name), "re");
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

/* The newest whose head names both; files are named after their time. */
static const char *
newest_mail(struct world *w, const char *address, const char *kind, unsigned *count_r)
{
	struct dirent **names = NULL;
	int count = scandir(w->config->global.mail_dir, &names, NULL, alphasort);
	const char *found = NULL;

	*count_r = 0;
	for (int i = 0; i < count; i++) {
		const char *text = strstr(names[i]->d_name, ".eml") != NULL ? read_mail(w, names[i]->d_name) : NULL;

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
kept_field(struct world *w, const char *pointer)
{
	const char *text = answer_field(&w->answer, pointer);

	assert_non_null(text);
	return arena_text(w->arena, text);
}
