/* auth_kit.c -- made by the functions that the area itself calls; the password's hash is PostgreSQL's only stranger. */
#include "tests/api/auth_kit.h"

#include <argon2.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"

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

/* Of the default parameters, so that nothing is hashed anew at the first sign-in. */
static const char *
hash_of_password(struct world *w)
{
	const char salt[16] = "0123456789abcdef";
	char *hash = arena_alloc(w->arena, 200);

	argon2id_hash_encoded(2, 19456, 1, PASSWORD, strlen(PASSWORD), salt, sizeof(salt), 32, hash, 200);
	return hash;
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
		id, hash_of_password(w), fresh_email(w, name)),
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
