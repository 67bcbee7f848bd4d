/* payers.c -- one thread, one curl multi handle; see payers.h. */
#include "tests/fault/payers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"

#define PATIENCE_MS 15000L
#define PAUSE       (100 * MILLISECOND)

struct payer {
	struct payers *payers;
	CURL *curl;
	struct curl_slist *lines;
	struct order *order;
	struct buffer body;
	int64_t again_at; /* 0: a request is under way */
};

struct payers {
	struct world *w;
	CURLM *all;
	struct order *orders;
	size_t count, next, done;
	struct payer *list;
	unsigned size;
};

static size_t
take(char *data, size_t size, size_t count, void *context)
{
	buffer_add(&((struct payer *)context)->body, data, size * count);
	return size * count;
}

static void
ask(struct payer *payer)
{
	struct world *w = payer->payers->w;
	struct order *order = payer->order;

	order->tries++;
	payer->again_at = 0;
	buffer_clear(&payer->body);
	curl_slist_free_all(payer->lines);
	payer->lines = curl_slist_append(NULL, arena_format(w->arena, "Authorization: Bearer %s", w->caller->token));
	payer->lines = curl_slist_append(payer->lines, arena_format(w->arena, "Idempotency-Key: %s", order->key));
	payer->lines = curl_slist_append(payer->lines, "Content-Type: application/json");
	payer->lines = curl_slist_append(payer->lines, "Expect:");
	curl_easy_setopt(payer->curl, CURLOPT_HTTPHEADER, payer->lines);
	curl_easy_setopt(payer->curl, CURLOPT_POSTFIELDS, order->body);
	curl_multi_add_handle(payer->payers->all, payer->curl);
}

static void
next_order(struct payer *payer)
{
	struct payers *payers = payer->payers;

	payer->order = payers->next < payers->count ? &payers->orders[payers->next++] : NULL;
	if (payer->order != NULL)
		ask(payer);
}

/* 503, 504, 429, "being worked on", a connection that was lost: nobody knows, so the same is asked again. */
static bool
is_an_end(CURLcode code, long status, const char *body)
{
	return code == CURLE_OK && status < 500 && status != 429 && strstr(body, "in-progress") == NULL;
}

static void
judge(struct payer *payer, CURLcode code)
{
	struct payers *payers = payer->payers;
	long status = 0;

	curl_easy_getinfo(payer->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!is_an_end(code, status, payer->body.length > 0 ? payer->body.data : "")) {
		payer->again_at = env_monotonic(&env_system) + PAUSE;
		return;
	}
	payer->order->status = (unsigned)status;
	payer->order->answer = arena_copy(payers->w->arena, payer->body.data, payer->body.length);
	payers->done++;
	next_order(payer);
}

struct payers *
payers_start(struct world *w, struct order *orders, size_t count, unsigned clients)
{
	struct payers *payers = ARENA_NEW(w->arena, struct payers);

	*payers =
	    (struct payers){ .w = w, .all = curl_multi_init(), .orders = orders, .count = count, .size = clients };
	payers->list = ARENA_ARRAY(w->arena, clients, struct payer);
	for (unsigned i = 0; i < clients; i++) {
		struct payer *payer = &payers->list[i];

		payer->payers = payers;
		payer->curl = curl_easy_init();
		buffer_init(&payer->body, w->arena);
		curl_easy_setopt(payer->curl, CURLOPT_CAINFO, w->certificate);
		curl_easy_setopt(payer->curl, CURLOPT_PROXY, "");
		curl_easy_setopt(payer->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
		curl_easy_setopt(payer->curl, CURLOPT_URL, arena_format(w->arena, "%s/v1/payments", w->base));
		curl_easy_setopt(payer->curl, CURLOPT_WRITEFUNCTION, take);
		curl_easy_setopt(payer->curl, CURLOPT_WRITEDATA, payer);
		curl_easy_setopt(payer->curl, CURLOPT_PRIVATE, payer);
		curl_easy_setopt(payer->curl, CURLOPT_TIMEOUT_MS, PATIENCE_MS);
		next_order(payer);
	}
	return payers;
}

static void
take_finished(struct payers *payers)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(payers->all, &left)) != NULL) {
		const CURLcode code = message->data.result;
		struct payer *payer;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &payer);
		curl_multi_remove_handle(payers->all, payer->curl);
		judge(payer, code);
	}
}

bool
payers_run(struct payers *payers, double seconds)
{
	const int64_t until = env_monotonic(&env_system) + (int64_t)(seconds * 1e6);
	int64_t now;
	int running;

	do {
		curl_multi_perform(payers->all, &running);
		take_finished(payers);
		now = env_monotonic(&env_system);
		for (unsigned i = 0; i < payers->size; i++)
			if (payers->list[i].again_at != 0 && payers->list[i].again_at <= now)
				ask(&payers->list[i]);
		curl_multi_poll(payers->all, NULL, 0, 10, NULL);
	} while (now < until && payers->done < payers->count);
	return payers->done == payers->count;
}

size_t
payers_no_more(struct payers *payers)
{
	return payers->count = payers->next;
}

void
payers_stop(struct payers *payers)
{
	for (unsigned i = 0; i < payers->size; i++) {
		curl_multi_remove_handle(payers->all, payers->list[i].curl);
		curl_easy_cleanup(payers->list[i].curl);
		curl_slist_free_all(payers->list[i].lines);
	}
	curl_multi_cleanup(payers->all);
}
