/* partitions.c -- the job that keeps the login history's partitions some months ahead. */
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/work/queue.h"
#include "handlers/session/queries.h"
#include "handlers/session/session.h"

#define MONTHS_AHEAD 3
#define LATE_ROWS    1000

const struct problem *
partitions_make(struct request *req, struct reply *out)
{
	struct partitions_make_row *partitions;
	struct late_move_row *late;
	const struct problem *p;

	if ((p = sql_partitions_make(req, MONTHS_AHEAD, &partitions)) != NULL ||
	    (p = sql_late_move(req, LATE_ROWS, &late)) != NULL)
		return p;
	if (late->moved > 0)
		log_line(WARN, req, "session", "logins came before their partition; they have been moved",
		    { "rows", .number = late->moved });
	if (late->moved == LATE_ROWS)
		queue_enqueue(req, &(struct enqueue){ .kind = "session.partitions", .unique_key = "late" });
	return reply_no_content(out);
}
