/* section.c -- option.def as tables: one array of options per section, and the list of sections. */
#include "core/config/config.h"
#include "core/config/option.h"

#define LIMITS_OF_TEXT(min_, max_)    .min = 0
#define LIMITS_OF_SECRET(min_, max_)  .min = 0
#define LIMITS_OF_WORDS(min_, max_)   .min = 0
#define LIMITS_OF_FLAG(min_, max_)    .min = 0
#define LIMITS_OF_CHOICE(min_, max_)  .choices = min_
#define LIMITS_OF_NUMBER(min_, max_)  .min = min_, .max = max_
#define LIMITS_OF_SECONDS(min_, max_) .min = min_, .max = max_
#define LIMITS_OF_BYTES(min_, max_)   .min = min_, .max = max_
#define LIMITS_OF_RATE(min_, max_)    .min = min_, .max = max_
#define IS_RELOAD                     false
#define IS_RESTART                    true

#define OPTION_ROW(struct_, member_, key_, type_, fallback_, min_, max_, when_, says_) \
	{ .key = key_, \
		.type = OPTION_##type_, \
		.fallback = fallback_, \
		LIMITS_OF_##type_(min_, max_), \
		.restart = IS_##when_, \
		.says = says_, \
		.offset = offsetof(struct_, member_) },

static const struct option global_options[] = {
#define GLOBAL_OPTION(...) OPTION_ROW(struct config_global, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option limits_options[] = {
#define LIMITS_OPTION(...) OPTION_ROW(struct config_limits, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option auth_options[] = {
#define AUTH_OPTION(...) OPTION_ROW(struct config_auth, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option audit_options[] = {
#define AUDIT_OPTION(...) OPTION_ROW(struct config_audit, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option account_options[] = {
#define ACCOUNT_OPTION(...) OPTION_ROW(struct config_account, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option subscription_options[] = {
#define SUBSCRIPTION_OPTION(...) OPTION_ROW(struct config_subscription, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option rates_options[] = {
#define RATES_OPTION(...) OPTION_ROW(struct config_rates, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option provider_options[] = {
#define PROVIDER_OPTION(...) OPTION_ROW(struct config_provider, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option issuer_options[] = {
#define ISSUER_OPTION(...) OPTION_ROW(struct config_issuer, __VA_ARGS__)
#include "core/config/option.def"
};

static const struct option pool_options[] = {
#define POOL_OPTION(...) OPTION_ROW(struct config_pool, __VA_ARGS__)
#include "core/config/option.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECTION(name_, says_) \
	{ \
		.name = #name_, .says = says_, .options = name_##_options, .option_count = COUNT(name_##_options), \
		.size = sizeof(struct config_##name_), .offset = offsetof(struct config, name_) \
	}
#define REPEATED_SECTION(name_, array_, count_, says_, ...) \
	{ \
		.name = #name_, .says = says_, .options = name_##_options, .option_count = COUNT(name_##_options), \
		.size = sizeof(struct config_##name_), .offset = offsetof(struct config, array_), .repeated = true, \
		.count_offset = offsetof(struct config, count_), __VA_ARGS__ \
	}

const struct section config_sections[] = {
	SECTION(global, "The house as a whole."),
	SECTION(limits, "How often each principal may ask, by class, and each address (IPv6: each /64)."),
	SECTION(auth, "How people sign in."),
	SECTION(audit, "What is written down of who did what."),
	SECTION(account, "What the tiers of accounts mean for who works for them."),
	SECTION(subscription, "What becomes of subscriptions whose term has ended."),
	SECTION(rates, "What currencies are worth in each other, and where that is asked."),
	REPEATED_SECTION(issuer, issuers, issuer_count, "Others whose access tokens are believed, of users known by (iss, sub)."),
	REPEATED_SECTION(provider, providers, provider_count, "OpenID Connect providers by which people sign in."),
	REPEATED_SECTION(
	    pool, pools, pool_count, "One section for each pool, with the names that PHP-FPM uses.", .of_pools = true),
};
const size_t config_section_count = COUNT(config_sections);
