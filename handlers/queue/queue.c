/*
 * queue.c -- work to be done later.  A job exists exactly when the change that asked for it does, runs at least once,
 * and its effects happen once; what recurs is fired by one leader.
 */
#include "core/web/route.h"
#include "core/work/leader.h"
#include "core/work/notify.h"
#include "core/work/retention.h"
#include "handlers/areas.h"
#include "handlers/queue/queries.h"
#include "handlers/queue/scheduler.h"
#include "handlers/queue/waker.h"

static const struct job_kind queue_jobs[] = {
	{ RETENTION_KIND, .payload = &retention_job, .handler = retention_run,
	    .says = "Remove what has been kept for long enough" },
	{ "notification.send", .payload = &notify_job, .prepare = notify_write, .handler = notify_written,
	    .says = "Write a mail into a file, until there is an area for notifications" },
	{ 0 },
};

static const struct schedule queue_schedules[] = {
	{ "queue.retention", RETENTION_KIND, 3600, .says = "Remove what has been kept for long enough" },
	{ 0 },
};

static const struct leader queue_leaders[] = {
	{ .name = "queue.scheduler",
	    .batch = 100,
	    .rest = 500 * MILLISECOND,
	    .begin = scheduler_register,
	    .ready = scheduler_is_due,
	    .work = scheduler_fire,
	    .says = "Fires what recurs" },
	{ .name = "queue.waker",
	    .batch = 1,
	    .rest = 20 * MILLISECOND,
	    .ready = waker_has_fresh,
	    .work = waker_wake,
	    .says = "Wakes job pools whose jobs have become due" },
	{ 0 },
};

const struct area queue_area = {
	.name = "queue",
	.says = "work to be done later",
	.jobs = queue_jobs,
	.schedules = queue_schedules,
	.leaders = queue_leaders,
	.statements = queue_statements,
};
