/*
 * subscription.c -- what can be subscribed to, and who does.  Every client has exactly one subscription; its terms
 * follow the calendar from one anchor and never overlap.  Whoever signs up gets the plan that the rules pick, everybody
 * may see which that is, and what a running term costs never changes.  Charging is not done here.
 */
#include "handlers/subscription/subscription.h"

#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/subscription/queries.h"

static const struct route subscription_routes[] = {
	{ GET, "/v1/plans", .who = ANYONE, .limit = LIMIT_READ, .query = &place_shape, .reply = &offer_shape,
	    .handler = plan_offer, .says = "See which plan a client of a region and device type would get, and why",
	    .more =
		"An unknown region or device type gets a plan too. All open plans come with what they cost there." },
	{ GET, "/v1/plans/catalogue", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &plan_shape, .page = plans_by_code, .handler = plan_list,
	    .says = "List all plans, closed ones too" },
	{ POST, "/v1/plans", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true, .limit = LIMIT_WRITE,
	    .idempotency = BY_KEY, .body = &new_plan_shape, .reply = &plan_shape, .status = 201, .handler = plan_create,
	    .says = "Make a plan", .more = "It is closed until it has a default price for each term." },
	{ GET, "/v1/plans/{code}", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &plan_shape, .handler = plan_show, .says = "Read a plan" },
	{ PATCH, "/v1/plans/{code}", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &plan_edit_shape,
	    .reply = &plan_shape, .handler = plan_change, .says = "Change a plan, open or close it",
	    .more = "A closed plan takes nobody new; who has it keeps it. One that rules name cannot be closed." },

	{ GET, "/v1/plans/rules", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &rule_shape, .page = rules_oldest_first, .handler = rule_list,
	    .says = "List the rules that pick plans" },
	{ POST, "/v1/plans/rules", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_rule_shape, .reply = &rule_shape, .status = 201,
	    .handler = rule_create, .says = "Make a rule",
	    .more = "The most exact rule counts: region and device type, then region, then device type, then the "
		    "default. There is one of each at most." },
	{ GET, "/v1/plans/rules/{id}", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &rule_shape, .handler = rule_show, .says = "Read a rule" },
	{ PATCH, "/v1/plans/rules/{id}", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &rule_edit_shape,
	    .reply = &rule_shape, .handler = rule_change, .says = "Let a rule pick another plan" },
	{ DELETE, "/v1/plans/rules/{id}", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .handler = rule_remove,
	    .says = "Remove a rule; the default one stays" },

	{ GET, "/v1/plans/prices", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .query = &price_filter_shape, .reply = &price_shape, .page = prices_oldest_first,
	    .handler = price_list, .says = "List what terms cost" },
	{ POST, "/v1/plans/prices", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &new_price_shape, .reply = &price_shape, .status = 201,
	    .handler = price_create, .says = "Set a price for a term, somewhere or on some device" },
	{ GET, "/v1/plans/prices/{id}", .who = OPERATOR, .permission = "plan.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &price_shape, .handler = price_show, .says = "Read a price" },
	{ PATCH, "/v1/plans/prices/{id}", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .if_match = true, .body = &price_edit_shape,
	    .reply = &price_shape, .handler = price_change, .says = "Change a price",
	    .more = "A term that runs, and one that has been announced as due, keeps the price it has." },
	{ DELETE, "/v1/plans/prices/{id}", .who = OPERATOR, .permission = "plan.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .handler = price_remove,
	    .says = "Remove a price; default ones stay" },

	{ GET, "/v1/subscriptions", .who = USER, .widens = "subscription.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .query = &subscription_filter_shape, .reply = &subscription_shape,
	    .page = subscriptions_newest_first, .handler = subscription_list,
	    .says = "List my subscription, or as an operator all",
	    .more =
		"With the permission `subscription.read` everybody's, by `plan` and `state` where they are given." },
	{ POST, "/v1/subscriptions", .who = USER, .widens = "subscription.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &choice_shape, .reply = &subscription_shape,
	    .handler = subscription_choose, .says = "Choose another plan or term",
	    .more =
		"From the next term on, or at once with `from` `now`: then the term that runs ends, and another one "
		"begins with today's price. An expired subscription begins again. With the permission "
		"`subscription.write` also for the client that `client` names." },
	{ GET, "/v1/subscriptions/{id}", .who = USER, .widens = "subscription.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &subscription_shape, .handler = subscription_show,
	    .says = "Read a subscription" },
	{ GET, "/v1/subscriptions/{id}/history", .who = USER, .widens = "subscription.read", .allow_api_key = true,
	    .limit = LIMIT_READ, .reply = &subscription_change_shape, .page = changes_newest_first,
	    .handler = subscription_history, .says = "List what became of a subscription, newest first" },
	{ POST, "/v1/subscriptions/{id}/cancel", .who = USER, .widens = "subscription.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &subscription_shape, .handler = subscription_cancel,
	    .says = "Let a subscription end with its term" },
	{ POST, "/v1/subscriptions/{id}/reactivate", .who = USER, .widens = "subscription.write", .allow_api_key = true,
	    .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &subscription_shape,
	    .handler = subscription_reactivate, .says = "Take a cancellation back, or begin again after expiry" },
	{ POST, "/v1/subscriptions/{id}/renew", .who = OPERATOR, .permission = "subscription.write",
	    .allow_api_key = true, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &subscription_shape,
	    .handler = subscription_renew, .says = "Begin the next term of a subscription whose term has ended",
	    .more = "For what was settled outside. It charges nothing." },
	{ 0 },
};

static const struct job_kind subscription_jobs[] = {
	{ "subscription.renew", .handler = subscription_pass,
	    .says = "Tell what is due, and let what was not renewed become past due and expire" },
	{ 0 },
};

static const struct schedule subscription_schedules[] = {
	{ "subscription.renew", "subscription.renew", 300, .says = "Look whose term has ended" },
	{ 0 },
};

static const struct event_kind subscription_events[] = {
	{ "subscription.started", "subscription", "A client's first term began" },
	{ "subscription.changed", "subscription", "Another plan or term was chosen" },
	{ "subscription.due", "subscription", "A term has ended; the next one costs this" },
	{ "subscription.renewed", "subscription", "The next term began" },
	{ "subscription.past_due", "subscription", "The next term has not been renewed in time" },
	{ "subscription.canceled", "subscription", "It will end with its term" },
	{ "subscription.reactivated", "subscription", "It goes on after all, or has begun again" },
	{ "subscription.expired", "subscription", "It has ended" },
	{ "subscription.removed", "subscription", "It was removed, with its client" },
	{ 0 },
};

const struct area subscription_area = {
	.name = "subscription",
	.says = "What can be subscribed to, and who does",
	.routes = subscription_routes,
	.jobs = subscription_jobs,
	.schedules = subscription_schedules,
	.events = subscription_events,
	.statements = subscription_statements,
};
