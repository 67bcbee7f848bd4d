/*
 * page.c -- cursors.  One is base64url of a MAC and the key's columns; the MAC covers route, path, filters
 * and principal as well, so a cursor of another list, another person or by hand is refused.  It holds
 * only what the page before has shown, so it need not be secret.
 */
#include "core/web/page_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "core/web/shape.h"
#include "core/web/target.h"

#define MAC_SIZE   16
#define CURSOR_MAX 2048

struct page_value {
	struct uuid uuid;
	int64_t number; /* of an instant as well */
	const char *text;
};

struct page {
	int32_t limit;
	bool first;
	struct page_value values[PAGE_COLUMNS_MAX];
};

size_t
page_columns(const struct page_key *keys)
{
	size_t count = 0;

	while (keys[count].kind != PAGE_KEY_END)
		count++;
	return count;
}

size_t
page_shown(const struct request *req, size_t count)
{
	const size_t limit = req->page == NULL ? count : (size_t)req->page->limit;

	return count > limit ? limit : count;
}

int32_t
page_limit(const struct request *req)
{
	return (req->page == NULL ? PAGE_LIMIT_DEFAULT : req->page->limit) + 1;
}

static const struct page_value *
value_at(const struct request *req, unsigned column)
{
	if (req->page == NULL || req->page->first || column >= PAGE_COLUMNS_MAX)
		return NULL;
	return &req->page->values[column];
}

struct uuid
page_uuid(const struct request *req, unsigned column, struct uuid first)
{
	const struct page_value *value = value_at(req, column);

	return value == NULL ? first : value->uuid;
}

struct instant
page_instant(const struct request *req, unsigned column, struct instant first)
{
	const struct page_value *value = value_at(req, column);

	return value == NULL ? first : (struct instant){ value->number };
}

int64_t
page_integer(const struct request *req, unsigned column, int64_t first)
{
	const struct page_value *value = value_at(req, column);

	return value == NULL ? first : value->number;
}

const char *
page_text(const struct request *req, unsigned column, const char *first)
{
	const struct page_value *value = value_at(req, column);

	return value == NULL ? first : value->text;
}

/* Everything that a cursor belongs to, and the key's columns.  NULs keep the parts apart: no text has one. */
static void
sign(struct request *req, const uint8_t key[static KEY_SIZE], struct bytes columns, uint8_t mac_r[static SHA256_SIZE])
{
	struct buffer all;
	struct uuid party = { 0 };

	if (req->principal != NULL)
		party = req->principal->party;
	buffer_init(&all, req->arena);
	buffer_text(&all, req->route->path);
	buffer_char(&all, '\0');
	buffer_text(&all, req->path);
	buffer_char(&all, '\0');
	if (req->route->query != NULL && req->asked != NULL)
		shape_encode(req->route->query, req->asked, &all);
	buffer_char(&all, '\0');
	buffer_add(&all, party.bytes, sizeof(party.bytes));
	buffer_add(&all, columns.data, columns.length);
	hmac_sha256(key, KEY_SIZE, all.data, all.length, mac_r);
}

static int64_t
integer_of(const struct page_key *key, const void *row)
{
	int64_t number = 0;

	if (key->size == sizeof(int32_t)) {
		int32_t narrow;

		memcpy(&narrow, (const char *)row + key->offset, sizeof(narrow));
		return narrow;
	}
	memcpy(&number, (const char *)row + key->offset, sizeof(number));
	return number;
}

static void
add_column(struct buffer *columns, const struct page_key *key, const void *row)
{
	const char *text;
	int64_t number;

	switch (key->kind) {
	case PAGE_KEY_UUID:
		buffer_add(columns, (const char *)row + key->offset, sizeof(struct uuid));
		break;
	case PAGE_KEY_TEXT:
		memcpy(&text, (const char *)row + key->offset, sizeof(text));
		buffer_add(columns, text, strlen(text) + 1);
		break;
	default:
		number = integer_of(key, row);
		buffer_add(columns, &number, sizeof(number));
	}
}

const char *
page_cursor(struct request *req, const void *row)
{
	uint8_t key[KEY_SIZE], mac[SHA256_SIZE];
	struct buffer cursor, columns;

	buffer_init(&columns, req->arena);
	for (const struct page_key *column = req->route->page; column->kind != PAGE_KEY_END; column++)
		add_column(&columns, column, row);
	key_for("page.cursor", key);
	sign(req, key, (struct bytes){ (const uint8_t *)columns.data, columns.length }, mac);
	buffer_init(&cursor, req->arena);
	buffer_add(&cursor, mac, MAC_SIZE);
	buffer_add(&cursor, columns.data, columns.length);
	return base64url_encode(req->arena, cursor.data, cursor.length);
}

/* Takes one column off the front; false when there is not enough of it. */
static bool
take_column(struct arena *arena, enum page_key_kind kind, struct bytes *left, struct page_value *value)
{
	size_t size = kind == PAGE_KEY_UUID ? sizeof(struct uuid) : sizeof(int64_t);

	if (kind == PAGE_KEY_TEXT) {
		size = strnlen((const char *)left->data, left->length) + 1;
		if (size > left->length)
			return false;
		value->text = arena_copy(arena, left->data, size - 1);
	} else if (size > left->length) {
		return false;
	} else if (kind == PAGE_KEY_UUID) {
		memcpy(&value->uuid, left->data, size);
	} else {
		memcpy(&value->number, left->data, size);
	}
	left->data += size;
	left->length -= size;
	return true;
}

static bool
signature_is_ours(struct request *req, struct bytes cursor)
{
	struct bytes columns = { cursor.data + MAC_SIZE, cursor.length - MAC_SIZE };
	uint8_t keys[SECRETS_MAX][KEY_SIZE], mac[SHA256_SIZE];
	size_t count = key_for_each("page.cursor", keys);

	for (size_t i = 0; i < count; i++) {
		sign(req, keys[i], columns, mac);
		if (text_equal_secret(mac, cursor.data, MAC_SIZE))
			return true;
	}
	return false;
}

static bool
read_cursor(struct request *req, const char *text, struct page *page)
{
	struct bytes cursor, left;
	size_t length = strlen(text);

	if (length > CURSOR_MAX || !base64url_decode(req->arena, text, length, &cursor) || cursor.length < MAC_SIZE ||
	    !signature_is_ours(req, cursor))
		return false;
	left = (struct bytes){ cursor.data + MAC_SIZE, cursor.length - MAC_SIZE };
	for (unsigned i = 0; req->route->page[i].kind != PAGE_KEY_END; i++)
		if (!take_column(req->arena, req->route->page[i].kind, &left, &page->values[i]))
			return false;
	return left.length == 0;
}

/* 1 to 100, in plain digits; nothing else silently becomes the default. */
static bool
read_limit(const char *text, int32_t *limit_r)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 3 || text[length] != '\0' || text[0] == '0')
		return false;
	*limit_r = (int32_t)strtol(text, NULL, 10);
	return *limit_r <= PAGE_LIMIT_MAX;
}

const struct problem *
page_open(struct request *req)
{
	struct page *page = ARENA_NEW(req->arena, struct page);
	const char *limit, *cursor, *fault;
	struct query query;

	*page = (struct page){ .limit = PAGE_LIMIT_DEFAULT, .first = true };
	if ((fault = query_parse(req->arena, req->query, &query)) != NULL)
		return problem(req, PROBLEM_BAD_REQUEST, fault);
	limit = query_value(&query, "limit");
	cursor = query_value(&query, "cursor");
	if (limit != NULL && !read_limit(limit, &page->limit))
		return problem_field(req, "?limit", "must be between 1 and 100");
	if (cursor != NULL && !read_cursor(req, cursor, page))
		return problem(req, PROBLEM_BAD_CURSOR, "Start again without a cursor.");
	page->first = cursor == NULL;
	req->page = page;
	return NULL;
}

/* What could end the <...> of a Link is escaped; everything else stays as it came. */
static void
add_escaped(struct buffer *link, const char *raw, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c <= 0x20 || c >= 0x7f || c == '<' || c == '>' || c == '"')
			buffer_format(link, "%%%02X", c);
		else
			buffer_char(link, raw[i]);
	}
}

const char *
page_link(struct request *req, const char *cursor)
{
	const char *raw = req->query;
	struct buffer link;

	buffer_init(&link, req->arena);
	buffer_char(&link, '<');
	add_escaped(&link, req->target, strcspn(req->target, "?"));
	buffer_char(&link, '?');
	for (size_t length; *raw != '\0'; raw += length + (raw[length] == '&' ? 1 : 0)) {
		length = strcspn(raw, "&");
		if (length == 0 || text_starts_with(raw, "cursor="))
			continue;
		add_escaped(&link, raw, length);
		buffer_char(&link, '&');
	}
	buffer_format(&link, "cursor=%s>; rel=\"next\"", cursor);
	return link.data;
}
