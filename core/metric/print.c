/* print.c -- what was counted, as Prometheus reads it (text format 0.0.4). */
#include <inttypes.h>
#include <string.h>

#include "core/base/buffer.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/metric/layout.h"
#include "core/pool/status.h"
#include "core/web/route.h"

static const char *const method_names[METHOD__COUNT] = {
	[GET] = "GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE",
};

typedef void print_row(struct buffer *out, const char *labels, const struct route_count *row);

static uint64_t
value(const _Atomic uint64_t *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

static uint64_t
row_total(const struct route_count *row)
{
	uint64_t total = 0;

	for (size_t i = 0; i < DURATION_BUCKETS; i++)
		total += value(&row->durations[i]);
	return total;
}

static void
print_counters(struct buffer *out)
{
	static const struct {
		const char *name, *help;
	} rows[] = {
#define COUNTER(name_, help_) { #name_, help_ },
#include "core/metric/metric.def"
#undef COUNTER
	};

	for (size_t i = 0; i < COUNTER__COUNT; i++) {
		buffer_format(out, "# HELP stoa_%s_total %s\n# TYPE stoa_%s_total counter\n", rows[i].name, rows[i].help,
		    rows[i].name);
		buffer_format(out, "stoa_%s_total %" PRIu64 "\n", rows[i].name, metric_value((enum counter)i));
	}
}

static void
print_statuses(struct buffer *out, const char *labels, const struct route_count *row)
{
	for (unsigned class = 0; class < STATUS_CLASSES; class++)
		if (value(&row->statuses[class]) > 0)
			buffer_format(out, "stoa_requests_total{%s,class=\"%uxx\"} %" PRIu64 "\n", labels, class,
			    value(&row->statuses[class]));
}

static void
print_durations(struct buffer *out, const char *labels, const struct route_count *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < DURATION_BUCKETS - 1; i++) {
		sum += value(&row->durations[i]);
		buffer_format(out, "stoa_request_duration_seconds_bucket{%s,le=\"%g\"} %" PRIu64 "\n", labels,
		    (double)duration_bounds[i] / 1e6, sum);
	}
	sum += value(&row->durations[DURATION_BUCKETS - 1]);
	buffer_format(out, "stoa_request_duration_seconds_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", labels, sum);
	buffer_format(out, "stoa_request_duration_seconds_sum{%s} %.6f\n", labels, (double)value(&row->micros) / 1e6);
	buffer_format(out, "stoa_request_duration_seconds_count{%s} %" PRIu64 "\n", labels, sum);
}

/* Rows that were never asked for are left out: most of a house's routes are quiet on most hosts. */
static void
print_rows(const struct house *house, struct buffer *out, print_row *print)
{
	const struct route_count *row = metric_segment()->routes;

	for (size_t i = 0; i < house->pool_count; i++) {
		const struct pool_row *pool = &house->pools[i];
		const struct area *area = house_area(house, pool->area);
		size_t count = area_route_count(house, pool);

		for (size_t k = 0; pool->kind == LISTENER && k <= count; k++, row++) {
			struct buffer labels;

			if (row_total(row) == 0)
				continue;
			buffer_init(&labels, out->arena);
			buffer_format(&labels, "pool=\"%s\",method=\"%s\",route=\"%s\"", pool->name,
			    k < count ? method_names[area->routes[k].method] : "",
			    k < count ? area->routes[k].path : "");
			print(out, labels.data, row);
		}
	}
}

static void
print_requests(const struct house *house, struct buffer *out)
{
	buffer_text(out, "# HELP stoa_requests_total Requests answered, by route and class of status.\n"
			 "# TYPE stoa_requests_total counter\n");
	print_rows(house, out, print_statuses);
	buffer_text(out, "# HELP stoa_request_duration_seconds Time from accepting a request to its answer.\n"
			 "# TYPE stoa_request_duration_seconds histogram\n");
	print_rows(house, out, print_durations);
}

static uint64_t
gauge_value(const struct pool_status *pool, size_t which)
{
	const uint64_t values[] = { pool->idle_processes, pool->active_processes, pool->max_children, pool->listen_queue,
		pool->listen_queue_len, pool->memory_peak, pool->accepted_conn, pool->max_children_reached,
		pool->slow_requests };

	return values[which];
}

static void
print_pools(const struct config *config, struct buffer *out)
{
	static const struct {
		const char *name, *type, *help;
	} rows[] = {
		{ "stoa_pool_idle_processes", "gauge", "Workers that wait." },
		{ "stoa_pool_active_processes", "gauge", "Workers that work." },
		{ "stoa_pool_processes_limit", "gauge", "The most workers that the pool may have." },
		{ "stoa_pool_listen_queue", "gauge", "Connections that wait in the kernel." },
		{ "stoa_pool_listen_queue_limit", "gauge", "Connections that may wait." },
		{ "stoa_pool_memory_peak_bytes", "gauge", "The largest resident size of one worker." },
		{ "stoa_pool_accepted_connections_total", "counter", "Connections accepted since the master started." },
		{ "stoa_pool_max_children_reached_total", "counter", "How often the pool wanted more workers than it may have." },
		{ "stoa_pool_slow_requests_total", "counter", "Requests slower than request_slowlog_timeout." },
	};
	const struct pool_status *pools;
	size_t count = pool_status_read(out->arena, config, &pools);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", rows[i].name, rows[i].help, rows[i].name, rows[i].type);
		for (size_t k = 0; k < count; k++)
			buffer_format(out, "%s{pool=\"%s\"} %" PRIu64 "\n", rows[i].name, pools[k].pool,
			    gauge_value(&pools[k], i));
	}
}

void
metric_print(const struct config *config, const struct house *house, struct buffer *out)
{
	if (metric_segment() == NULL)
		return;
	print_counters(out);
	print_requests(house, out);
	print_pools(config, out);
}
