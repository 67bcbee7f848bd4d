/* subscription.h -- what the files of this room share: their handlers, and what is asked and answered. */
#ifndef STOA_HANDLERS_SUBSCRIPTION_SUBSCRIPTION_H
#define STOA_HANDLERS_SUBSCRIPTION_SUBSCRIPTION_H

#include <stdint.h>

#include "core/web/page.h"
#include "core/web/route.h"

handler_function plan_offer, plan_list, plan_show, plan_create, plan_change;                            /* plan.c */
handler_function rule_list, rule_show, rule_create, rule_change, rule_remove;                           /* rule.c */
handler_function price_list, price_show, price_create, price_change, price_remove;                      /* price.c */
handler_function subscription_list, subscription_show, subscription_history;                            /* reading.c */
handler_function subscription_choose, subscription_cancel, subscription_reactivate, subscription_renew; /* passing.c */
handler_function subscription_pass;

extern const struct page_key plans_by_code[], rules_oldest_first[], prices_oldest_first[]; /* shapes.c */
extern const struct page_key subscriptions_newest_first[], changes_newest_first[];

/* Terms are of 1, 3 and 6 months. */
bool months_are_sold(int64_t months);

/* shapes.c */
struct place {
	const char *region, *device_type;
};
struct offer_price {
	int32_t months;
	const char *amount, *currency, *matched;
};
struct offer_plan {
	const char *code, *name, *says;
	bool chosen;
	struct list prices;
};
struct offer {
	const char *plan, *matched, *why;
	struct uuid rule;
	struct list plans;
};
extern const struct shape place_shape, offer_shape;

struct new_plan {
	const char *code, *name, *says;
};
struct plan_edit {
	const char *name, *says;
	const bool *open;
};
extern const struct shape new_plan_shape, plan_edit_shape, plan_shape;

struct new_rule {
	const char *region, *device_type, *plan;
};
struct rule_edit {
	const char *plan;
};
extern const struct shape new_rule_shape, rule_edit_shape, rule_shape;

struct new_price {
	const char *plan;
	int64_t months;
	const char *region, *device_type, *amount, *currency;
};
struct price_edit {
	const char *amount, *currency;
};
struct price_filter {
	const char *plan;
};
extern const struct shape new_price_shape, price_edit_shape, price_filter_shape, price_shape;

struct choice {
	const struct uuid *client;
	const char *plan;
	const int64_t *months;
	const char *from;
};
struct subscription_filter {
	const char *plan, *state;
};
extern const struct shape choice_shape, subscription_filter_shape;
extern const struct shape subscription_shape; /* of each statement that returns one */
extern const struct shape subscription_change_shape;

#endif
