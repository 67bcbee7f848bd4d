/* shapes.c -- what this room answers, field by field. */
#include "handlers/ops/ops.h"

static const struct field health[] = {
	TEXT(struct health, status, .required = true, .example = "\"up\"", .doc = "Always `up`: what is not is a 503."),
	TEXT(struct health, area, .example = "\"ops\"", .doc = "The area that was asked for."),
	SHAPE_END,
};

static const struct field readiness[] = {
	TEXT(struct readiness, status, .required = true, .example = "\"ready\"",
	    .doc = "Always `ready`: what is not is a 503."),
	TEXT(struct readiness, migration, .required = true, .example = "\"0009_event_log.sql\"",
	    .doc = "The newest migration that the database has."),
	SHAPE_END,
};

static const struct field version[] = {
	TEXT(struct version, version, .required = true, .example = "\"1.4.0\"", .doc = "Of the program that answered."),
	TEXT(struct version, migration, .required = true, .example = "\"0009_event_log.sql\"",
	    .doc = "The newest migration that this version was built with."),
	SHAPE_END,
};

static const struct field pool_state[] = {
	TEXT(struct pool_state, pool, .required = true, .example = "\"ops\"", .doc = "As in stoa.conf: `[pool.NAME]`."),
	TEXT(struct pool_state, area, .required = true, .example = "\"ops\"",
	    .doc = "Whose requests or jobs it works on."),
	TEXT(struct pool_state, process_manager, .required = true, .example = "\"dynamic\"",
	    .doc = "`pm` in stoa.conf."),
	INSTANT(struct pool_state, start_time, .required = true, .doc = "When its present generation began."),
	INT(struct pool_state, start_since, .required = true, .example = "86400", .doc = "Seconds since then."),
	INT(struct pool_state, accepted_conn, .required = true, .example = "152034", .doc = "Requests taken."),
	INT(struct pool_state, listen_queue, .required = true, .example = "0",
	    .doc = "Requests that wait in the kernel now."),
	INT(struct pool_state, max_listen_queue, .required = true, .example = "12",
	    .doc = "The most that ever waited."),
	INT(struct pool_state, listen_queue_len, .required = true, .example = "1024", .doc = "How many may wait."),
	INT(struct pool_state, idle_processes, .required = true, .example = "3", .doc = "Workers with nothing to do."),
	INT(struct pool_state, active_processes, .required = true, .example = "1", .doc = "Workers at work."),
	INT(struct pool_state, total_processes, .required = true, .example = "4", .doc = "Both."),
	INT(struct pool_state, max_active_processes, .required = true, .example = "4",
	    .doc = "The most that were ever at work."),
	INT(struct pool_state, max_children_reached, .required = true, .example = "0",
	    .doc = "How often more workers were wanted than pm.max_children allows."),
	INT(struct pool_state, slow_requests, .required = true, .example = "2",
	    .doc = "Slower than request_slowlog_timeout."),
	INT(struct pool_state, memory_peak, .required = true, .example = "2961408",
	    .doc = "Bytes: the largest worker."),
	SHAPE_END,
};

static const struct field pools[] = {
	LIST(struct pools, data, struct pool_state, pool_state, .required = true, .doc = "One row per pool."), SHAPE_END
};

static const struct field warning[] = {
	TEXT(struct warning, id, .required = true, .example = "\"redis-silent\"", .doc = "A stable name."),
	TEXT(struct warning, says, .required = true,
	    .example = "\"Redis does not answer; each host limits by itself.\"", .doc = "What is wrong."),
	TEXT(struct warning, cure, .required = true, .example = "\"Start Redis, or empty redis_url in stoa.conf.\"",
	    .doc = "What to do about it."),
	SHAPE_END,
};

static const struct field warnings[] = {
	LIST(struct warnings, data, struct warning, warning, .required = true, .doc = "The most pressing first."),
	SHAPE_END,
};

const struct shape health_shape = { "health", health, sizeof(struct health) };
const struct shape readiness_shape = { "readiness", readiness, sizeof(struct readiness) };
const struct shape version_shape = { "version", version, sizeof(struct version) };
const struct shape pools_shape = { "pools", pools, sizeof(struct pools) };
const struct shape warnings_shape = { "warnings", warnings, sizeof(struct warnings) };
