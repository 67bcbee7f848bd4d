/*
 * token_cache.c -- an entry is found by half of its hash.  128 bits are enough: whoever wants to be taken for another
 * must hit one given hash (2^128 tries), and a collision of two texts of his own gains nothing.
 */
#include "core/trust/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/memo.h"

#define SCOPES_MAX 256u /* different texts; there are as many as kinds of clients */

struct entry {
	struct memo_head head; /* until it is judged again */
	uint32_t issued;       /* seconds */
	uint32_t expires;
	uint32_t authz_ver;
	uint32_t scope;
	struct uuid subject;
	struct uuid session;
	struct uuid organization; /* zero: none */
};

static struct memo memo = MEMO(struct entry);
static char *scopes[SCOPES_MAX];
static uint32_t scope_count;

static uint32_t
seconds(struct instant instant)
{
	return (uint32_t)(instant.micros / SECOND);
}

bool
token_cache_find(struct arena *arena, const uint8_t hash[static SHA256_SIZE], struct instant now, struct token *token_r)
{
	const struct entry *entry = memo_find(&memo, hash);

	if (entry == NULL || entry->head.until <= seconds(now))
		return false;
	*token_r = (struct token){ .subject = entry->subject,
		.session = entry->session,
		.authz_ver = entry->authz_ver,
		.issued.micros = (int64_t)entry->issued * SECOND,
		.expires.micros = (int64_t)entry->expires * SECOND,
		.scope = scopes[entry->scope] };
	if (!uuid_is_zero(entry->organization))
		token_r->organization =
		    (const void *)arena_copy(arena, &entry->organization, sizeof(entry->organization));
	return true;
}

/* SCOPES_MAX: there is no room for one more. */
static uint32_t
scope_number(const char *scope)
{
	for (uint32_t i = 0; i < scope_count; i++)
		if (strcmp(scopes[i], scope) == 0)
			return i;
	if (scope_count == SCOPES_MAX || (scopes[scope_count] = strdup(scope)) == NULL)
		return SCOPES_MAX;
	return scope_count++;
}

void
token_cache_keep(
    const uint8_t hash[static SHA256_SIZE], const struct token *token, struct instant until, struct instant now)
{
	const uint32_t scope = scope_number(token->scope);
	struct entry *entry;

	if (scope == SCOPES_MAX || token->expires.micros / SECOND > UINT32_MAX || token->authz_ver > UINT32_MAX)
		return;
	entry = memo_room(&memo, hash, seconds(now));
	*entry = (struct entry){ .head.until = seconds(until),
		.issued = seconds(token->issued),
		.expires = seconds(token->expires),
		.authz_ver = (uint32_t)token->authz_ver,
		.scope = scope,
		.subject = token->subject,
		.session = token->session };
	memcpy(entry->head.key, hash, sizeof(entry->head.key));
	if (token->organization != NULL)
		entry->organization = *token->organization;
}

void
token_cache_clear(void)
{
	memo_clear(&memo);
}
