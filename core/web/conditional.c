/*
 * conditional.c -- If-Match and If-None-Match.  Our tags are decimal versions, so a tag in any other form
 * is well-formed but cannot match.
 */
#include "core/web/conditional.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/web/problem.h"
#include "core/web/route.h"

/* More than anybody has versions of; the rest of a longer list is read and not kept. */
#define TAGS_MAX 32

static const char *
skip_space(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* etagc of RFC 9110: %x21, %x23-7E and what is above ASCII. */
static const char *
skip_opaque(const char *at)
{
	while ((unsigned char)*at >= 0x21 && *at != '"' && *at != 0x7f)
		at++;
	return at;
}

static bool
version_parse(const char *text, size_t length, int64_t *version_r)
{
	int64_t version = 0;

	if (length == 0 || length > 18 || (length > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		version = version * 10 + (text[i] - '0');
	}
	*version_r = version;
	return true;
}

/* One tag; NULL when it is not one.  `counts` tells whether it could match at all. */
static const char *
tag_parse(const char *at, bool weak, bool *counts_r, int64_t *version_r)
{
	bool is_weak = at[0] == 'W' && at[1] == '/';
	const char *opaque = at + (is_weak ? 3 : 1), *end;

	if (at[is_weak ? 2 : 0] != '"')
		return NULL;
	end = skip_opaque(opaque);
	if (*end != '"')
		return NULL;
	*counts_r = version_parse(opaque, (size_t)(end - opaque), version_r) && (weak || !is_weak);
	return end + 1;
}

enum tags_fault
tags_parse(struct arena *arena, const char *text, bool weak, struct tags *tags_r)
{
	int64_t *versions = ARENA_ARRAY(arena, TAGS_MAX, int64_t), version;
	const char *at = skip_space(text);
	bool counts;

	*tags_r = (struct tags){ .versions.items = versions };
	if (at[0] == '*' && *skip_space(at + 1) == '\0') {
		tags_r->any = true;
		return TAGS_OK;
	}
	for (;;) {
		if ((at = tag_parse(at, weak, &counts, &version)) == NULL)
			return TAGS_BROKEN;
		if (counts && tags_r->versions.count < TAGS_MAX)
			versions[tags_r->versions.count++] = version;
		at = skip_space(at);
		if (*at == '\0')
			return TAGS_OK;
		if (*at != ',')
			return TAGS_BROKEN;
		at = skip_space(at + 1);
	}
}

static bool
tags_match(const struct tags *tags, int64_t version)
{
	for (size_t i = 0; i < tags->versions.count; i++)
		if (tags->versions.items[i] == version)
			return true;
	return tags->any;
}

bool
if_match(struct request *req, int64_t version)
{
	const char *text = request_header(req, "if-match");
	struct tags tags;

	if (text == NULL)
		return true;
	return tags_parse(req->arena, text, false, &tags) == TAGS_OK && tags_match(&tags, version);
}

bool
if_none_match(struct request *req, int64_t version)
{
	const char *text = request_header(req, "if-none-match");
	struct tags tags;

	return text != NULL && tags_parse(req->arena, text, true, &tags) == TAGS_OK && tags_match(&tags, version);
}

const struct problem *
conditional_check(struct request *req)
{
	static const char *const names[] = { "if-match", "if-none-match" };
	struct tags tags;
	const char *text;

	if (req->route->if_match && request_header(req, "if-match") == NULL)
		return problem(req, PROBLEM_PRECONDITION_REQUIRED, NULL);
	for (size_t i = 0; i < 2; i++)
		if ((text = request_header(req, names[i])) != NULL &&
		    tags_parse(req->arena, text, true, &tags) != TAGS_OK)
			return problem_format(req, PROBLEM_BAD_REQUEST, "%s is not a list of entity tags.", names[i]);
	return NULL;
}
