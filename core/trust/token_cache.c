/*
 * token_cache.c -- sets of eight entries; an entry is found by half of its hash.  128 bits are enough: whoever wants to
 * be taken for another must hit one given hash (2^128 tries), and a collision of two texts of his own gains nothing.
 */
#include "core/trust/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define SETS       2048u
#define WAYS       8u
#define TAG_SIZE   16
#define SCOPES_MAX 255u /* different texts; there are as many as kinds of clients */

struct entry {
	uint8_t tag[TAG_SIZE];
	struct uuid subject;
	struct uuid session;
	struct uuid organization; /* zero: none */
	int64_t authz_ver;
	uint32_t issued; /* seconds */
	uint32_t expires;
	uint32_t until; /* is judged again from then on */
	uint8_t scope;  /* index + 1; 0: the entry is empty */
	uint8_t used;   /* since the clock's hand last came by */
};

static struct entry *entries;
static char *scopes[SCOPES_MAX];
static unsigned scope_count;

static struct entry *
set_of(const uint8_t *hash)
{
	uint32_t number;

	memcpy(&number, hash + TAG_SIZE, sizeof(number));
	return entries + (number % SETS) * WAYS;
}

bool
token_cache_find(struct arena *arena, const uint8_t hash[static SHA256_SIZE], struct instant now, struct token *token_r)
{
	struct entry *set;

	if (entries == NULL)
		return false;
	set = set_of(hash);
	for (unsigned i = 0; i < WAYS; i++) {
		struct entry *entry = &set[i];

		if (entry->scope == 0 || memcmp(entry->tag, hash, TAG_SIZE) != 0)
			continue;
		if ((int64_t)entry->until * SECOND <= now.micros)
			return false;
		entry->used = 1;
		*token_r = (struct token){ .subject = entry->subject,
			.session = entry->session,
			.authz_ver = entry->authz_ver,
			.issued.micros = (int64_t)entry->issued * SECOND,
			.expires.micros = (int64_t)entry->expires * SECOND,
			.scope = scopes[entry->scope - 1] };
		if (!uuid_is_zero(entry->organization))
			token_r->organization =
			    (const void *)arena_copy(arena, &entry->organization, sizeof(entry->organization));
		return true;
	}
	return false;
}

/* 0: there is no room for one more. */
static uint8_t
scope_number(const char *scope)
{
	for (unsigned i = 0; i < scope_count; i++)
		if (strcmp(scopes[i], scope) == 0)
			return (uint8_t)(i + 1);
	if (scope_count == SCOPES_MAX || (scopes[scope_count] = strdup(scope)) == NULL)
		return 0;
	return (uint8_t)++scope_count;
}

/* Empty or expired, or else the first that was not used since the last search in this set. */
static struct entry *
victim(struct entry *set, uint32_t now)
{
	struct entry *unused = NULL;

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].scope == 0 || set[i].until <= now)
			return &set[i];
		if (unused == NULL && !set[i].used)
			unused = &set[i];
	}
	if (unused != NULL)
		return unused;
	for (unsigned i = 0; i < WAYS; i++)
		set[i].used = 0;
	return &set[now % WAYS];
}

void
token_cache_keep(
    const uint8_t hash[static SHA256_SIZE], const struct token *token, struct instant until, struct instant now)
{
	uint8_t scope = scope_number(token->scope);
	struct entry *entry;

	if (scope == 0 || token->expires.micros / SECOND > UINT32_MAX)
		return;
	if (entries == NULL && (entries = calloc(SETS * WAYS, sizeof(*entries))) == NULL)
		return;
	entry = victim(set_of(hash), (uint32_t)(now.micros / SECOND));
	*entry = (struct entry){ .subject = token->subject,
		.session = token->session,
		.authz_ver = token->authz_ver,
		.issued = (uint32_t)(token->issued.micros / SECOND),
		.expires = (uint32_t)(token->expires.micros / SECOND),
		.until = (uint32_t)(until.micros / SECOND),
		.scope = scope,
		.used = 1 };
	memcpy(entry->tag, hash, TAG_SIZE);
	if (token->organization != NULL)
		entry->organization = *token->organization;
}

void
token_cache_clear(void)
{
	if (entries != NULL)
		memset(entries, 0, SETS * WAYS * sizeof(*entries));
}
