/*
 * rights.c -- by the session's id.  What nearly all sessions have, a user who acts for itself and holds no permission,
 * needs no memory beside its entry.
 */
#include "core/trust/rights.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memo.h"
#include "core/base/text.h"

/* What is not plain: one block, with everything it points to behind it. */
struct more {
	struct uuids parties;
	struct texts permissions;
	const char *tier;
	const char *kind;
};

struct entry {
	struct memo_head head; /* the session */
	uint32_t authz_ver;
	struct uuid party;
	struct more *more; /* NULL: plain */
};

static const char plain_tier[] = "standard", plain_kind[] = "user";

static struct memo memo = MEMO(struct entry);

static void
point_to(const struct entry *entry, struct principal *principal)
{
	const struct more *more = entry->more;

	principal->party = entry->party;
	principal->authz_ver = entry->authz_ver;
	principal->parties = more != NULL ? more->parties : (struct uuids){ .items = &entry->party, .count = 1 };
	principal->permissions = more != NULL ? more->permissions : (struct texts){ .count = 0 };
	principal->tier = more != NULL ? more->tier : plain_tier;
	principal->kind = more != NULL ? more->kind : plain_kind;
}

bool
rights_find(struct uuid session, struct principal *principal)
{
	const struct entry *entry = memo_find(&memo, session.bytes);

	if (entry != NULL)
		point_to(entry, principal);
	return entry != NULL;
}

void
rights_forget(struct uuid session)
{
	struct entry *entry = memo_find(&memo, session.bytes);

	if (entry == NULL)
		return;
	free(entry->more);
	memo_forget(&memo, entry);
}

static bool
is_plain(const struct principal *principal)
{
	return principal->parties.count == 1 && uuid_equal(principal->parties.items[0], principal->party) &&
	       principal->permissions.count == 0 && strcmp(principal->tier, plain_tier) == 0 &&
	       strcmp(principal->kind, plain_kind) == 0;
}

static const char *
put_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *put = memcpy(*at, text, size);

	*at += size;
	return put;
}

static struct more *
more_of(const struct principal *principal)
{
	const struct texts permissions = principal->permissions;
	size_t parties_size = principal->parties.count * sizeof(struct uuid);
	size_t list_size = permissions.count * sizeof(char *);
	size_t size =
	    sizeof(struct more) + list_size + parties_size + strlen(principal->tier) + strlen(principal->kind) + 2;
	struct more *more;
	const char **list;
	char *at;

	for (size_t i = 0; i < permissions.count; i++)
		size += strlen(permissions.items[i]) + 1;
	if ((more = malloc(size)) == NULL)
		abort();
	list = (const char **)(more + 1);
	at = (char *)list + list_size;
	if (parties_size > 0)
		memcpy(at, principal->parties.items, parties_size);
	more->parties = (struct uuids){ .items = (const void *)at, .count = principal->parties.count };
	at += parties_size;
	more->tier = put_text(&at, principal->tier);
	more->kind = put_text(&at, principal->kind);
	for (size_t i = 0; i < permissions.count; i++)
		list[i] = put_text(&at, permissions.items[i]);
	more->permissions = (struct texts){ .items = list, .count = permissions.count };
	return more;
}

void
rights_keep(struct uuid session, struct principal *principal)
{
	struct entry *entry;
	struct more *more;

	if (principal->authz_ver < 0 || principal->authz_ver > UINT32_MAX)
		return;
	more = is_plain(principal) ? NULL : more_of(principal);
	entry = memo_room(&memo, session.bytes, 0);
	free(entry->more);
	*entry = (struct entry){ .head.until = MEMO_FOR_EVER,
		.authz_ver = (uint32_t)principal->authz_ver,
		.party = principal->party,
		.more = more };
	memcpy(entry->head.key, session.bytes, sizeof(session.bytes));
	point_to(entry, principal);
}
