/* provider_kit.c -- providers are programs of node; a visit is what a browser would do. */
#include "tests/api/provider_kit.h"

#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"

static bool
answers(const char *issuer)
{
	char command[300];

	snprintf(command, sizeof(command),
	    "for i in $(seq 100); do curl -sf -o /dev/null '%s/.well-known/openid-configuration' && exit 0;"
	    " sleep 0.1; done; exit 1",
	    issuer);
	return system(command) == 0;
}

pid_t
provider_serve(const char *script, const char *issuer, const char *us)
{
	pid_t parent = getpid(), child = fork();
	char path[100];

	if (child != 0)
		return child > 0 && answers(issuer) ? child : 0;
	snprintf(path, sizeof(path), "tests/api/node_modules.tmp/%s", script);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		execlp("node", "node", path, strrchr(issuer, ':') + 1, us, (char *)NULL);
	_exit(127);
}

static const char *
parameter(struct world *w, const char *url, const char *name)
{
	const char *at = strstr(url, arena_format(w->arena, "&%s=", name));

	assert_non_null(at);
	at = strchr(at, '=') + 1;
	return arena_copy(w->arena, at, strcspn(at, "&"));
}

struct visit
stranger(struct world *w)
{
	const char *subject = uuid_text(w->arena, uuid_new(&env_system));

	return (struct visit){ .subject = subject, .email = arena_format(w->arena, "%s@provider.example", subject) };
}

struct visit
begin_visit(struct world *w, const char *provider)
{
	struct visit visit = stranger(w);
	const char *location, *cookie;

	visit.provider = provider;
	as(w, NULL);
	call(w, GET, arena_format(w->arena, "/v1/auth/oauth/%s/start?%s", provider, RETURN_TO), NULL);
	then_status(w, 303);
	location = arena_text(w->arena, answer_header(&w->answer, "location"));
	cookie = answer_header(&w->answer, "set-cookie");
	visit.state = parameter(w, location, "state");
	visit.nonce = parameter(w, location, "nonce");
	visit.cookie = arena_format(w->arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	return visit;
}

void
come_back(struct world *w, const struct visit *visit, const char *variant)
{
	call_with(w, GET,
	    arena_format(w->arena, "/v1/auth/oauth/%s/callback?state=%s&code=%s~%s~%s~%s", visit->provider,
		visit->state, variant, visit->nonce, visit->subject, visit->email),
	    NULL, visit->cookie);
}

const char *
rows_of(struct world *w, const struct visit *visit)
{
	return given_sql(w, arena_format(w->arena,
				"SELECT (SELECT count(*) FROM auth.identity WHERE subject = '%s')"
				" + (SELECT count(*) FROM auth.user WHERE email = '%s')",
				visit->subject, visit->email));
}

const char *
told_by(struct world *w, const char *issuer, const char *path)
{
	char *said = arena_alloc(w->arena, 8192);
	FILE *pipe = popen(arena_format(w->arena, "curl -sf '%s%s'", issuer, path), "re");

	assert_non_null(pipe);
	assert_non_null(fgets(said, 8192, pipe));
	assert_int_equal(pclose(pipe), 0);
	return said;
}

const char *
minted(struct world *w, const char *issuer, const char *variant, const char *audience, const struct visit *who)
{
	const char *said = told_by(w, issuer,
	    arena_format(
		w->arena, "/mint?variant=%s&aud=%s&sub=%s&email=%s", variant, audience, who->subject, who->email));
	struct json_object *json = json_tokener_parse(said), *token;
	const char *text;

	assert_non_null(json);
	assert_true(json_object_object_get_ex(json, "token", &token));
	text = arena_text(w->arena, json_object_get_string(token));
	json_object_put(json);
	return text;
}
