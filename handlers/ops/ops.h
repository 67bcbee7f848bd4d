/* ops.h -- what the files of this room share: their handlers, and the shapes of what they answer. */
#ifndef STOA_HANDLERS_OPS_OPS_H
#define STOA_HANDLERS_OPS_OPS_H

#include <stdint.h>

#include "core/web/route.h"

handler_function health_show; /* health.c */
handler_function health_show_area;
handler_function version_show;
handler_function ready_show;     /* ready.c */
handler_function metrics_show;   /* metrics.c */
handler_function reference_show; /* reference.c */
handler_function pools_list;     /* pools.c */
handler_function warnings_list;  /* warnings.c */

/* shapes.c */
struct health {
	const char *status; /* "up"; what is not up is a problem */
	const char *area;   /* NULL: the platform */
};
extern const struct shape health_shape;

struct readiness {
	const char *status;
	const char *migration; /* the newest that the database has */
};
extern const struct shape readiness_shape;

struct version {
	const char *version;
	const char *migration; /* the newest that this version was built with */
};
extern const struct shape version_shape;

/* PHP-FPM's status page, one row per pool. */
struct pool_state {
	const char *pool;
	const char *area;
	const char *process_manager;
	struct instant start_time;
	int64_t start_since;
	int64_t accepted_conn;
	int64_t listen_queue, max_listen_queue, listen_queue_len;
	int64_t idle_processes, active_processes, total_processes;
	int64_t max_active_processes, max_children_reached;
	int64_t slow_requests;
	int64_t memory_peak;
};
struct pools {
	struct list data;
};
extern const struct shape pools_shape;

struct warning {
	const char *id;   /* a stable name: "certificate-expires" */
	const char *says; /* what is wrong, in a sentence */
	const char *cure; /* what to do about it */
};
struct warnings {
	struct list data;
};
extern const struct shape warnings_shape;

#endif
