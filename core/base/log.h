/*
 * log.h -- what happened, one JSON object per line.  Every line carries time, level, service,
 * environment, pool, logger, message, and (when work is at hand) job, request and trace id.  A line is
 * one write(2), so lines of many processes never mix.
 *
 * The client's secrets and bodies are never logged.  A test fails on an ERROR line it did not expect.
 */
#ifndef STOA_BASE_LOG_H
#define STOA_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct request;

enum log_level { LOG_LEVEL_UNSET, DEBUG, INFO, WARN, ERROR };

struct log_field {
	const char *name;
	const char *text;    /* set: a string */
	int64_t number;      /* otherwise a number */
};

/* log_line(WARN, req, "db", "connection lost", { "sqlstate", .text = state }, { "attempt", .number = 2 }) */
#define log_line(level, req, logger, ...) log_line_with(level, req, logger, __VA_ARGS__, { 0 })
#define log_line_with(level, req, logger, message, ...) \
	log_write(level, req, logger, message, (const struct log_field[]){ __VA_ARGS__ })
/* `req` may be NULL (the master, start-up); `fields` ends with a row without a name. */
void log_write(enum log_level level, const struct request *req, const char *logger, const char *message,
    const struct log_field *fields);

/* Who speaks, said once in each process. */
void log_service(const char *service, const char *environment, const char *pool);
void log_level_set(enum log_level level);
/* NULL or "": standard error.  `log_reopen` opens the same path again, after a rotation. */
bool log_open(const char *path);
void log_reopen(void);

#endif
