/* money.c -- see money.h. */
#include "tests/api/money.h"

#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"

#define NONE     "'00000000-0000-0000-0000-000000000000'::uuid"
#define PATIENCE (10 * SECOND)

static const char *
new_id(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

static void
call_it(struct world *w, const char *name, const char *id)
{
	struct named *named = ARENA_NEW(w->arena, struct named);

	named->name = name;
	uuid_parse(id, &named->id);
	named->next = w->names;
	w->names = named;
}

static void
queue_and_wait(
    struct world *w, const char *kind, const char *debit, const char *credit, const char *units, struct place place)
{
	const char *id = new_id(w);
	const char *ask = arena_format(w->arena, "SELECT state FROM ledger.result_of(ARRAY['%s'::uuid])", id);
	int64_t until = env_monotonic(&env_system) + PATIENCE;
	const struct timespec moment = { .tv_nsec = 2000000 };
	const char *state;

	kit_sql(w,
	    arena_format(w->arena,
		"SELECT ledger.item_add(ARRAY['%s'::uuid], ARRAY['%s'], ARRAY['%s'::uuid], ARRAY['%s'::uuid],"
		" ARRAY[%s]::numeric[], ARRAY[" NONE "], ARRAY['infinity'::timestamptz])",
		id, kind, debit, credit, units),
	    place);
	while ((state = kit_sql(w, ask, place)) == NULL) {
		if (env_monotonic(&env_system) > until)
			kit_fail(place, "the posting queue did not decide a %s", kind);
		nanosleep(&moment, NULL);
	}
	if (strcmp(state, "refused") == 0)
		kit_fail(place, "the posting queue refused a %s", kind);
}

void
money_wallet(struct world *w, const char *name, const char *owner, const char *currency, int exponent,
    const char *units, struct place place)
{
	const char *wallet = new_id(w), *world = new_id(w);

	kit_sql(w,
	    arena_format(w->arena,
		"SELECT ledger.account_open(ARRAY['%s', '%s']::uuid[], ARRAY['%s'::uuid, " NONE
		"], ARRAY['wallet', 'outside'],"
		" ARRAY['%s', '%s'], ARRAY[%d, %d])",
		wallet, world, kit_id(w, owner, place), currency, currency, exponent, exponent),
	    place);
	call_it(w, name, wallet);
	if (strcmp(units, "0") != 0)
		queue_and_wait(w, "deposit", world, wallet, units, place);
}

void
money_item(struct world *w, const char *kind, const char *wallet, struct place place)
{
	queue_and_wait(w, kind, kit_id(w, wallet, place), "00000000-0000-0000-0000-000000000000", "0", place);
}

void
money_balance(struct world *w, const char *wallet, const char *text, struct place place)
{
	const char *there = kit_sql(w,
	    arena_format(w->arena,
		"SELECT posted || ' ' || held || ' ' || incoming FROM ledger.balance(ARRAY['%s'::uuid])",
		kit_id(w, wallet, place)),
	    place);

	if (there == NULL || strcmp(there, text) != 0)
		kit_fail(place, "the wallet \"%s\" has %s, and should have %s", wallet,
		    there == NULL ? "nothing" : there, text);
}
