/*
 * http_kept.c -- a few documents by their address; the oldest makes room.
 *
 * Whoever shows a token with a made-up kid makes us ask for keys.  So a server that fails, or that was asked before the
 * time and said again what it had said, is left alone: for three seconds, then for six, up to a minute.
 */
#include "core/net/http_kept.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/net/http_client.h"

#define KEPT_MAX    16
#define PATIENCE    3000 /* milliseconds */
#define PAUSE_LEAST (3 * SECOND)
#define PAUSE_MOST  (60 * SECOND)

/* Of this process; texts are its own memory.  Times are env_monotonic's. */
struct kept {
	char *url, *text;
	int64_t asked; /* when it answered last */
	int64_t again; /* not before */
	int64_t pause; /* the latest */
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

/* Who has been left in peace for long enough begins anew. */
static void
leave_alone(struct kept *place, int64_t now)
{
	if (place->pause == 0 || now - place->again > PAUSE_MOST)
		place->pause = PAUSE_LEAST;
	else if (place->pause < PAUSE_MOST)
		place->pause = place->pause * 2 < PAUSE_MOST ? place->pause * 2 : PAUSE_MOST;
	place->again = now + place->pause;
}

static void
keep(struct kept *place, struct bytes body, int64_t now)
{
	const bool same = place->text != NULL && strlen(place->text) == body.length &&
			  memcmp(place->text, body.data, body.length) == 0;

	place->asked = now;
	if (same) {
		leave_alone(place, now);
		return;
	}
	free(place->text);
	place->text = strndup((const char *)body.data, body.length);
	if (place->text == NULL)
		abort();
	place->pause = 0;
	place->again = now;
}

/* The pause begins when the call is over: one that hung for three seconds has earned it as well. */
static const char *
ask(struct request *req, struct kept *place)
{
	struct http_answer answer;

	http_ask(req, &(struct http_ask){ .method = GET, .url = place->url, .timeout = http_patience(req) }, &answer);
	if (answer.failure == HTTP_OK && answer.status == 200) {
		keep(place, answer.body, env_monotonic(req->env));
		return NULL;
	}
	leave_alone(place, env_monotonic(req->env));
	return answer.failure != HTTP_OK ? http_failure_text(answer.failure) : "the answer has another status than 200";
}

unsigned
http_patience(const struct request *req)
{
	const int64_t waited = (env_monotonic(req->env) - req->began) / MILLISECOND;

	return waited < PATIENCE ? (unsigned)(PATIENCE - waited) : 1;
}

/* What it said before goes on counting. */
const char *
http_kept(struct request *req, const char *url, int64_t fresh, const char **text_r)
{
	const int64_t now = env_monotonic(req->env);
	struct kept *place = kept_place(url);
	const bool old = place->text == NULL || now - place->asked >= fresh;
	const char *reason = "it is left alone for a while";

	if (old && (place->pause == 0 || now >= place->again))
		reason = ask(req, place);
	if (place->text == NULL)
		return reason;
	*text_r = arena_text(req->arena, place->text);
	return NULL;
}
