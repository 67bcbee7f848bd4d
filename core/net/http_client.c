/*
 * http_client.c -- one call to somebody else's server.
 *
 * Whoever gives us an address to call (a webhook, a provider) would have us call our own network if we let them.  So
 * the decision falls on numbers, after DNS and before connect: all addresses of the name must be allowed, and curl may
 * open sockets to exactly these and nothing else, whatever a second look at the name would say.
 */
#include "core/net/http_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/metric/metric.h"
#include "core/net/address.h"
#include "core/net/resolve.h"

#define ANSWER_MAX      65536
#define CONNECT_TIMEOUT 3000
#define TIMEOUT         10000

/* One call under way. */
struct call {
	struct request *req;
	const struct http_ask *ask;
	struct http_answer *answer;
	CURL *curl;
	CURLU *url;
	const char *scheme;
	const char *host; /* without brackets */
	unsigned port;
	struct addresses allowed;
	struct buffer body;
	bool too_large;
	bool forbidden; /* curl wanted to go elsewhere */
};

static const char *const failures[] = {
	[HTTP_OK] = "an answer came",
	[HTTP_BAD_URL] = "the URL is not one that may be called",
	[HTTP_FORBIDDEN_ADDRESS] = "the address may not be reached",
	[HTTP_NO_NAME] = "the name has no address",
	[HTTP_NO_CONNECTION] = "no connection could be made",
	[HTTP_BAD_CERTIFICATE] = "the certificate is not valid for this name",
	[HTTP_TIMEOUT] = "no answer in time",
	[HTTP_TOO_LARGE] = "the answer is too large",
	[HTTP_BROKEN] = "the answer broke off or is not HTTP",
};

const char *
http_failure_text(enum http_failure failure)
{
	return failure <= HTTP_BROKEN ? failures[failure] : "?";
}

static void
release_curl(void *curl)
{
	curl_easy_cleanup(curl);
}

static void
release_url(void *url)
{
	curl_url_cleanup(url);
}

static void
release_list(void *list)
{
	curl_slist_free_all(list);
}

static const char *
url_part(struct call *call, CURLUPart part, unsigned flags)
{
	char *text = NULL;

	if (curl_url_get(call->url, part, &text, flags) != CURLUE_OK || text == NULL)
		return NULL;
	arena_defer(call->req->arena, curl_free, text);
	return text;
}

/* https (http is decided on with the address), a host, no user and password.  curl would read three slashes as two. */
static bool
url_parse(struct call *call)
{
	const char *slashes = strstr(call->ask->url, "://"), *port;
	char *host;

	if (slashes == NULL || slashes[3] == '/')
		return false;
	if ((call->url = curl_url()) == NULL)
		abort();
	arena_defer(call->req->arena, release_url, call->url);
	if (curl_url_set(call->url, CURLUPART_URL, call->ask->url, CURLU_DISALLOW_USER) != CURLUE_OK)
		return false;
	call->scheme = url_part(call, CURLUPART_SCHEME, 0);
	port = url_part(call, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	call->host = url_part(call, CURLUPART_HOST, 0);
	if (call->scheme == NULL || port == NULL || call->host == NULL || call->host[0] == '\0')
		return false;
	if (call->host[0] == '[') {
		host = arena_text(call->req->arena, call->host + 1);
		host[strcspn(host, "]%")] = '\0';
		call->host = host;
	}
	call->port = (unsigned)strtoul(port, NULL, 10);
	return strcmp(call->scheme, "https") == 0 || strcmp(call->scheme, "http") == 0;
}

static long
least(long a, long b)
{
	return a < b ? a : b;
}

/* Milliseconds that are left of what the call may take, and of the request. */
static long
time_left(const struct call *call, int64_t began)
{
	long whole = call->ask->timeout > 0 ? (long)call->ask->timeout : TIMEOUT;
	int64_t now = env_monotonic(call->req->env);
	long left = whole - (long)((now - began) / MILLISECOND);

	if (call->req->deadline > 0)
		left = least(left, (long)((call->req->deadline - now) / MILLISECOND));
	return left;
}

static long
time_to_connect(const struct call *call, int64_t began)
{
	long patience = call->ask->connect_timeout > 0 ? (long)call->ask->connect_timeout : CONNECT_TIMEOUT;

	return least(patience, time_left(call, began));
}

/* One forbidden address among ten is a name that somebody made to see which one we take. */
static enum http_failure
judge_addresses(struct call *call)
{
	const struct texts list = call->req->config->global.outgoing_allow;
	bool all_listed = true;

	for (size_t i = 0; i < call->allowed.count; i++) {
		const union address *address = &call->allowed.items[i];
		bool listed = address_is_listed(address, list);

		all_listed = all_listed && listed;
		if (listed || http_address_is_global(&address->any))
			continue;
		address_print(address, call->answer->address);
		return HTTP_FORBIDDEN_ADDRESS;
	}
	return strcmp(call->scheme, "https") == 0 || all_listed ? HTTP_OK : HTTP_BAD_URL;
}

static enum http_failure
find_addresses(struct call *call, int64_t began)
{
	long patience = time_to_connect(call, began);

	if (patience <= 0)
		return HTTP_TIMEOUT;
	switch (resolve(call->host, call->port, (int)patience, &call->allowed)) {
	case RESOLVED:
		return judge_addresses(call);
	case RESOLVE_TIMEOUT:
		return HTTP_TIMEOUT;
	case RESOLVE_NO_NAME:
		break;
	}
	return HTTP_NO_NAME;
}

/* The last word: called by curl with the numbers it is about to connect to. */
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct call *call = context;
	union address address;

	memset(&address, 0, sizeof(address));
	if (purpose == CURLSOCKTYPE_IPCXN && to->addrlen <= sizeof(address)) {
		memcpy(&address, &to->addr, to->addrlen);
		for (size_t i = 0; i < call->allowed.count; i++) {
			if (!address_equal(&address, &call->allowed.items[i]))
				continue;
			address_print(&address, call->answer->address);
			return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
		}
	}
	call->forbidden = true;
	return CURL_SOCKET_BAD;
}

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
	struct call *call = context;
	size_t most = call->ask->answer_max > 0 ? call->ask->answer_max : ANSWER_MAX;

	if (call->body.length + size * count > most) {
		call->too_large = true;
		return 0;
	}
	buffer_add(&call->body, data, size * count);
	return size * count;
}

static bool
is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static struct curl_slist *
append(struct curl_slist *list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(list, line);

	if (longer == NULL)
		abort();
	return longer;
}

/* `Expect:` without a value keeps curl from waiting a second for servers that do not know 100-continue. */
static bool
set_headers(struct call *call)
{
	struct curl_slist *list = append(NULL, "Expect:");
	bool clean = true;

	for (size_t i = 0; i < call->ask->header_count; i++) {
		const struct header *header = &call->ask->headers[i];

		clean = clean && is_clean(header->name) && is_clean(header->value) && header->name[0] != '\0';
		list = append(list, arena_format(call->req->arena, header->value[0] != '\0' ? "%s: %s" : "%s;%s",
					header->name, header->value));
	}
	arena_defer(call->req->arena, release_list, list);
	return clean && curl_easy_setopt(call->curl, CURLOPT_HTTPHEADER, list) == CURLE_OK;
}

static void
set_body(struct call *call)
{
	static const char *const names[METHOD__COUNT] = {
		[GET] = "GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE"
	};

	if (call->ask->method != GET && (call->ask->method != DELETE || call->ask->body.length > 0)) {
		curl_easy_setopt(call->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(call->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->ask->body.length);
		curl_easy_setopt(call->curl, CURLOPT_POSTFIELDS,
		    call->ask->body.length > 0 ? (const char *)call->ask->body.data : "");
	}
	curl_easy_setopt(call->curl, CURLOPT_CUSTOMREQUEST, names[call->ask->method]);
}

/* HOST:PORT:ADDRESS,ADDRESS: curl does not ask DNS again. */
static void
pin(struct call *call)
{
	struct buffer line;
	struct curl_slist *list;

	buffer_init(&line, call->req->arena);
	buffer_format(&line, "%s:%u:", call->host, call->port);
	for (size_t i = 0; i < call->allowed.count; i++) {
		char text[ADDRESS_TEXT_SIZE];

		address_print(&call->allowed.items[i], text);
		*strrchr(text, ':') = '\0';
		buffer_format(&line, "%s%s", i > 0 ? "," : "", text);
	}
	list = append(NULL, line.data);
	arena_defer(call->req->arena, release_list, list);
	curl_easy_setopt(call->curl, CURLOPT_RESOLVE, list);
}

static void
set_guards(struct call *call, int64_t began)
{
	CURL *curl = call->curl;

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, call->scheme);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* not even the environment's */
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, time_to_connect(call, began));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, time_left(call, began));
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Stoa");
}

static enum http_failure
failure_of(const struct call *call, CURLcode code)
{
	if (call->forbidden)
		return HTTP_FORBIDDEN_ADDRESS;
	if (call->too_large)
		return HTTP_TOO_LARGE;
	switch (code) {
	case CURLE_OK:
		return HTTP_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_TIMEOUT;
	case CURLE_COULDNT_CONNECT:
		return HTTP_NO_CONNECTION;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_BAD_CERTIFICATE;
	case CURLE_URL_MALFORMAT:
		return HTTP_BAD_URL;
	default:
		return HTTP_BROKEN;
	}
}

static void
read_answer(struct call *call)
{
	long status = 0;
	curl_off_t wait = 0;
	char *type = NULL;

	curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->curl, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(call->curl, CURLINFO_RETRY_AFTER, &wait);
	call->answer->status = (unsigned)status;
	call->answer->content_type = type != NULL ? arena_text(call->req->arena, type) : NULL;
	call->answer->retry_after = wait > 0 && wait <= UINT32_MAX ? (unsigned)wait : 0;
	call->answer->body = (struct bytes){ .data = (const uint8_t *)call->body.data, .length = call->body.length };
}

static enum http_failure
perform(struct call *call, int64_t began)
{
	enum http_failure failure;

	if (time_left(call, began) <= 0)
		return HTTP_TIMEOUT;
	if ((call->curl = curl_easy_init()) == NULL)
		abort();
	arena_defer(call->req->arena, release_curl, call->curl);
	buffer_init(&call->body, call->req->arena);
	set_guards(call, began);
	pin(call);
	set_body(call);
	if (!set_headers(call) || curl_easy_setopt(call->curl, CURLOPT_CURLU, call->url) != CURLE_OK)
		return HTTP_BAD_URL;
	failure = failure_of(call, curl_easy_perform(call->curl));
	if (failure == HTTP_OK)
		read_answer(call);
	return failure;
}

static void
tell(const struct call *call)
{
	if (call->answer->failure == HTTP_OK)
		return;
	if (call->answer->failure == HTTP_FORBIDDEN_ADDRESS)
		metric_count(COUNT_outgoing_refused, 1);
	log_line(call->answer->failure == HTTP_FORBIDDEN_ADDRESS ? WARN : INFO, call->req, "http",
	    "an outgoing call failed", { "reason", .text = http_failure_text(call->answer->failure) },
	    { "host", .text = call->host != NULL ? call->host : "?" }, { "address", .text = call->answer->address });
}

void
http_ask(struct request *req, const struct http_ask *ask, struct http_answer *answer_r)
{
	static bool ready;
	struct call call = { .req = req, .ask = ask, .answer = answer_r };
	int64_t began = env_monotonic(req->env);

	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	ready = true;
	memset(answer_r, 0, sizeof(*answer_r));
	if (ask->method <= METHOD_UNSET || ask->method >= METHOD__COUNT || !url_parse(&call))
		answer_r->failure = HTTP_BAD_URL;
	else if ((answer_r->failure = find_addresses(&call, began)) == HTTP_OK)
		answer_r->failure = perform(&call, began);
	request_span(req, "http", began);
	tell(&call);
}
