/*
 * config.h -- stoa.conf as it is in force.  A file in INI form, then environment variables over it; every
 * value checked against its row of option.def before anything starts.  A wrong one is named with file,
 * line and what is allowed.
 */
#ifndef STOA_CONFIG_CONFIG_H
#define STOA_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/value.h"
#include "core/limit/rate.h"

struct arena;
struct house;

#define OPTION_C_TEXT    const char *
#define OPTION_C_SECRET  const char *
#define OPTION_C_CHOICE  const char *
#define OPTION_C_WORDS   struct texts
#define OPTION_C_FLAG    bool
#define OPTION_C_NUMBER  int64_t
#define OPTION_C_SECONDS int64_t
#define OPTION_C_BYTES   int64_t
#define OPTION_C_RATE    struct limit_rate
#define OPTION_MEMBER(member, key, type, ...) OPTION_C_##type member;

struct config_global {
#define GLOBAL_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_limits {
#define LIMITS_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_auth {
#define AUTH_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_audit {
#define AUDIT_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_account {
#define ACCOUNT_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_subscription {
#define SUBSCRIPTION_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_rates {
#define RATES_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_provider {
	const char *name;
#define PROVIDER_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_issuer {
	const char *name;
#define ISSUER_OPTION OPTION_MEMBER
#include "core/config/option.def"
};
struct config_pool {
	const char *name;
#define POOL_OPTION OPTION_MEMBER
#include "core/config/option.def"
};

struct config {
	const char *path;
	struct config_global global;
	struct config_limits limits;
	struct config_rates rates;
	struct config_auth auth;
	struct config_audit audit;
	struct config_account account;
	struct config_subscription subscription;
	struct config_pool *pools; /* one for each pool of the house, in its order */
	size_t pool_count;
	struct config_provider *providers;
	size_t provider_count;
	struct config_issuer *issuers;
	size_t issuer_count;
	const struct config_origin *origins;
};

/* NULL after saying on `complaints`, a line each, everything that is wrong. */
const struct config *config_read(struct arena *arena, const struct house *house, const char *path, char *const *environ,
    FILE *complaints);
const struct config_pool *config_pool(const struct config *config, const char *name);
/* Whether the pool runs on this host ([global] pools). */
bool config_runs(const struct config *config, const char *pool);

/* Every value with where it came from; secrets masked. */
void config_show(const struct config *config, FILE *out);
/* The manual's table, as Markdown. */
void config_manual(const struct house *house, FILE *out);
/* What differs in settings that need a restart: one line each on `out`; returns how many. */
size_t config_needs_restart(const struct config *old, const struct config *new, FILE *out);

#endif
