/*
 * nginx.c -- nginx's configuration, filled in from areas.def and stoa.conf: `stoad --nginx DIRECTORY`.
 *
 * What nginx is told stands in the templates of the folder nginx/; here are only the values for their
 * @blanks@.  A file is written beside its place and renamed, and only when it differs, and its name is printed
 * then, so that whoever calls knows whether nginx has to reload.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/web/problem.h"
#include "core/web/route.h"

#define BODY_LEAST (64 * 1024) /* what a route takes that does not say (route.h) */

struct writer {
	struct arena *arena;
	const struct config *config;
	const struct house *house;
	const char *templates;
	const char *directory;
	const char *state; /* where logs, temporary files and the self-made certificate are */
	bool failed;
	bool caches; /* some door asks for the cache */
};

struct blank {
	const char *name;
	const char *value;
};

/*
 * A door is one nginx location.  In areas.def a pool lists them: "/v1/x" is the path and all below it, "= /x" that
 * path alone, "cache:/v1/x" may be answered from nginx's cache, "wait:/v1/x" takes over POSTs that ask to
 * wait (Prefer: wait) from the pool that has the same path.
 */
struct door {
	const char *path;
	bool exact;
	bool cached;
	bool waits;
};

/* What nginx refuses by itself, and which problem that is.  494 to 497 are nginx's own numbers. */
static const struct refusal {
	const char *statuses;
	enum problem_id id;
	unsigned answered; /* 0: as the problem says */
	const char *header;
} refusals[] = {
	{ "400 495 496 497 505", PROBLEM_BAD_REQUEST, 0, "" },
	{ "403", PROBLEM_FORBIDDEN, 0, "" },
	{ "404", PROBLEM_NO_ROUTE, 0, "" },
	{ "405 501", PROBLEM_METHOD_NOT_ALLOWED, 0, "add_header Allow \"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\" always;\n\t" },
	{ "413", PROBLEM_TOO_LARGE, 0, "" },
	{ "414", PROBLEM_TARGET_TOO_LONG, 0, "" },
	{ "431 494", PROBLEM_HEADERS_TOO_LARGE, 0, "" },
	{ "429", PROBLEM_TOO_MANY_REQUESTS, 0, "add_header Retry-After 1 always;\n\t" },
	{ "500", PROBLEM_INTERNAL, 0, "" },
	{ "502 503 504", PROBLEM_UNAVAILABLE, 0, "add_header Retry-After 1 always;\n\t" },
};

static void
complain(struct writer *writer, const char *what, const char *path)
{
	fprintf(stderr, "stoad: %s %s: %s\n", what, path, strerror(errno));
	writer->failed = true;
}

/* NULL when there is none. */
static char *
read_text(struct arena *arena, const char *path)
{
	struct buffer text;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	buffer_init(&text, arena);
	while ((got = read(fd, buffer_room(&text, 4096), 4096)) > 0)
		text.length += (size_t)got;
	close(fd);
	if (got < 0)
		return NULL;
	buffer_add(&text, "", 0); /* the NUL behind it */
	return text.data;
}

static bool
write_whole(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return false;
	fwrite(text, 1, length, file);
	if (fflush(file) != 0 || fsync(fileno(file)) != 0 || ferror(file)) {
		fclose(file);
		return false;
	}
	return fclose(file) == 0;
}

static void
put_file(struct writer *writer, const char *name, const char *text)
{
	const char *path = arena_format(writer->arena, "%s/%s", writer->directory, name);
	const char *fresh = arena_format(writer->arena, "%s.new", path);
	const char *present = read_text(writer->arena, path);

	if (writer->failed || (present != NULL && strcmp(present, text) == 0))
		return;
	if (!write_whole(fresh, text, strlen(text)) || rename(fresh, path) != 0) {
		complain(writer, "cannot write", path);
		return;
	}
	puts(path);
}

static const char *
template(struct writer *writer, const char *name)
{
	const char *path = arena_format(writer->arena, "%s/%s", writer->templates, name);
	const char *text = read_text(writer->arena, path);

	if (text != NULL)
		return text;
	complain(writer, "cannot read the template", path);
	return "";
}

static const struct blank *
blank_named(const struct blank *blanks, const char *name, size_t length)
{
	for (; blanks->name != NULL; blanks++)
		if (strlen(blanks->name) == length && memcmp(blanks->name, name, length) == 0)
			return blanks;
	return NULL;
}

/* Each @name@ of the text becomes its blank's value; an '@' that belongs to none stays. */
static void
fill(struct buffer *out, const char *text, const struct blank *blanks)
{
	const char *at, *end;
	const struct blank *blank;

	while ((at = strchr(text, '@')) != NULL) {
		end = at + 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
		blank = *end == '@' ? blank_named(blanks, at + 1, (size_t)(end - at - 1)) : NULL;
		buffer_add(out, text, (size_t)(at - text));
		if (blank != NULL)
			buffer_text(out, blank->value);
		else
			buffer_add(out, at, (size_t)(end - at));
		text = blank != NULL ? end + 1 : end;
	}
	buffer_text(out, text);
}

static const char *
number(struct writer *writer, int64_t value)
{
	return arena_format(writer->arena, "%lld", (long long)value);
}

static struct door
door_parse(const char *text)
{
	struct door door = { .path = text };

	if (text_starts_with(text, "= "))
		door = (struct door){ .path = text + 2 + strspn(text + 2, " "), .exact = true };
	else if (text_starts_with(text, "cache:"))
		door = (struct door){ .path = text + strlen("cache:"), .cached = true };
	else if (text_starts_with(text, "wait:"))
		door = (struct door){ .path = text + strlen("wait:"), .waits = true };
	return door;
}

static const struct area_row *
area_of(const struct house *house, const struct pool_row *pool)
{
	for (size_t i = 0; i < house->area_count; i++)
		if (text_equal(house->areas[i].name, pool->area))
			return &house->areas[i];
	return NULL;
}

/* A pool's doors as texts: its own, or its area's prefixes. */
static char **
doors_of(struct writer *writer, const struct pool_row *pool)
{
	const struct area_row *area = area_of(writer->house, pool);
	char **doors;

	if (*pool->locations == '\0')
		return text_split(writer->arena, area != NULL ? area->prefixes : "", ' ');
	doors = text_split(writer->arena, pool->locations, '|');
	for (char **door = doors; *door != NULL; door++)
		*door = text_trim(*door);
	return doors;
}

/* The pool that takes the POSTs that wait at this path, if there is one. */
static const struct pool_row *
waiting_pool(struct writer *writer, const char *path)
{
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		for (char **text = doors_of(writer, pool); *text != NULL; text++) {
			struct door door = door_parse(*text);

			if (door.waits && text_equal(door.path, path))
				return pool;
		}
	}
	return NULL;
}

static int64_t
children(const struct pool_row *pool, const struct config_pool *settings)
{
	return settings->pm_max_children > 0 ? settings->pm_max_children : pool->max_children;
}

/*
 * How many requests of a pool nginx lets in at the same time.  32 for each worker is a wait of a few hundred
 * milliseconds at worst where a request takes ten; it stays below the socket's backlog, because a full backlog is an
 * error and no queue.
 */
static int64_t
connections(const struct pool_row *pool, const struct config_pool *settings)
{
	int64_t count = 32 * children(pool, settings);
	int64_t most = settings->listen_backlog * 3 / 4;

	if (count < 64)
		count = 64;
	return count < most ? count : most;
}

/* The largest body that some route of the area takes; what is too large for a route, its dispatcher refuses. */
static int64_t
body_max(const struct area_row *area)
{
	size_t most = BODY_LEAST;
	const struct route *route = area != NULL && area->area != NULL ? area->area->routes : NULL;

	for (; route != NULL && route->path != NULL; route++)
		if (route->body_max > most)
			most = route->body_max;
	return (int64_t)most;
}

static void
put_location(struct writer *writer, struct buffer *out, const char *match, const struct door *door,
    const struct pool_row *pool)
{
	const struct config_pool *settings = config_pool(writer->config, pool->name);
	const struct pool_row *waits = waiting_pool(writer, door->path);
	int64_t most = connections(pool, settings);
	/* Which pool it is, is known only when the request is there: a variable of nginx's (see put_waits). */
	const char *name = waits == NULL ? pool->name : arena_format(writer->arena, "$waits_%s", waits->name);
	const struct blank blanks[] = {
		{ "match", match },
		{ "pool", waits == NULL ? name : arena_format(writer->arena, "\"%s\"", name) },
		{ "upstream", waits == NULL ? name : "$pool" },
		{ "connections", number(writer, most) },
		{ "connections_each", number(writer, most * 3 / 4) },
		{ "body_max", number(writer, body_max(area_of(writer->house, pool))) },
		{ "timeout", number(writer, settings->request_terminate_timeout + 5) },
		{ "cache", door->cached ? "include cache.conf;\n\t" : "" },
		{ NULL, NULL },
	};

	fill(out, template(writer, "door.conf.in"), blanks);
}

/* "/v1/pools" and what is below it, and not "/v1/poolsX". */
static void
put_door(struct writer *writer, struct buffer *out, const struct door *door, const struct pool_row *pool)
{
	if (door->waits)
		return;
	writer->caches = writer->caches || door->cached;
	put_location(writer, out, arena_format(writer->arena, "= %s", door->path), door, pool);
	if (!door->exact)
		put_location(writer, out, arena_format(writer->arena, "%s/", door->path), door, pool);
}

static const char *
doors(struct writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_text(&out, "# The doors of each pool, from handlers/areas.def.\n");
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		for (char **text = doors_of(writer, pool); *text != NULL; text++) {
			struct door door = door_parse(*text);

			put_door(writer, &out, &door, pool);
		}
	}
	return out.data;
}

/* Which of two pools a POST goes to: the one that waits, if it prefers to wait. */
static void
put_waits(struct writer *writer, struct buffer *out, const struct pool_row *waits)
{
	for (char **text = doors_of(writer, waits); *text != NULL; text++) {
		struct door door = door_parse(*text);
		const char *usual = waits->area;

		if (!door.waits)
			continue;
		for (size_t i = 0; i < writer->house->pool_count; i++)
			for (char **other = doors_of(writer, &writer->house->pools[i]); *other != NULL; other++)
				if (text_equal(door_parse(*other).path, door.path) && !door_parse(*other).waits)
					usual = writer->house->pools[i].name;
		buffer_format(out, "\tmap \"$request_method $http_prefer\" $waits_%s {\n\t\tdefault %s;\n"
		    "\t\t\"~*^POST (?:.*[,; ])?wait *=\" %s;\n\t}\n", waits->name, usual, waits->name);
		return;
	}
}

/* Where a pool answers: its own socket if it runs here, and the other hosts. */
static const char *
servers(struct writer *writer, const struct pool_row *pool)
{
	const struct config_pool *settings = config_pool(writer->config, pool->name);
	const char *listen = settings->listen;
	struct buffer out;

	buffer_init(&out, writer->arena);
	if (*listen == '\0')
		listen = arena_format(writer->arena, "%s/%s.sock", writer->config->global.run_dir, pool->name);
	/* max_fails=0: nothing is gained by leaving our own pool alone for a while after it failed once. */
	if (config_runs(writer->config, pool->name))
		buffer_format(&out, "\t\tserver %s%s max_fails=0;\n", *listen == '/' ? "unix:" : "", listen);
	for (size_t i = 0; i < settings->hosts.count; i++)
		buffer_format(&out, "\t\tserver %s max_fails=3 fail_timeout=5s;\n", settings->hosts.items[i]);
	if (out.length == 0)
		buffer_text(&out, "\t\tserver 127.0.0.1:1 down; # runs on no host\n");
	return out.data;
}

static const char *
pools(struct writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	if (writer->caches)
		buffer_format(&out, "\tfastcgi_cache_path %s/nginx/cache levels=1:2 keys_zone=answers:4m inactive=1m "
		    "max_size=64m use_temp_path=off;\n", writer->state);
	for (size_t i = 0; i < writer->house->pool_count; i++) {
		const struct pool_row *pool = &writer->house->pools[i];

		if (pool->kind != LISTENER)
			continue;
		const struct blank blanks[] = { { "pool", pool->name }, { "servers", servers(writer, pool) }, { NULL, NULL } };

		fill(&out, template(writer, "pool.conf.in"), blanks);
		put_waits(writer, &out, pool);
	}
	return out.data;
}

static const char *
problems(struct writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_text(&out, "# What nginx refuses by itself, said as every other problem is (core/web/problem.def).\n");
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *refusal = &refusals[i];
		const char *status = number(writer, problem_status(refusal->id));
		const struct blank blanks[] = {
			{ "slug", problem_slug(refusal->id) },
			{ "title", problem_title(refusal->id) },
			{ "status", status },
			{ "header", refusal->header },
			{ NULL, NULL },
		};

		buffer_format(&out, "error_page %s =%s /-/problem/%s;\n", refusal->statuses, status, problem_slug(refusal->id));
		fill(&out, template(writer, "problem.conf.in"), blanks);
	}
	return out.data;
}

/* A `listen` line for each address; an IPv6 address stands in brackets. */
static const char *
listens(struct writer *writer, int64_t port, const char *more)
{
	const struct texts addresses = writer->config->global.listen;
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	for (size_t i = 0; i < addresses.count; i++) {
		const char *address = addresses.items[i];
		bool bare = strchr(address, ':') != NULL && *address != '[';

		buffer_format(&out, "%s\t\tlisten %s%s%s:%lld%s;", i > 0 ? "\n" : "", bare ? "[" : "", address, bare ? "]" : "",
		    (long long)port, more);
	}
	return out.data;
}

static bool
is_this_machine(const char *url)
{
	return text_starts_with(url, "https://localhost") || text_starts_with(url, "https://127.") ||
	    text_starts_with(url, "https://[::1]");
}

/* The console and the reference, where they are installed. */
static const char *
pages(struct writer *writer)
{
	static const char *const folders[] = { "console", "docs" };
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (access(arena_format(writer->arena, "%s/html/%s/index.html", writer->templates, folders[i]), R_OK) != 0)
			continue;
		buffer_format(&out, "\t\tlocation = /%s {\n\t\t\treturn 308 /%s/;\n\t\t}\n"
		    "\t\tlocation /%s/ {\n\t\t\troot %s/html;\n\t\t\tindex index.html;\n\t\t}\n",
		    folders[i], folders[i], folders[i], writer->templates);
	}
	return out.data;
}

static const char *
trusted_proxies(struct writer *writer)
{
	const struct texts networks = writer->config->global.trusted_proxies;
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	for (size_t i = 0; i < networks.count; i++)
		buffer_format(&out, "\tset_real_ip_from %s;\n", networks.items[i]);
	if (networks.count > 0)
		buffer_text(&out, "\treal_ip_header X-Forwarded-For;\n\treal_ip_recursive on;\n");
	return out.data;
}

static const char *
cors_origins(struct writer *writer)
{
	const struct texts origins = writer->config->global.cors_origins;
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_add(&out, "", 0);
	for (size_t i = 0; i < origins.count; i++)
		buffer_format(&out, "\t\t\"%s\" $http_origin;\n", origins.items[i]);
	return out.data;
}

/* Twice what [limits] address allows: the worker's refusal comes first and says when to come again; this one only spares it the flood. */
static int64_t
address_rate(const struct config *config)
{
	const struct limit_rate rate = config->limits.address;

	return (int64_t)rate.count * 2 / (rate.period > 0 ? rate.period : 1) + 1;
}

static void
put_main(struct writer *writer)
{
	const struct config_global *global = &writer->config->global;
	bool own = *global->certificate == '\0';
	bool small = text_equal(global->environment, "dev") || text_equal(global->environment, "test");
	struct blank blanks[] = {
		{ "processes", small ? "2" : "auto" },
		{ "run_dir", global->run_dir },
		{ "state_dir", writer->state },
		{ "templates", writer->templates },
		{ "trusted_proxies", trusted_proxies(writer) },
		{ "cors_origins", cors_origins(writer) },
		{ "address_rate", number(writer, address_rate(writer->config)) },
		{ "address_burst", number(writer, (int64_t)writer->config->limits.address.count + 1) },
		{ "certificate", own ? arena_format(writer->arena, "%s/nginx/self-signed.pem", writer->state) : global->certificate },
		{ "certificate_key", own ? arena_format(writer->arena, "%s/nginx/self-signed.key", writer->state) : global->certificate_key },
		{ "public_url", global->public_url },
		{ "listen", listens(writer, global->http_port, "") },
		{ "pools", pools(writer) },
		{ "pages", pages(writer) },
		{ "redirect", "" },
		{ NULL, NULL },
	};
	struct buffer redirect, out;

	buffer_init(&redirect, writer->arena);
	buffer_add(&redirect, "", 0);
	if (global->http_port != 0)
		fill(&redirect, template(writer, "redirect.conf.in"), blanks);
	for (struct blank *blank = blanks; blank->name != NULL; blank++) {
		if (strcmp(blank->name, "redirect") == 0)
			blank->value = redirect.data;
		if (strcmp(blank->name, "listen") == 0)
			blank->value = listens(writer, global->https_port, " ssl http2 backlog=1024");
	}
	buffer_init(&out, writer->arena);
	fill(&out, template(writer, "nginx.conf.in"), blanks);
	put_file(writer, "nginx.conf", out.data);
}

static void
put_headers(struct writer *writer)
{
	const struct blank blanks[] = {
		{ "hsts", is_this_machine(writer->config->global.public_url)
		    ? "# No Strict-Transport-Security: a browser would hold it against everything else on localhost."
		    : "add_header Strict-Transport-Security \"max-age=31536000\" always;" },
		{ NULL, NULL },
	};
	struct buffer out;

	buffer_init(&out, writer->arena);
	fill(&out, template(writer, "headers.conf.in"), blanks);
	put_file(writer, "headers.conf", out.data);
}

/* The file that includes the others is written last. */
int
nginx_command(const struct command_line *line)
{
	struct writer writer = { .arena = line->arena, .config = line->config, .house = line->house };
	const char *data = line->config->global.data_dir;

	if (line->arguments[0] == NULL) {
		fputs("usage: stoad --nginx DIRECTORY\n", stderr);
		return 2;
	}
	writer.directory = line->arguments[0];
	writer.state = line->config->global.state_dir;
	writer.templates = arena_format(line->arena, "%s/nginx", *data != '\0' ? data : PKGDATADIR);
	put_headers(&writer);
	put_file(&writer, "fastcgi.conf", template(&writer, "fastcgi.conf"));
	put_file(&writer, "cache.conf", template(&writer, "cache.conf"));
	put_file(&writer, "problems.conf", problems(&writer));
	put_file(&writer, "doors.conf", doors(&writer));
	put_main(&writer);
	return writer.failed ? 1 : 0;
}
