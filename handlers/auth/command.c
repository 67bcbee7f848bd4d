/*
 * command.c -- stoad --users: what is done for people before anybody can sign in; and stoad --erase, after which nobody
 * can.
 *
 *	stoad --users setup-link              a link that makes the first super user; nothing when there is one
 *	stoad --users create-super-user MAIL  with the password on standard input; makes or promotes that user
 */
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/db/erase.h"
#include "core/trust/key.h"
#include "core/trust/password.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/link.h"
#include "handlers/auth/queries.h"

#define PATIENCE (30 * SECOND)

typedef const struct problem *work_function(struct request *req, const char *const *arguments);

static int
usage(void)
{
	fputs("usage: stoad --users setup-link | stoad --users create-super-user MAIL <PASSWORD\n", stderr);
	return 2;
}

static const struct problem *
print_setup_link(struct request *req, const char *const *arguments)
{
	const struct link link = link_make(req, LINK_SETUP_LIFETIME);
	struct setup_link_add_row *row;
	const struct problem *p = sql_setup_link_add(req, link.hash, link.expires, &row);

	(void)arguments;
	if (p == NULL && row->added)
		printf("%s#setup=%s\n", req->config->auth.link_page, link.secret);
	return p;
}

static const struct problem *
make_super_user(struct request *req, const char *const *arguments)
{
	struct super_user_add_row *row;
	const char *hash;
	const struct problem *p = password_hash(req, arguments[1], &hash);

	if (p != NULL)
		return p;
	p = sql_super_user_add(req, uuid_new(req->env), arguments[0], NULL, hash, false, &row);
	if (p == NULL)
		printf("%s is a super user (%s).\n", arguments[0], uuid_text(req->arena, row->party));
	return p;
}

/* In a transaction, as the area's own role: nothing here that the area itself could not do. */
static int
work(const struct command_line *line, work_function *function, const char *const *arguments)
{
	struct request req = { .arena = line->arena, .env = &env_system, .config = line->config,
		.started = env_now(&env_system), .began = env_monotonic(&env_system),
		.deadline = env_monotonic(&env_system) + PATIENCE };
	const struct problem *p;

	if (!key_open(line->config))
		return 1;
	req.db = db_new(line->config, "stoa_auth");
	db_begin(&req);
	if ((p = function(&req, arguments)) != NULL)
		db_rollback(&req);
	else if (db_commit(&req, &p) != DB_COMMITTED && p == NULL)
		p = problem(&req, PROBLEM_UNAVAILABLE, NULL);
	db_free(req.db);
	if (p == NULL)
		return 0;
	fprintf(stderr, "stoad: %s\n", p->detail != NULL ? p->detail : problem_title(p->id));
	return 1;
}

static int
create_super_user(const struct command_line *line)
{
	static char password[4 * PASSWORD_MOST + 2];
	const char *arguments[] = { line->arguments[1], password };
	size_t length;

	if (!text_is_email(arguments[0])) {
		fprintf(stderr, "stoad: %s is no e-mail address.\n", arguments[0]);
		return 2;
	}
	if (fgets(password, sizeof(password), stdin) == NULL)
		password[0] = '\0';
	password[strcspn(password, "\r\n")] = '\0';
	length = text_is_utf8(password, strlen(password)) ? text_length(password) : 0;
	if (length < PASSWORD_LEAST || length > PASSWORD_MOST) {
		fprintf(stderr, "stoad: a password has %d to %d characters.\n", PASSWORD_LEAST, PASSWORD_MOST);
		return 2;
	}
	return work(line, make_super_user, arguments);
}

int
users_command(const struct command_line *line)
{
	char *const *arguments = line->arguments;

	if (arguments[0] != NULL && strcmp(arguments[0], "setup-link") == 0 && arguments[1] == NULL)
		return work(line, print_setup_link, NULL);
	if (arguments[0] != NULL && strcmp(arguments[0], "create-super-user") == 0 && arguments[1] != NULL &&
	    arguments[2] == NULL)
		return create_super_user(line);
	return usage();
}

/* The link is the last line, which the master puts in the log. */
int
erase_command(const struct command_line *line)
{
	static char *const none[] = { NULL };
	struct command_line migrate = *line;

	if (line->arguments[0] != NULL) {
		fputs("usage: stoad --erase\n", stderr);
		return 2;
	}
	migrate.arguments = none;
	if (!erase_everything(line->arena, line->config, stderr) || migrate_command(&migrate) != 0)
		return 1;
	return work(line, print_setup_link, NULL);
}
