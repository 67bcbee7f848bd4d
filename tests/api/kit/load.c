/* load.c -- one thread, one curl multi handle; a client that has its answer asks the next. */
#include "tests/api/kit/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"

#define HEAD_SIZE          512
#define CLIENT_PATIENCE_MS 20000L

struct client {
	struct load *load;
	CURL *curl;
	const struct load_request *request;
	size_t next;
	size_t length;        /* of the body so far */
	char head[HEAD_SIZE]; /* its beginning, for complaints */
};

struct load {
	struct world *w;
	CURLM *all;
	const struct load_request *requests;
	size_t count;
	struct client *clients;
	unsigned client_count;
	unsigned running;
	bool ending;
	struct curl_slist *get_lines, *post_lines;
	struct load_report report;
};

static size_t
take(char *data, size_t size, size_t count, void *context)
{
	struct client *client = context;
	const size_t room = HEAD_SIZE - 1 - strnlen(client->head, HEAD_SIZE - 1);

	strncat(client->head, data, size * count < room ? size * count : room);
	client->length += size * count;
	return size * count;
}

static void
ask(struct client *client)
{
	struct load *load = client->load;

	client->request = &load->requests[client->next++ % load->count];
	client->length = 0;
	client->head[0] = '\0';
	curl_easy_setopt(
	    client->curl, CURLOPT_URL, arena_format(load->w->arena, "%s%s", load->w->base, client->request->path));
	if (client->request->body == NULL) {
		curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
		curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, load->get_lines);
	} else {
		curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, client->request->body);
		curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, load->post_lines);
	}
	curl_multi_add_handle(load->all, client->curl);
	load->running++;
}

static void
complain(struct load_report *report, const struct client *client, long status, const char *what)
{
	report->wrong++;
	if (report->complaint[0] == '\0')
		snprintf(report->complaint, sizeof(report->complaint), "%s answered %ld, %zu bytes: %s: %.200s",
		    client->request->path, status, client->length, what, client->head);
}

static void
judge(struct client *client, CURLcode code)
{
	struct load_report *report = &client->load->report;
	const char *type = NULL;
	double took = 0;
	long status = 0;

	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(client->curl, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(client->curl, CURLINFO_TOTAL_TIME, &took);
	if (took > report->slowest)
		report->slowest = took;
	if (code != CURLE_OK) {
		complain(report, client, status, curl_easy_strerror(code));
	} else if (status >= 200 && status < 300) {
		if (client->request->length != 0 && client->length != client->request->length) {
			complain(report, client, status, "cut");
			return;
		}
		report->well++;
		report->last_well = env_monotonic(&env_system);
	} else if ((status == 503 || status == 504 || status == 429) && type != NULL &&
		   strstr(type, "application/problem+json") != NULL) {
		report->refused++;
	} else {
		complain(report, client, status, "not a refusal that is allowed");
	}
}

static void
take_finished(struct load *load)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(load->all, &left)) != NULL) {
		struct client *client;
		const CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &client);
		curl_multi_remove_handle(load->all, client->curl);
		load->running--;
		judge(client, code);
		if (!load->ending)
			ask(client);
	}
}

static void
open_client(struct load *load, struct client *client, size_t first)
{
	client->load = load;
	client->next = first;
	client->curl = curl_easy_init();
	curl_easy_setopt(client->curl, CURLOPT_CAINFO, load->w->certificate);
	curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(client->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client);
	curl_easy_setopt(client->curl, CURLOPT_PRIVATE, client);
	curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, CLIENT_PATIENCE_MS);
	ask(client);
}

struct load *
load_start(struct world *w, const struct load_request *requests, size_t count, unsigned clients)
{
	struct load *load = ARENA_NEW(w->arena, struct load);

	load->w = w;
	load->all = curl_multi_init();
	load->requests = requests;
	load->count = count;
	load->client_count = clients;
	load->clients = ARENA_ARRAY(w->arena, clients, struct client);
	if (w->caller != NULL) {
		const char *line = arena_format(w->arena, "Authorization: Bearer %s", w->caller->token);

		load->get_lines = curl_slist_append(load->get_lines, line);
		load->post_lines = curl_slist_append(load->post_lines, line);
	}
	load->post_lines = curl_slist_append(load->post_lines, "Content-Type: application/json");
	load->post_lines = curl_slist_append(load->post_lines, "Expect:");
	for (unsigned i = 0; i < clients; i++)
		open_client(load, &load->clients[i], i);
	return load;
}

void
load_run(struct load *load, double seconds)
{
	const int64_t until = env_monotonic(&env_system) + (int64_t)(seconds * 1e6);
	int running;

	do {
		curl_multi_perform(load->all, &running);
		take_finished(load);
		curl_multi_poll(load->all, NULL, 0, 10, NULL);
	} while (env_monotonic(&env_system) < until && (!load->ending || load->running > 0));
}

struct load_report
load_report(struct load *load)
{
	const struct load_report report = load->report;

	load->report = (struct load_report){ .last_well = report.last_well };
	return report;
}

int64_t
load_last_well(const struct load *load)
{
	return load->report.last_well;
}

struct load_report
load_stop(struct load *load)
{
	load->ending = true;
	load_run(load, 10);
	for (unsigned i = 0; i < load->client_count; i++) {
		curl_multi_remove_handle(load->all, load->clients[i].curl);
		curl_easy_cleanup(load->clients[i].curl);
	}
	curl_multi_cleanup(load->all);
	curl_slist_free_all(load->get_lines);
	curl_slist_free_all(load->post_lines);
	return load_report(load);
}
