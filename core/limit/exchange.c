/*
 * exchange.c -- every 100 ms: what was spent here goes to Redis, what all hosts together are ahead comes back.
 *
 * Redis keeps one number per key, the theoretical arrival time of all hosts together, by Redis' own clock; a script
 * moves it, many keys at a call.  What comes back is a distance, so the hosts' clocks need not agree, and a host that
 * meets a client for the first time learns at once how far it is ahead elsewhere (a plain counter could not tell what
 * was spent just now from what was spent an hour ago).  Keys expire by themselves.
 *
 * A lost answer loses one round's counts.  While Redis does not answer, a breaker keeps this process from asking more
 * often than every few seconds; requests never wait for any of it.
 */
#include "core/limit/exchange.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/worker.h"
#include "core/config/config.h"
#include "core/limit/limit.h"
#include "core/limit/redis_url.h"
#include "core/limit/segment.h"
#include "core/metric/metric.h"

#define ROUND_MAX     4096u /* keys in one round; what is left waits for the next */
#define BATCH_MAX     256u  /* keys in one call of the script */
#define TEXT_SIZE     32
#define SAY_MAX       5
#define EXCHANGE_LOOK SECOND
#define BREAK_LEAST   INT64_C(200000)
#define BREAK_MOST    INT64_C(1000000)
/* Past this without a word from the helper, it is dead or frozen itself. */
#define SHARED_LASTS (10 * SECOND)

/* Capped at two windows: what hosts let through together before they knew of each other is paid back, and no more. */
static const char script[] = "local time = redis.call('TIME')\n"
			     "local now = time[1] * 10000 + math.floor(time[2] / 100)\n"
			     "local answer = {}\n"
			     "for i, key in ipairs(KEYS) do\n"
			     "  local tat = math.max(tonumber(redis.call('GET', key) or 0), now) + ARGV[2 * i - 1]\n"
			     "  tat = math.min(tat, now + 2 * ARGV[2 * i])\n"
			     "  redis.call('SET', key, string.format('%.0f', tat), 'PX',\n"
			     "    string.format('%.0f', math.floor((tat - now) / 10) + 1000))\n"
			     "  answer[i] = tat - now\n"
			     "end\n"
			     "return answer\n";

struct exchange {
	struct redis_url url;
	redisContext *redis;
	int64_t retry_at; /* monotonic; 0: the breaker is closed */
	int64_t pause;
	int64_t asked_at; /* monotonic */
	struct limit_spending spending[ROUND_MAX];
	char texts[BATCH_MAX * 3][TEXT_SIZE];
};

struct exchange *
exchange_new(const char *redis_url)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	if (exchange == NULL)
		abort();
	exchange->pause = BREAK_LEAST;
	exchange->asked_at = INT64_MIN / 2;
	if (redis_url_parse(redis_url, &exchange->url))
		return exchange;
	free(exchange);
	return NULL;
}

static void
disconnect(struct exchange *exchange)
{
	if (exchange->redis != NULL)
		redisFree(exchange->redis);
	exchange->redis = NULL;
}

void
exchange_free(struct exchange *exchange)
{
	if (exchange == NULL)
		return;
	disconnect(exchange);
	explicit_bzero(exchange, sizeof(*exchange));
	free(exchange);
}

/* Whether a command without further meaning was answered OK. */
static bool
say(redisContext *redis, int count, const char **words)
{
	size_t lengths[SAY_MAX];
	redisReply *reply;
	bool well;

	for (int i = 0; i < count; i++)
		lengths[i] = strlen(words[i]);
	reply = redisCommandArgv(redis, count, words, lengths);
	well = reply != NULL && reply->type == REDIS_REPLY_STATUS;
	if (reply != NULL)
		freeReplyObject(reply);
	return well;
}

static bool
introduce(struct exchange *exchange)
{
	const struct redis_url *url = &exchange->url;
	const char *with_user[] = { "AUTH", url->user, url->password };
	const char *without_user[] = { "AUTH", url->password };
	const char *choose[] = { "SELECT", url->database };

	if (url->password[0] != '\0' &&
	    !(url->user[0] != '\0' ? say(exchange->redis, 3, with_user) : say(exchange->redis, 2, without_user)))
		return false;
	return url->database[0] == '\0' || say(exchange->redis, 2, choose);
}

static bool
connect_redis(struct exchange *exchange)
{
	const struct redis_url *url = &exchange->url;
	const struct timeval patience = { .tv_usec = EXCHANGE_TIMEOUT * 1000 };

	if (exchange->redis != NULL)
		return true;
	exchange->redis = url->path[0] != '\0' ? redisConnectUnixWithTimeout(url->path, patience)
					       : redisConnectWithTimeout(url->host, url->port, patience);
	if (exchange->redis != NULL && exchange->redis->err == 0 &&
	    redisSetTimeout(exchange->redis, patience) == REDIS_OK && introduce(exchange))
		return true;
	disconnect(exchange);
	return false;
}

/* One EVAL for up to BATCH_MAX keys, put in the pipeline. */
static bool
ask(struct exchange *exchange, const struct limit_spending *spending, uint32_t count)
{
	const char *words[3 + BATCH_MAX * 3] = { "EVAL", script, exchange->texts[0] };
	size_t lengths[3 + BATCH_MAX * 3] = { 4, sizeof(script) - 1 };
	char number[TEXT_SIZE];

	words[2] = number;
	lengths[2] = (size_t)snprintf(number, sizeof(number), "%u", count);
	for (uint32_t i = 0; i < count; i++) {
		char(*texts)[TEXT_SIZE] = exchange->texts + 3 * i;
		uint32_t at[3] = { 3 + i, 3 + count + 2 * i, 4 + count + 2 * i };
		int length[3];

		length[0] =
		    snprintf(texts[0], TEXT_SIZE, "stoa:limit:%04x%06x", spending[i].bucket, spending[i].fingerprint);
		length[1] =
		    snprintf(texts[1], TEXT_SIZE, "%" PRIu64, (uint64_t)spending[i].count * spending[i].interval);
		length[2] = snprintf(texts[2], TEXT_SIZE, "%u", spending[i].window);
		for (unsigned k = 0; k < 3; k++) {
			words[at[k]] = texts[k];
			lengths[at[k]] = (size_t)length[k];
		}
	}
	return redisAppendCommandArgv(exchange->redis, (int)(3 + count * 3), words, lengths) == REDIS_OK;
}

static bool
hear(struct exchange *exchange, struct limit_segment *segment, const struct limit_spending *spending, uint32_t count,
    int64_t now)
{
	void *answer = NULL;
	redisReply *reply;
	bool well;

	if (redisGetReply(exchange->redis, &answer) != REDIS_OK)
		return false;
	reply = answer;
	well = reply->type == REDIS_REPLY_ARRAY && reply->elements == count;
	for (uint32_t i = 0; well && i < count; i++) {
		const redisReply *item = reply->element[i];

		if (item->type == REDIS_REPLY_INTEGER && item->integer > 0 && item->integer <= UINT32_MAX)
			limit_learn(segment, &spending[i], (uint32_t)item->integer, now);
	}
	freeReplyObject(reply);
	return well;
}

static uint32_t
batch_size(uint32_t begin, uint32_t count)
{
	return count - begin < BATCH_MAX ? count - begin : BATCH_MAX;
}

static bool
share(struct exchange *exchange, struct limit_segment *segment, uint32_t count, int64_t now)
{
	if (!connect_redis(exchange))
		return false;
	for (uint32_t i = 0; i < count; i += BATCH_MAX)
		if (!ask(exchange, exchange->spending + i, batch_size(i, count)))
			return false;
	for (uint32_t i = 0; i < count; i += BATCH_MAX)
		if (!hear(exchange, segment, exchange->spending + i, batch_size(i, count), now))
			return false;
	return true;
}

/* With nothing to share, Redis is asked every second whether it would: /ready and the warnings want to know. */
static bool
is_quiet(const struct exchange *exchange, uint32_t count, int64_t monotonic)
{
	return monotonic < exchange->retry_at || (count == 0 && monotonic < exchange->asked_at + EXCHANGE_LOOK);
}

/* A write, since a Redis that is full or a replica answers PING and yet takes nothing. */
static bool
probe(struct exchange *exchange)
{
	const char *words[] = { "SET", "stoa:limit:probe", "", "PX", "1000" };

	return connect_redis(exchange) && say(exchange->redis, 5, words);
}

enum exchange_outcome
exchange_round(struct exchange *exchange, struct limit_segment *segment, int64_t now, int64_t monotonic)
{
	/* Taken out even when Redis will not hear of it: what was spent long ago must not arrive as spent just now. */
	uint32_t count = limit_collect(segment, exchange->spending, ROUND_MAX);

	if (is_quiet(exchange, count, monotonic))
		return EXCHANGE_IDLE;
	exchange->asked_at = monotonic;
	if (count == 0 ? probe(exchange) : share(exchange, segment, count, now)) {
		atomic_store(&segment->shared_at, now);
		exchange->retry_at = 0;
		exchange->pause = BREAK_LEAST;
		metric_count(COUNT_limits_shared, 1);
		return EXCHANGE_SHARED;
	}
	disconnect(exchange);
	atomic_store(&segment->shared_at, 0);
	exchange->retry_at = monotonic + exchange->pause;
	exchange->pause = exchange->pause * 2 < BREAK_MOST ? exchange->pause * 2 : BREAK_MOST;
	metric_count(COUNT_limits_alone, 1);
	return EXCHANGE_ALONE;
}

bool
limit_is_shared(const struct config *config)
{
	const struct limit_segment *segment = limit_segment();
	int64_t at;

	if (config->global.redis_url == NULL || config->global.redis_url[0] == '\0')
		return true;
	if (segment == NULL)
		return false;
	at = atomic_load(&segment->shared_at);
	return at != 0 && env_now(&env_system).micros - at < SHARED_LASTS;
}

/* Said once when it goes and once when it comes back, however long it takes. */
static bool
tell(bool alone, enum exchange_outcome outcome)
{
	if (outcome == EXCHANGE_ALONE && !alone)
		log_line(WARN, NULL, "limit", "Redis does not answer; this host limits by itself");
	if (outcome == EXCHANGE_SHARED && alone)
		log_line(INFO, NULL, "limit", "Redis answers again; limits are shared between hosts");
	return outcome == EXCHANGE_IDLE ? alone : outcome == EXCHANGE_ALONE;
}

void
worker_exchange_limits(struct worker *worker)
{
	const char *url = worker->config->global.redis_url;
	struct exchange *exchange = NULL;
	bool alone = false;

	signal(SIGPIPE, SIG_IGN); /* hiredis writes to a Redis that has died */
	if (url != NULL && url[0] != '\0' && (exchange = exchange_new(url)) == NULL)
		log_line(ERROR, NULL, "limit",
		    "redis_url is neither unix:/path nor redis://host; this host limits by itself");
	while (!worker_wait(worker, -1, exchange != NULL ? EXCHANGE_PAUSE : 60000).ended)
		if (exchange != NULL && limit_segment() != NULL)
			alone = tell(alone, exchange_round(exchange, limit_segment(), env_now(&env_system).micros,
						env_monotonic(&env_system)));
	exchange_free(exchange);
}
