/*
 * nginx.h -- how nginx's configuration is written: templates with @blanks@, filled in, and files that are replaced only
 * when they differ.  Private to nginx.c, nginx_file.c and nginx_door.c.
 */
#ifndef STOA_CONFIG_NGINX_H
#define STOA_CONFIG_NGINX_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buffer;
struct config;
struct house;

struct nginx_writer {
	struct arena *arena;
	const struct config *config;
	const struct house *house;
	const char *templates;
	const char *directory;
	const char *state; /* where logs, temporary files and the self-made certificate are */
	bool failed;
	bool caches; /* some door asks for the cache */
};

struct nginx_blank {
	const char *name;
	const char *value;
};

/* A template's text; "" after saying that it cannot be read. */
const char *nginx_template(struct nginx_writer *writer, const char *name);
/* Each @name@ of the text becomes its blank's value; an '@' that belongs to none stays.  `blanks` ends with a row
 * without a name. */
void nginx_fill(struct buffer *out, const char *text, const struct nginx_blank *blanks);
/* Prints the path if the file was written, that is, if it was another one before. */
void nginx_put_file(struct nginx_writer *writer, const char *name, const char *text);
const char *nginx_number(struct nginx_writer *writer, int64_t value);

/* The locations of all pools; says in `caches` whether one of them wants the cache. */
const char *nginx_doors(struct nginx_writer *writer);
/* The upstreams of all pools; after nginx_doors. */
const char *nginx_pools(struct nginx_writer *writer);

#endif
