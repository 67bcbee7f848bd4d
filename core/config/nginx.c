/*
 * nginx.c -- nginx's configuration, filled in from areas.def and stoa.conf: `stoad --nginx DIRECTORY`.
 *
 * What nginx is told stands in the templates of the folder nginx/; here are only the values for their
 * @blanks@.  A file is written beside its place and renamed, and only when it differs, and its name is printed
 * then, so that whoever calls knows whether nginx has to reload.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/nginx.h"
#include "core/web/problem.h"

/* What nginx refuses by itself, and which problem that is.  494 to 497 are nginx's own numbers. */
static const struct refusal {
	const char *statuses;
	enum problem_id id;
	const char *header;
} refusals[] = {
	{ "400 495 496 497 505", PROBLEM_BAD_REQUEST, "" },
	{ "403", PROBLEM_FORBIDDEN, "" },
	{ "404", PROBLEM_NO_ROUTE, "" },
	{ "405 501", PROBLEM_METHOD_NOT_ALLOWED, "add_header Allow \"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\" always;\n\t" },
	{ "413", PROBLEM_TOO_LARGE, "" },
	{ "414", PROBLEM_TARGET_TOO_LONG, "" },
	{ "431 494", PROBLEM_HEADERS_TOO_LARGE, "" },
	{ "429", PROBLEM_TOO_MANY_REQUESTS, "add_header Retry-After 1 always;\n\t" },
	{ "500", PROBLEM_INTERNAL, "" },
	{ "502 503 504", PROBLEM_UNAVAILABLE, "add_header Retry-After 1 always;\n\t" },
};

/* For between nginx's single quotes. */
static const char *
quoted(struct arena *arena, const char *text)
{
	struct buffer out;

	buffer_init(&out, arena);
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			buffer_char(&out, '\\');
		buffer_char(&out, *text);
	}
	return out.data;
}

static const char *
problems(struct nginx_writer *writer)
{
	struct buffer out;

	buffer_init(&out, writer->arena);
	buffer_text(&out, "# What nginx refuses by itself, said as every other problem is (core/web/problem.def).\n");
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *refusal = &refusals[i];
		const char *status = nginx_number(writer, problem_status(refusal->id));
		const struct nginx_blank blanks[] = {
			{ "slug", problem_slug(refusal->id) },
			{ "title", quoted(writer->arena, problem_title(refusal->id)) },
			{ "status", status },
			{ "header", refusal->header },
			{ NULL, NULL },
		};

		buffer_format(&out, "error_page %s =%s /-/problem/%s;\n", refusal->statuses, status, problem_slug(refusal->id));
		nginx_fill(&out, nginx_template(writer, "problem.conf.in"), blanks);
	}
	return out.data;
}

/* A `listen` line for each address; an IPv6 address stands in brackets. */
static const char *
listens(struct nginx_writer *writer, int64_t port, const char *more)
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
pages(struct nginx_writer *writer)
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
trusted_proxies(struct nginx_writer *writer)
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
cors_origins(struct nginx_writer *writer)
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
put_main(struct nginx_writer *writer)
{
	const struct config_global *global = &writer->config->global;
	bool own = *global->certificate == '\0';
	bool small = text_equal(global->environment, "dev") || text_equal(global->environment, "test");
	struct nginx_blank blanks[] = {
		{ "processes", small ? "2" : "auto" },
		{ "run_dir", global->run_dir },
		{ "state_dir", writer->state },
		{ "templates", writer->templates },
		{ "trusted_proxies", trusted_proxies(writer) },
		{ "cors_origins", cors_origins(writer) },
		{ "address_rate", nginx_number(writer, address_rate(writer->config)) },
		{ "address_burst", nginx_number(writer, (int64_t)writer->config->limits.address.count + 1) },
		{ "certificate", own ? arena_format(writer->arena, "%s/nginx/self-signed.pem", writer->state) : global->certificate },
		{ "certificate_key", own ? arena_format(writer->arena, "%s/nginx/self-signed.key", writer->state) : global->certificate_key },
		{ "public_url", global->public_url },
		{ "listen", listens(writer, global->http_port, "") },
		{ "pools", nginx_pools(writer) },
		{ "pages", pages(writer) },
		{ "redirect", "" },
		{ NULL, NULL },
	};
	struct buffer redirect, out;

	buffer_init(&redirect, writer->arena);
	buffer_add(&redirect, "", 0);
	if (global->http_port != 0)
		nginx_fill(&redirect, nginx_template(writer, "redirect.conf.in"), blanks);
	for (struct nginx_blank *blank = blanks; blank->name != NULL; blank++) {
		if (strcmp(blank->name, "redirect") == 0)
			blank->value = redirect.data;
		if (strcmp(blank->name, "listen") == 0)
			blank->value = listens(writer, global->https_port, " ssl http2 backlog=1024");
	}
	buffer_init(&out, writer->arena);
	nginx_fill(&out, nginx_template(writer, "nginx.conf.in"), blanks);
	nginx_put_file(writer, "nginx.conf", out.data);
}

static void
put_headers(struct nginx_writer *writer)
{
	const struct nginx_blank blanks[] = {
		{ "hsts", is_this_machine(writer->config->global.public_url)
		    ? "# No Strict-Transport-Security: a browser would hold it against everything else on localhost."
		    : "add_header Strict-Transport-Security \"max-age=31536000\" always;" },
		{ NULL, NULL },
	};
	struct buffer out;

	buffer_init(&out, writer->arena);
	nginx_fill(&out, nginx_template(writer, "headers.conf.in"), blanks);
	nginx_put_file(writer, "headers.conf", out.data);
}

/* The file that includes the others is written last. */
int
nginx_command(const struct command_line *line)
{
	struct nginx_writer writer = { .arena = line->arena, .config = line->config, .house = line->house };
	const char *data = line->config->global.data_dir;

	if (line->arguments[0] == NULL) {
		fputs("usage: stoad --nginx DIRECTORY\n", stderr);
		return 2;
	}
	writer.directory = line->arguments[0];
	writer.state = line->config->global.state_dir;
	writer.templates = arena_format(line->arena, "%s/nginx", *data != '\0' ? data : PKGDATADIR);
	put_headers(&writer);
	nginx_put_file(&writer, "fastcgi.conf", nginx_template(&writer, "fastcgi.conf"));
	nginx_put_file(&writer, "cache.conf", nginx_template(&writer, "cache.conf"));
	nginx_put_file(&writer, "problems.conf", problems(&writer));
	nginx_put_file(&writer, "doors.conf", nginx_doors(&writer));
	put_main(&writer);
	return writer.failed ? 1 : 0;
}
