/* account.h -- what the files of this room share: their handlers, what they are asked, what they answer. */
#ifndef STOA_HANDLERS_ACCOUNT_ACCOUNT_H
#define STOA_HANDLERS_ACCOUNT_ACCOUNT_H

#include "core/web/route.h"

handler_function account_create, account_show, account_change, account_suspend, account_resume,
    account_close;                                                   /* accounts.c */
handler_function account_list;                                       /* listing.c */
handler_function agent_create, agent_list, agent_show, agent_change; /* agents.c */
handler_function agent_block, agent_unblock, block_run_out;          /* blocks.c */
handler_function usage_tell, usage_tell_many;                        /* usage.c */
handler_function usage_list;                                         /* sums.c */
handler_function profile_show, profile_change;                       /* profile.c */

/* With the next flush: 404 unless the caller sees it. */
void account_look_later(struct request *req, struct uuid id);
const struct problem *no_such_agent(struct request *req);
/* Judges a row of agent_rights: 403 where a user may do what the caller may not. */
const struct problem *judge_rights(struct request *req, void *found, void *context);

/* invitation.c: a secret, of which the database has the hash, and the mail that carries it. */
struct invitation {
	const char *secret;
	struct bytes hash;
	struct instant expires;
};
struct invitation invitation_make(struct request *req);
void invitation_send(
    struct request *req, const struct invitation *invitation, struct uuid user, const char *email, const char *account);

/* ---- shapes.c ---- */
extern const char *const *const account_tiers, *const *const account_statuses; /* NULL-terminated */

struct account_query {
	const char *q, *tier, *status;
};
extern const struct shape account_query_shape;

struct new_account {
	const char *name, *reference, *tier;
};
extern const struct shape new_account_shape;

struct account_edit {
	const char *name, *reference, *tier;
	bool name_came, reference_came;
};
extern const struct shape account_edit_shape;

struct reason {
	const char *reason;
};
extern const struct shape reason_shape;

extern const struct shape account_shape;
extern const struct shape account_fact; /* of events */

struct new_agent {
	const char *email, *name, *title;
};
extern const struct shape new_agent_shape;

struct agent_edit {
	const char *name, *title;
	bool name_came, title_came;
};
extern const struct shape agent_edit_shape;

struct new_block {
	const char *reason;
	const struct instant *since, *until;
};
extern const struct shape new_block_shape;

extern const struct shape agent_shape;
extern const struct shape agent_fact; /* of events */

struct ending {
	struct uuid block;
};
extern const struct shape ending_job;

struct profile_edit {
	const char *name, *locale, *time_zone, *phone, *avatar;
	bool name_came, locale_came, time_zone_came, phone_came, avatar_came;
};
extern const struct shape profile_edit_shape;

struct profile {
	struct uuid id;
	const char *name, *email, *locale, *time_zone, *phone, *avatar;
	int64_t version;
};
extern const struct shape profile_shape;
extern const struct shape profile_fact;

/* ---- usage_shapes.c ---- */
#define USAGE_MOST 1000

struct new_usage {
	const char *unit, *quantity;
	struct instant occurred_at;
	const char *source, *source_id;
};
extern const struct shape new_usage_shape;

struct usage {
	struct uuid id;
	const char *unit, *quantity;
	struct instant occurred_at;
	bool charged, duplicate;
};
extern const struct shape usage_shape;

struct usage_item {
	struct uuid agent_id;
	const char *unit, *quantity;
	struct instant occurred_at;
	const char *source, *source_id;
};
struct usage_items {
	struct list items;
};
extern const struct shape usage_items_shape;

struct usage_result {
	int64_t index;
	const char *outcome;
	const struct uuid *id;
	const bool *charged, *duplicate;
	const char *detail;
};
struct usage_results {
	struct list results;
};
extern const struct shape usage_results_shape;

struct usage_query {
	const char *from, *to;
};
extern const struct shape usage_query_shape;

extern const struct shape usage_sum_shape;

struct usage_excluded {
	struct uuid account_id;
	struct instant since;
	const struct instant *until;
	int64_t records;
};
extern const struct shape usage_excluded_fact;

#endif
