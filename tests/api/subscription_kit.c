/* subscription_kit.c -- clients by the published function, desks by roles, time by moving what there is into the past.
 */
#include "tests/api/subscription_kit.h"

#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"

const char *
fresh(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

void
kit_given_plan_desk(struct world *w, struct place place)
{
	kit_given_user(w, "desk", place);
	kit_sql(w,
	    "SELECT \"authorization\".role_permit('test-plan-desk',"
	    " ARRAY['plan.read', 'plan.write', 'subscription.read', 'subscription.write'])",
	    place);
	kit_given_role(w, "desk", "test-plan-desk", place);
	kit_as(w, "desk", place);
}

void
kit_given_client(struct world *w, const char *name, const char *region, const char *device_type, struct place place)
{
	kit_given_user(w, name, place);
	kit_sql(w,
	    arena_format(w->arena, "SELECT client.join('%s', '%s', '%s')", kit_id(w, name, place), region, device_type),
	    place);
	kit_as(w, name, place);
	kit_call(w, GET, "/v1/subscriptions", NULL, (const char *const[]){ NULL }, place);
	kit_then_status(w, 200, place);
	kit_then_count(w, "/data", 1, place);
	kit_call(w, GET, arena_format(w->arena, "/v1/subscriptions/%s", answer_field(&w->answer, "/data/0/id")), NULL,
	    (const char *const[]){ NULL }, place);
	kit_then_status(w, 200, place);
	kit_name(w, arena_format(w->arena, "%s-subscription", name), place);
}

void
kit_given_past(struct world *w, const char *name, const char *interval, struct place place)
{
	const char *id = kit_id(w, name, place);

	kit_sql(w,
	    arena_format(w->arena,
		"UPDATE subscription.subscription SET anchor = anchor - interval '%1$s', starts_at = starts_at - "
		"interval '%1$s', ends_at = ends_at - interval '%1$s' WHERE id = '%2$s'",
		interval, id),
	    place);
	kit_sql(w,
	    arena_format(w->arena,
		"UPDATE subscription.term SET starts_at = starts_at - interval '%1$s', ends_at = ends_at - "
		"interval '%1$s' WHERE subscription = '%2$s'",
		interval, id),
	    place);
}

void
kit_given_ended(struct world *w, const char *name, struct place place)
{
	kit_given_past(w, name,
	    kit_sql(w,
		arena_format(w->arena,
		    "SELECT ends_at - now() + interval '1 hour' FROM subscription.subscription WHERE id = '%s'",
		    kit_id(w, name, place)),
		place),
	    place);
}

void
kit_wait_for_job(struct world *w, const char *name, const char *condition, struct place place)
{
	const char *asked = arena_format(
	    w->arena, "SELECT %s FROM subscription.subscription WHERE id = '%s'", condition, kit_id(w, name, place));

	kit_sql(w, "SELECT queue.enqueue(queue.new_id(), 'subscription.renew', '{}', NULL, NULL, NULL, NULL)", place);
	for (int i = 0; i < 100; i++) {
		if (strcmp(kit_sql(w, asked, place), "t") == 0)
			return;
		usleep(50 * 1000);
	}
	kit_fail(place, "the job did not come to: %s", condition);
}

const char *
kit_told(struct world *w, const char *name, struct place place)
{
	return kit_sql(w,
	    arena_format(w->arena,
		"SELECT string_agg(substr(type, 14), ' ' ORDER BY at) FROM (SELECT type, occurred_at, subject FROM"
		" event.log UNION ALL SELECT type, occurred_at, subject FROM event.outbox) AS e (type, at, subject)"
		" WHERE subject = '%s'",
		kit_id(w, name, place)),
	    place);
}
