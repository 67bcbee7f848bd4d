/* call.c -- when: one request over HTTPS, and the answer taken apart. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/text.h"
#include "tests/api/kit/world.h"

#define HEADERS_MAX 64
/* Longer than any deadline of the platform: a test that waits for this has found a hang. */
#define PATIENCE_MS 20000L

static const char *const method_names[METHOD__COUNT] = { "", "GET", "POST", "PUT", "PATCH", "DELETE" };

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
	buffer_add(context, data, size * count);
	return size * count;
}

static void
add_header(struct world *w, const char *line, size_t length)
{
	struct header *headers = (struct header *)w->answer.headers;
	const char *colon = memchr(line, ':', length);
	char *name;

	/* A new status line: what came before was a redirect's or a 100 Continue's. */
	if (length > 5 && memcmp(line, "HTTP/", 5) == 0)
		w->answer.header_count = 0;
	if (colon == NULL || w->answer.header_count == HEADERS_MAX)
		return;
	name = arena_copy(w->arena, line, (size_t)(colon - line));
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	headers[w->answer.header_count++] = (struct header){
		.name = name,
		.value = text_trim(arena_copy(w->arena, colon + 1, length - (size_t)(colon - line) - 1)),
	};
}

static size_t
take_header(char *data, size_t size, size_t count, void *context)
{
	add_header(context, data, size * count);
	return size * count;
}

static void
release_json(void *object)
{
	json_object_put(object);
}

static void
begin_answer(struct world *w)
{
	memset(&w->answer, 0, sizeof(w->answer));
	w->answer.headers = ARENA_ARRAY(w->arena, HEADERS_MAX, struct header);
}

static void
finish_answer(struct world *w, unsigned status, struct bytes body)
{
	const char *type;

	w->answer.status = status;
	w->answer.body = body;
	type = answer_header(&w->answer, "content-type");
	w->answer.content_type = type != NULL ? type : "";
	if (strstr(w->answer.content_type, "json") == NULL || body.length == 0)
		return;
	if ((w->answer.json = json_tokener_parse((const char *)body.data)) != NULL)
		arena_defer(w->arena, release_json, w->answer.json);
}

/* A segment that is a known name becomes its id. */
static const char *
with_ids(struct world *w, const char *path)
{
	struct buffer out;

	buffer_init(&out, w->arena);
	for (const char *end; *path != '\0'; path = end) {
		const char *segment = path + strspn(path, "/");
		const struct named *named;

		buffer_add(&out, path, (size_t)(segment - path));
		end = segment + strcspn(segment, "/?");
		named = kit_named(w, arena_copy(w->arena, segment, (size_t)(end - segment)));
		if (named != NULL)
			buffer_text(&out, uuid_text(w->arena, named->id));
		else
			buffer_add(&out, segment, (size_t)(end - segment));
		if (*end == '?') {
			buffer_text(&out, end);
			break;
		}
	}
	return out.data;
}

static bool
names_a_type(const char *const *headers)
{
	for (; *headers != NULL; headers++)
		if (strncasecmp(*headers, "content-type:", 13) == 0)
			return true;
	return false;
}

static struct curl_slist *
header_lines(struct world *w, const char *json, const char *const *headers)
{
	struct curl_slist *lines = NULL;

	if (json != NULL && !names_a_type(headers))
		lines = curl_slist_append(lines, "Content-Type: application/json");
	if (w->caller != NULL && w->caller->token != NULL)
		lines = curl_slist_append(lines, arena_format(w->arena, "Authorization: Bearer %s", w->caller->token));
	lines = curl_slist_append(lines, "Expect:");
	for (; *headers != NULL; headers++)
		lines = curl_slist_append(lines, *headers);
	return lines;
}

void
kit_call(struct world *w, enum method method, const char *path, const char *json, const char *const *headers,
    struct place place)
{
	const char *target = with_ids(w, path);
	struct curl_slist *lines = header_lines(w, json, headers);
	struct buffer body;
	char fault[CURL_ERROR_SIZE] = "";
	long status = 0;
	CURLcode code;

	buffer_init(&body, w->arena);
	begin_answer(w);
	curl_easy_reset(w->curl);
	curl_easy_setopt(w->curl, CURLOPT_URL, arena_format(w->arena, "%s%s", w->base, target));
	curl_easy_setopt(w->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(w->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(w->curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(w->curl, CURLOPT_CUSTOMREQUEST, method_names[method]);
	curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, lines);
	if (json != NULL)
		curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, json);
	curl_easy_setopt(w->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(w->curl, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(w->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(w->curl, CURLOPT_HEADERDATA, w);
	curl_easy_setopt(w->curl, CURLOPT_ERRORBUFFER, fault);
	curl_easy_setopt(w->curl, CURLOPT_TIMEOUT_MS, PATIENCE_MS);
	code = curl_easy_perform(w->curl);
	curl_slist_free_all(lines);
	if (code != CURLE_OK)
		kit_fail(place, "%s %s: %s", method_names[method], target,
		    *fault != '\0' ? fault : curl_easy_strerror(code));
	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(w->curl, CURLINFO_TOTAL_TIME, &w->answer.seconds);
	finish_answer(w, (unsigned)status, (struct bytes){ (const uint8_t *)body.data, body.length });
	if (!w->unchecked)
		reference_check(w, method, target, place);
}

bool
answer_parse(struct world *w, struct bytes wire)
{
	const char *text = (const char *)wire.data;
	const char *end = memmem(text, wire.length, "\r\n\r\n", 4);
	unsigned status;

	begin_answer(w);
	if (end == NULL || sscanf(text, "HTTP/%*c.%*c %3u", &status) != 1)
		return false;
	for (const char *line = text; line < end + 2;) {
		const char *stop = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);

		add_header(w, line, (size_t)(stop - line));
		line = stop + 2;
	}
	end += 4;
	finish_answer(w, status, (struct bytes){ (const uint8_t *)end, wire.length - (size_t)(end - text) });
	return true;
}
