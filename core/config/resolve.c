/*
 * resolve.c -- the second look at the settings: texts that have a form of their own, values that follow from others,
 * and what does not go together.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/option.h"

/* ---- texts that have a form -------------------------------------------------------------------- */

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

static bool
is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

/* Digits alone, without a leading zero, up to `most`. */
static bool
is_number_to(const char *text, long most)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0' || (digits > 1 && text[0] == '0'))
		return false;
	return strtol(text, NULL, 10) <= most;
}

static bool
is_network(const char *text)
{
	char address[INET6_ADDRSTRLEN + 1];
	const char *slash = strchr(text, '/');
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	return is_address(address) &&
	       (slash == NULL || is_number_to(slash + 1, strchr(address, ':') != NULL ? 128 : 32));
}

static bool
is_port(const char *text)
{
	return is_number_to(text, 65535) && text[0] != '0';
}

/* "host:port" or "[IPv6]:port"; `numeric`: the host is an address. */
static bool
is_host_and_port(const char *text, bool numeric)
{
	char host[256];
	const char *colon = strrchr(text, ':');
	size_t length = colon != NULL ? (size_t)(colon - text) : 0;

	if (length == 0 || length >= sizeof(host) || !is_port(colon + 1))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	if (host[0] == '[') {
		host[length - 1] = '\0';
		return text[length - 1] == ']' && strchr(host, ':') != NULL && is_address(host + 1);
	}
	if (strchr(host, ':') != NULL)
		return false;
	return numeric ? is_address(host) : host[strspn(host, HOST_CHARACTERS)] == '\0';
}

static bool
is_address_and_port(const char *text)
{
	return is_host_and_port(text, true);
}

static bool
is_any_host_and_port(const char *text)
{
	return is_host_and_port(text, false);
}

/* Behind "https://" or "http://"; NULL: neither stands there. */
static const char *
host_of(const char *text)
{
	if (text_starts_with(text, "https://"))
		return text + strlen("https://");
	return text_starts_with(text, "http://") ? text + strlen("http://") : NULL;
}

static bool
is_bracketed_address(const char *text)
{
	char address[INET6_ADDRSTRLEN + 2];
	size_t length = strlen(text);

	if (length < 3 || length >= sizeof(address) || text[0] != '[' || text[length - 1] != ']')
		return false;
	memcpy(address, text + 1, length - 2);
	address[length - 2] = '\0';
	return strchr(address, ':') != NULL && is_address(address);
}

/* scheme://host[:port] and nothing behind it, as browsers send it in Origin. */
static bool
is_origin(const char *text)
{
	const char *host = host_of(text);

	if (host == NULL || *host == '\0')
		return false;
	return host[strspn(host, HOST_CHARACTERS)] == '\0' || is_bracketed_address(host) || is_any_host_and_port(host);
}

static bool
is_database_url(const char *text)
{
	return *text == '\0' || text_starts_with(text, "postgresql://") || text_starts_with(text, "postgres://");
}

static bool
is_redis_url(const char *text)
{
	return *text == '\0' || text_starts_with(text, "unix:/") || text_starts_with(text, "redis://");
}

static bool
is_mode(const char *text)
{
	size_t digits = strspn(text, "01234567");

	return (digits == 3 || digits == 4) && text[digits] == '\0';
}

static bool
is_path_or_nothing(const char *text)
{
	return *text == '\0' || *text == '/';
}

static const struct form {
	const char *section, *key; /* TEXT or SECRET, or WORDS, each of which has the form */
	bool (*fits)(const char *text);
	const char *wants;
} forms[] = {
	{ "global", "public_url", is_origin, "an address as https://example.com, without a slash at the end" },
	{ "global", "listen", is_address, "addresses as 0.0.0.0 or ::" },
	{ "global", "trusted_proxies", is_network, "networks as 10.0.0.0/8 or ::1" },
	{ "global", "metrics_allow", is_network, "networks as 10.0.0.0/8 or ::1" },
	{ "global", "cors_origins", is_origin, "origins as https://example.com" },
	{ "global", "outgoing_allow", is_address_and_port, "pairs as 10.0.0.5:8443 or [::1]:8443" },
	{ "global", "database_url", is_database_url, "a URL as postgresql:///stoa?host=/run/postgresql" },
	{ "global", "database_admin_url", is_database_url, "a URL as postgresql:///stoa?host=/run/postgresql" },
	{ "global", "database_read_url", is_database_url, "a URL as postgresql:///stoa?host=/run/postgresql" },
	{ "global", "redis_url", is_redis_url, "a URL as unix:/path or redis://host:port" },
	{ "pool", "listen.mode", is_mode, "an octal mode as 0660" },
	{ "pool", "pm.status_path", is_path_or_nothing, "a path that begins with /" },
	{ "pool", "ping.path", is_path_or_nothing, "a path that begins with /" },
	{ "pool", "hosts", is_any_host_and_port, "pairs as backend2:9000 or 10.0.0.5:9000" },
};

static bool
fits(const struct form *form, const struct config_origin *origin)
{
	const struct texts *words = origin->value;

	if (origin->option->type != OPTION_WORDS)
		return form->fits(*(const char *const *)origin->value);
	for (size_t i = 0; i < words->count; i++)
		if (!form->fits(words->items[i]))
			return false;
	return true;
}

static void
check_forms(struct arena *arena, const struct config *config, struct complaints *complaints)
{
	for (const struct config_origin *origin = config->origins; origin->option != NULL; origin++)
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			const struct form *form = &forms[i];

			if (!text_equal(form->section, origin->section->name) ||
			    !text_equal(form->key, origin->option->key) || fits(form, origin))
				continue;
			complain(complaints, "%s: [%s] %s = %s: wants %s.", origin_text(arena, origin),
			    origin->section_name, form->key,
			    origin->option->type == OPTION_SECRET ? "***" : origin->text, form->wants);
		}
}

/* ---- values that follow from others ------------------------------------------------------------ */

static void
derive_text(const struct config *config, const char *section, const char *key, const char **value, const char *text)
{
	if (**value != '\0')
		return;
	*value = text;
	config_origin(config, section, key)->derived = true;
}

/* Whether somebody wrote the number; otherwise it becomes `number`. */
static bool
derive_number(const struct config *config, const char *section, const char *key, int64_t *value, int64_t number)
{
	if (*value != 0)
		return true;
	*value = number;
	config_origin(config, section, key)->derived = true;
	return false;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * Spares between a quarter and three quarters of the children, and FPM's start between the two; where one was written,
 * the others are drawn to it, so that one setting alone never contradicts what was derived.
 */
static void
derive_spares(const struct config *config, struct config_pool *pool, const char *section)
{
	int64_t most = pool->pm_max_children, start = pool->pm_start_servers;
	int64_t least_spare = larger(1, most / 4), most_spare = larger(1, most * 3 / 4);

	if (start != 0) {
		least_spare = smaller(least_spare, start);
		most_spare = larger(most_spare, start);
	}
	if (pool->pm_max_spare_servers != 0)
		least_spare = smaller(least_spare, pool->pm_max_spare_servers);
	derive_number(config, section, "pm.min_spare_servers", &pool->pm_min_spare_servers, least_spare);
	derive_number(config, section, "pm.max_spare_servers", &pool->pm_max_spare_servers,
	    larger(smaller(most_spare, most), pool->pm_min_spare_servers));
	derive_number(config, section, "pm.start_servers", &pool->pm_start_servers,
	    pool->pm_min_spare_servers + (pool->pm_max_spare_servers - pool->pm_min_spare_servers) / 2);
}

/* ---- what does not go together ----------------------------------------------------------------- */

static const char *
said(struct arena *arena, const struct config *config, const char *section, const char *key)
{
	const struct config_origin *origin = config_origin(config, section, key);

	return arena_format(
	    arena, "%s = %s (%s)", key, option_print(arena, origin->option, origin->value), origin_text(arena, origin));
}

/* Dynamic pools: each must not be above the next; where two are wrong, the first that is too large is the one named. */
static void
check_spares(struct arena *arena, const struct config *config, const struct config_pool *pool, const char *section,
    struct complaints *complaints)
{
	const struct {
		const char *small, *large;
		int64_t small_value, large_value;
	} pairs[] = {
		{ "pm.min_spare_servers", "pm.max_children", pool->pm_min_spare_servers, pool->pm_max_children },
		{ "pm.start_servers", "pm.max_children", pool->pm_start_servers, pool->pm_max_children },
		{ "pm.max_spare_servers", "pm.max_children", pool->pm_max_spare_servers, pool->pm_max_children },
		{ "pm.min_spare_servers", "pm.start_servers", pool->pm_min_spare_servers, pool->pm_start_servers },
		{ "pm.start_servers", "pm.max_spare_servers", pool->pm_start_servers, pool->pm_max_spare_servers },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i].small_value <= pairs[i].large_value)
			continue;
		complain(complaints, "%s: [%s] %s must not be above %s.", config->path, section,
		    said(arena, config, section, pairs[i].small), said(arena, config, section, pairs[i].large));
		return;
	}
}

static void
resolve_pool(struct arena *arena, struct config *config, struct config_pool *pool, const struct pool_row *row,
    struct complaints *complaints)
{
	const char *section = arena_format(arena, "pool.%s", pool->name);

	derive_text(config, section, "pm", &pool->pm, row->pm);
	derive_number(config, section, "pm.max_children", &pool->pm_max_children,
	    row->max_children > 0 ? row->max_children : larger(1, get_nprocs()));
	if (row->kind == LISTENER)
		derive_text(config, section, "listen", &pool->listen,
		    arena_format(arena, "%s/%s.sock", config->global.run_dir, pool->name));
	if (pool->listen[0] == '/' && strlen(pool->listen) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		complain(complaints, "%s: [%s] %s: a socket's path may have at most 107 bytes.", config->path, section,
		    said(arena, config, section, "listen"));
	if (pool->listen[0] != '/' && pool->listen[0] != '\0' && !is_any_host_and_port(pool->listen))
		complain(complaints, "%s: [%s] %s: wants a path that begins with /, or address:port.", config->path,
		    section, said(arena, config, section, "listen"));
	if (text_equal(pool->pm, "dynamic")) {
		derive_spares(config, pool, section);
		check_spares(arena, config, pool, section, complaints);
	}
}

static void
check_pool_names(struct arena *arena, const struct config *config, struct complaints *complaints)
{
	const char **names = ARENA_ARRAY(arena, config->pool_count + 1, const char *), *nearest;
	const struct config_origin *origin = config_origin(config, "global", "pools");

	for (size_t i = 0; i < config->pool_count; i++)
		names[i] = config->pools[i].name;
	for (size_t i = 0; i < config->global.pools.count; i++) {
		if (config_pool(config, config->global.pools.items[i]) != NULL)
			continue;
		nearest = nearest_name(config->global.pools.items[i], names);
		complain(complaints, "%s: [global] pools: there is no pool %s.%s%s%s", origin_text(arena, origin),
		    config->global.pools.items[i], nearest != NULL ? " Did you mean " : "",
		    nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
	}
}

static void
check_global(struct arena *arena, const struct config *config, struct complaints *complaints)
{
	const struct config_global *global = &config->global;

	if ((global->certificate[0] == '\0') != (global->certificate_key[0] == '\0'))
		complain(complaints,
		    "%s: [global] certificate and certificate_key belong together; only one of them is set.",
		    config->path);
	if (global->https_port == global->http_port)
		complain(complaints, "%s: [global] %s and %s must differ.", config->path,
		    said(arena, config, "global", "https_port"), said(arena, config, "global", "http_port"));
	if (global->listen.count == 0)
		complain(complaints, "%s: [global] listen: wants at least one address.", config->path);
}

/* Where people try things out, nobody reads the mails and nothing is dear. */
static void
resolve_auth(struct arena *arena, struct config *config, struct complaints *complaints)
{
	const char *environment = config->global.environment;
	bool trial = text_equal(environment, "dev") || text_equal(environment, "test");
	bool migrates = *config->global.database_admin_url != '\0';

	derive_text(config, "auth", "signup_verification", &config->auth.signup_verification,
	    trial ? "optional" : "required");
	derive_text(config, "auth", "link_page", &config->auth.link_page,
	    arena_format(arena, "%s/console/", config->global.public_url));
	derive_text(config, "auth", "erase", &config->auth.erase, trial && migrates ? "allowed" : "never");
	if (!migrates && text_equal(config->auth.erase, "allowed"))
		complain(complaints, "%s: [auth] %s needs [global] database_admin_url.", config->path,
		    said(arena, config, "auth", "erase"));
}

/* Beside the program, wherever that was put; otherwise where it was meant to be. */
static const char *
data_folder(struct arena *arena)
{
	char program[PATH_MAX], found[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[length > 0 ? length : 0] = '\0';
	program[strrchr(program, '/') != NULL ? strrchr(program, '/') - program : 0] = '\0';
	if (realpath(arena_format(arena, "%s/../share/stoa", program), found) != NULL)
		return arena_text(arena, found);
	return PKGDATADIR;
}

void
config_resolve(struct arena *arena, struct config *config, const struct house *house, struct complaints *complaints)
{
	struct config_global *global = &config->global;

	derive_text(config, "global", "data_dir", &global->data_dir, data_folder(arena));
	derive_text(config, "global", "mail_dir", &global->mail_dir, arena_format(arena, "%s/mail", global->state_dir));
	resolve_auth(arena, config, complaints);
	check_forms(arena, config, complaints);
	check_global(arena, config, complaints);
	check_pool_names(arena, config, complaints);
	for (size_t i = 0; i < config->pool_count; i++)
		resolve_pool(arena, config, &config->pools[i], &house->pools[i], complaints);
}
