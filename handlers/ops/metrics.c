/* metrics.c -- the counters of this host, for Prometheus. */
#include "handlers/areas.h"
#include "core/metric/metric.h"
#include "handlers/ops/ops.h"

const struct problem *
metrics_show(struct request *req, struct reply *out)
{
	struct buffer text;

	buffer_init(&text, req->arena);
	metric_print(req->config, &house, &text);
	return reply_text(out, "text/plain; version=0.0.4; charset=utf-8", text.data);
}
