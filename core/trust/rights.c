/*
 * rights.c -- sets of eight entries by the tail of the session's id (its head is a time).  What nearly all sessions
 * have, a user who acts for itself and holds no permission, needs no memory beside its entry.
 */
#include "core/trust/rights.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

#define SETS 2048u
#define WAYS 8u

/* What is not plain: one block, with everything it points to behind it. */
struct more {
	struct uuids parties;
	struct texts permissions;
	const char *tier;
	const char *kind;
};

struct entry {
	struct uuid session; /* zero: empty */
	struct uuid party;
	int64_t authz_ver;
	struct more *more; /* NULL: plain */
};

static const char plain_tier[] = "standard", plain_kind[] = "user";

static struct entry *entries;
static unsigned char hands[SETS]; /* where each set's next victim stands */

static uint32_t
set_number(struct uuid session)
{
	uint32_t number;

	memcpy(&number, session.bytes + 12, sizeof(number));
	return number % SETS;
}

static struct entry *
entry_find(struct uuid session)
{
	struct entry *set;

	if (entries == NULL || uuid_is_zero(session))
		return NULL;
	set = entries + set_number(session) * WAYS;
	for (unsigned i = 0; i < WAYS; i++)
		if (uuid_equal(set[i].session, session))
			return &set[i];
	return NULL;
}

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
	const struct entry *entry = entry_find(session);

	if (entry != NULL)
		point_to(entry, principal);
	return entry != NULL;
}

static void
entry_clear(struct entry *entry)
{
	free(entry->more);
	memset(entry, 0, sizeof(*entry));
}

void
rights_forget(struct uuid session)
{
	struct entry *entry = entry_find(session);

	if (entry != NULL)
		entry_clear(entry);
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

static struct entry *
entry_for(struct uuid session)
{
	uint32_t number = set_number(session);
	struct entry *set, *entry = entry_find(session);

	if (entries == NULL && (entries = calloc(SETS * WAYS, sizeof(*entries))) == NULL)
		abort();
	set = entries + number * WAYS;
	for (unsigned i = 0; entry == NULL && i < WAYS; i++)
		if (uuid_is_zero(set[i].session))
			entry = &set[i];
	if (entry == NULL)
		entry = &set[hands[number]++ % WAYS];
	return entry;
}

void
rights_keep(struct uuid session, struct principal *principal)
{
	struct more *more = is_plain(principal) ? NULL : more_of(principal);
	struct entry *entry = entry_for(session);

	entry_clear(entry);
	*entry = (struct entry){
		.session = session, .party = principal->party, .authz_ver = principal->authz_ver, .more = more
	};
	point_to(entry, principal);
}
