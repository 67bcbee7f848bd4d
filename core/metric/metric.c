/*
 * metric.c -- counting.  The segment is the file `metrics` in the run directory.  Its header holds a hash of what
 * decides the layout (counters, pools, routes); a build with other ones makes a new file, while the workers of the
 * generation before count on in the old one until they end.
 */
#include "core/metric/metric.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/metric/layout.h"
#include "core/web/route.h"

const int64_t duration_bounds[DURATION_BUCKETS - 1] = { DURATION_BOUNDS };

static struct metric_segment *segment;
static const struct house *counted;
/* Of the worker's own pool: its first row, and how many follow. */
static size_t first_row, row_count;

struct metric_segment *
metric_segment(void)
{
	return segment;
}

size_t
area_route_count(const struct house *house, const struct pool_row *pool)
{
	const struct area *area = house_area(house, pool->area);
	size_t count = 0;

	while (area != NULL && area->routes != NULL && area->routes[count].method != METHOD_UNSET)
		count++;
	return count;
}

static size_t
pool_rows(const struct house *house, const struct pool_row *pool)
{
	return pool->kind == LISTENER ? area_route_count(house, pool) + 1 : 0;
}

static size_t
segment_size(const struct house *house)
{
	size_t rows = 0;

	for (size_t i = 0; i < house->pool_count; i++)
		rows += pool_rows(house, &house->pools[i]);
	return sizeof(struct metric_segment) + rows * sizeof(struct route_count);
}

/* FNV-1a; it need only differ when the layout does. */
static void
mix(uint64_t *hash, const char *text)
{
	do
		*hash = (*hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	while (*text++ != '\0');
}

static uint64_t
layout_of(const struct house *house)
{
	static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "core/metric/metric.def"
#undef COUNTER
	};
	uint64_t hash = UINT64_C(14695981039346656037) ^ sizeof(struct route_count);

	for (size_t i = 0; i < COUNTER__COUNT; i++)
		mix(&hash, counters[i]);
	for (size_t i = 0; i < house->pool_count; i++) {
		const struct area *area = house_area(house, house->pools[i].area);

		mix(&hash, house->pools[i].name);
		for (size_t k = 0; k + 1 < pool_rows(house, &house->pools[i]); k++) {
			hash = (hash ^ (uint64_t)area->routes[k].method) * UINT64_C(1099511628211);
			mix(&hash, area->routes[k].path);
		}
	}
	return hash;
}

static struct metric_segment *
map(const char *path, int flags, size_t size)
{
	int file = open(path, O_RDWR | O_CLOEXEC | flags, 0640);
	struct stat facts;
	void *memory = MAP_FAILED;

	if (file < 0)
		return NULL;
	if (((flags & O_CREAT) == 0 || ftruncate(file, (off_t)size) == 0) && fstat(file, &facts) == 0 &&
	    facts.st_size == (off_t)size)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	return memory == MAP_FAILED ? NULL : memory;
}

bool
metric_open(const struct config *config, const struct house *house)
{
	char path[512], draft[520];
	uint64_t layout = layout_of(house);
	size_t size = segment_size(house);

	counted = house;
	snprintf(path, sizeof(path), "%s/metrics", config->global.run_dir);
	segment = map(path, 0, size);
	if (segment != NULL && segment->layout == layout)
		return true;
	if (segment != NULL)
		munmap(segment, size);
	snprintf(draft, sizeof(draft), "%s.new", path);
	segment = map(draft, O_CREAT | O_TRUNC, size);
	if (segment != NULL) {
		segment->layout = layout;
		if (rename(draft, path) == 0)
			return true;
	}
	log_line(ERROR, NULL, "metric", "the segment cannot be made", { "path", .text = draft },
	    { "reason", .text = strerror(errno) });
	return false;
}

void
metric_pool(const struct pool_row *pool)
{
	first_row = row_count = 0;
	for (size_t i = 0; counted != NULL && i < counted->pool_count; i++) {
		row_count = pool_rows(counted, &counted->pools[i]);
		if (&counted->pools[i] == pool)
			return;
		first_row += row_count;
	}
	row_count = 0;
}

void
metric_count(enum counter counter, uint64_t by)
{
	if (segment != NULL)
		atomic_fetch_add_explicit(&segment->counters[counter], by, memory_order_relaxed);
}

uint64_t
metric_value(enum counter counter)
{
	return segment != NULL ? atomic_load_explicit(&segment->counters[counter], memory_order_relaxed) : 0;
}

static size_t
bucket_of(int64_t duration)
{
	size_t bucket = 0;

	while (bucket < DURATION_BUCKETS - 1 && duration > duration_bounds[bucket])
		bucket++;
	return bucket;
}

/* The last row of a pool is for what matched no route. */
static size_t
row_of(const struct request *req)
{
	size_t row = row_count - 1;

	if (req->route != NULL && req->area != NULL && req->area->routes != NULL && req->route >= req->area->routes &&
	    req->route < req->area->routes + row)
		row = (size_t)(req->route - req->area->routes);
	return first_row + row;
}

void
metric_request(const struct request *req, unsigned status, int64_t duration)
{
	struct route_count *row;

	if (segment == NULL || row_count == 0)
		return;
	row = &segment->routes[row_of(req)];
	atomic_fetch_add_explicit(&row->statuses[status / 100 < STATUS_CLASSES ? status / 100 : 0], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&row->durations[bucket_of(duration)], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&row->micros, (uint64_t)(duration > 0 ? duration : 0), memory_order_relaxed);
}
