/* account_kit.c -- made through the API itself, by a clerk who may. */
#include "tests/api/account_kit.h"

#include <string.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/env.h"

void
kit_given_clerk(struct world *w, struct place place)
{
	kit_given_user(w, "clerk", place);
	kit_sql(w,
	    "SELECT \"authorization\".role_permit('test-clerk', ARRAY['account.read', 'account.write', 'agent.write',"
	    " 'agent.block', 'usage.write'])",
	    place);
	kit_given_role(w, "clerk", "test-clerk", place);
	kit_as(w, "clerk", place);
}

void
kit_given_company(struct world *w, const char *name, const char *tier, struct place place)
{
	kit_call(w, POST, "/v1/accounts", text(w, "{\"name\":\"%s\",\"tier\":\"%s\"}", name, tier),
	    (const char *const[]){ NULL }, place);
	kit_then_status(w, 201, place);
	kit_name(w, name, place);
}

void
kit_given_agent(struct world *w, const char *name, const char *company, struct place place)
{
	kit_given_account(w, name, place);
	kit_call(w, POST, text(w, "/v1/accounts/%s/agents", company),
	    text(w, "{\"email\":\"%s\",\"name\":\"%s\"}", email_of(w, name), name), (const char *const[]){ NULL },
	    place);
	kit_then_status(w, 201, place);
	kit_then_field(w, "/user_id", kit_id(w, name, place), place);
	kit_name(w, text(w, "%s-agent", name), place);
}

void
kit_then_told(struct world *w, const char *type, const char *subject, int times, struct place place)
{
	const char *count = kit_sql(w,
	    text(w,
		"SELECT count(*) FROM (SELECT type, subject FROM event.outbox UNION ALL SELECT type, subject FROM "
		"event.log) e"
		" WHERE e.type = '%s' AND e.subject = '%s'",
		type, kit_id(w, subject, place)),
	    place);

	if (strtol(count, NULL, 10) != times)
		kit_fail(place, "%s was told %s times, not %d", type, count, times);
}

const char *
in_seconds(struct world *w, long seconds)
{
	return instant_text(w->arena, (struct instant){ env_now(&env_system).micros + seconds * SECOND });
}

static size_t
drop(char *data, size_t size, size_t count, void *context)
{
	(void)data, (void)context;
	return size * count;
}

static CURL *
one(struct world *w, const struct post *post, struct curl_slist *lines)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL, text(w, "%s%s", w->base, post->path));
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	return curl;
}

void
call_at_once(struct world *w, struct post *posts, int count)
{
	struct curl_slist *lines = curl_slist_append(NULL, "Content-Type: application/json");
	CURLM *all = curl_multi_init();
	CURL **calls = ARENA_ARRAY(w->arena, (size_t)count, CURL *);
	int running;

	lines = curl_slist_append(lines, text(w, "Authorization: Bearer %s", w->caller->token));
	for (int i = 0; i < count; i++)
		curl_multi_add_handle(all, calls[i] = one(w, &posts[i], lines));
	do {
		curl_multi_perform(all, &running);
		curl_multi_poll(all, NULL, 0, 100, NULL);
	} while (running > 0);
	for (int i = 0; i < count; i++) {
		curl_easy_getinfo(calls[i], CURLINFO_RESPONSE_CODE, &posts[i].status);
		curl_multi_remove_handle(all, calls[i]);
		curl_easy_cleanup(calls[i]);
	}
	curl_multi_cleanup(all);
	curl_slist_free_all(lines);
}
