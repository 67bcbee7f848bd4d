/* parts.c -- the pools from their scoreboard, Redis from what its helper left in shared memory, the certificate from
 * its file. */
#include "handlers/ops/parts.h"

#include <stdio.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/arena.h"
#include "handlers/areas.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/limit/limit.h"
#include "core/pool/status.h"

static const char *
area_of(const char *pool)
{
	for (size_t i = 0; i < house.pool_count; i++)
		if (text_equal(house.pools[i].name, pool))
			return house.pools[i].area;
	return "";
}

struct list
part_pools(struct request *req)
{
	const struct pool_status *status;
	const size_t count = pool_status_read(req->arena, req->config, &status);
	struct pool_state *state = ARENA_ARRAY(req->arena, count, struct pool_state);

	for (size_t i = 0; i < count; i++)
		state[i] = (struct pool_state){
			.pool = status[i].pool,
			.area = area_of(status[i].pool),
			.process_manager = status[i].process_manager,
			.start_time = { status[i].start_time * SECOND },
			.start_since = status[i].start_since,
			.accepted_conn = (int64_t)status[i].accepted_conn,
			.listen_queue = status[i].listen_queue,
			.max_listen_queue = status[i].max_listen_queue,
			.listen_queue_len = status[i].listen_queue_len,
			.idle_processes = status[i].idle_processes,
			.active_processes = status[i].active_processes,
			.total_processes = status[i].total_processes,
			.max_active_processes = status[i].max_active_processes,
			.max_children_reached = status[i].max_children_reached,
			.slow_requests = (int64_t)status[i].slow_requests,
			.memory_peak = (int64_t)status[i].memory_peak,
		};
	return (struct list){ state, count };
}

bool
part_pool_is_up(const struct pool_state *state)
{
	return state->total_processes > 0 || text_equal(state->process_manager, "ondemand");
}

bool
part_redis_answers(struct request *req)
{
	return limit_is_shared(req->config);
}

bool
part_certificate_ends(struct request *req, struct instant *ends_r)
{
	const char *path = req->config->global.certificate;
	struct tm ends;
	X509 *certificate;
	FILE *file;

	if (*path == '\0')
		path = arena_format(req->arena, "%s/nginx/self-signed.pem", req->config->global.state_dir);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	if (certificate == NULL)
		return false;
	*ends_r = INSTANT_MAX;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &ends) == 1)
		*ends_r = (struct instant){ timegm(&ends) * SECOND };
	X509_free(certificate);
	return true;
}
