/* http_kept.c -- a few documents by their address; the oldest makes room. */
#include "core/net/http_kept.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/net/http_client.h"

#define KEPT_MAX   16
#define PATIENCE   3000 /* milliseconds */
#define LEFT_ALONE (3 * SECOND)

/* Of this process; texts are its own memory. */
struct kept {
	char *url, *text;
	int64_t asked;  /* env_monotonic */
	int64_t failed; /* the same, of the last try that did; 0: it went well */
};
static struct kept kept[KEPT_MAX];
static size_t next_victim;

static struct kept *
kept_find(const char *url)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept[i].url != NULL && strcmp(kept[i].url, url) == 0)
			return &kept[i];
	return NULL;
}

static struct kept *
kept_place(const char *url)
{
	struct kept *place = kept_find(url);

	if (place != NULL)
		return place;
	place = &kept[next_victim++ % KEPT_MAX];
	free(place->text);
	free(place->url);
	*place = (struct kept){ .url = strdup(url) };
	if (place->url == NULL)
		abort();
	return place;
}

static const char *
ask(struct request *req, struct kept *place, int64_t now)
{
	struct http_answer answer;

	http_ask(req, &(struct http_ask){ .method = GET, .url = place->url, .timeout = PATIENCE }, &answer);
	if (answer.failure != HTTP_OK || answer.status != 200) {
		place->failed = now;
		return answer.failure != HTTP_OK ? http_failure_text(answer.failure)
						 : "the answer has another status than 200";
	}
	free(place->text);
	place->text = strndup((const char *)answer.body.data, answer.body.length);
	if (place->text == NULL)
		abort();
	place->asked = now;
	place->failed = 0;
	return NULL;
}

/* A server that does not answer is left alone for a while, and what it said before goes on counting. */
const char *
http_kept(struct request *req, const char *url, int64_t fresh, const char **text_r)
{
	const int64_t now = env_monotonic(req->env);
	struct kept *place = kept_place(url);
	const char *reason = NULL;

	if (place->failed != 0 && now - place->failed < LEFT_ALONE)
		reason = "it did not answer a moment ago";
	else if (place->text == NULL || now - place->asked >= fresh)
		reason = ask(req, place, now);
	if (place->text == NULL)
		return reason;
	*text_r = arena_text(req->arena, place->text);
	return NULL;
}
