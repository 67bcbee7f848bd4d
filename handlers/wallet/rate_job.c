/*
 * rate_job.c -- fetching rates.  The job comes often and does nothing until it is time; a source that fails is so asked
 * again soon.  What the first source does not have, or has wrong, the second one is asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/net/http_client.h"
#include "core/web/terms.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/rate_source.h"
#include "handlers/wallet/wallet.h"

#define DOCUMENT_MAX ((size_t)1024 * 1024)
#define SHIPPED      "/handlers/wallet/rates.json"
#define SHIPPED_SAYS "shipped"

/* What was found, as the statement takes it. */
struct fetched {
	struct rate_wanted_rows wanted;
	bool *found; /* beside `wanted` */
	size_t count;
	const char **currencies, **sources;
	minor_units *numerators, *denominators;
	struct instant *times;
};

static void
say(struct request *req, const struct rate_source *source, const char *currency, const char *fault)
{
	log_line(WARN, req, "rates", currency == NULL ? "a source of rates was refused" : "a rate was refused",
	    { "source", .text = source->url }, { "currency", .text = currency }, { "reason", .text = fault });
}

static const char *
read_shipped(struct request *req, struct bytes *body_r)
{
	const char *path = arena_format(req->arena, "%s%s", req->config->global.data_dir, SHIPPED);
	FILE *file = fopen(path, "re");
	struct buffer text;
	size_t count;

	if (file == NULL)
		return strerror(errno);
	buffer_init(&text, req->arena);
	while (text.length < DOCUMENT_MAX && (count = fread(buffer_room(&text, 4096), 1, 4096, file)) > 0)
		text.length += count;
	fclose(file);
	*body_r = (struct bytes){ (const uint8_t *)text.data, text.length };
	return NULL;
}

static const char *
ask(struct request *req, const struct rate_source *source, struct bytes *body_r)
{
	struct http_answer answer;

	if (text_equal(source->url, SHIPPED_SAYS))
		return read_shipped(req, body_r);
	http_ask(req, &(struct http_ask){ .method = GET, .url = source->url, .answer_max = DOCUMENT_MAX }, &answer);
	if (answer.failure != HTTP_OK)
		return http_failure_text(answer.failure);
	if (answer.status != 200)
		return arena_format(req->arena, "it answered %u", answer.status);
	*body_r = answer.body;
	return NULL;
}

/* NULL, or why it is not kept. */
static const char *
judge(struct request *req, const struct rate_wanted_row *wanted, struct money_rate rate)
{
	if (wanted->numerator == NULL || wanted->denominator == NULL || wanted->as_of == NULL ||
	    rate_is_stale(req, *wanted->as_of))
		return NULL;
	if (!rate_jumps(rate, (struct money_rate){ *wanted->numerator, *wanted->denominator }, req->config->rates.jump))
		return NULL;
	return "differs too much from the one before";
}

static void
take(struct fetched *fetched, const struct rate_document *document, const char *currency, struct money_rate rate)
{
	const size_t i = fetched->count++;

	fetched->currencies[i] = currency;
	fetched->sources[i] = document->source->url;
	fetched->numerators[i] = rate.numerator;
	fetched->denominators[i] = rate.denominator;
	fetched->times[i] = document->as_of;
}

static void
take_all(struct request *req, struct fetched *fetched, const struct rate_document *document)
{
	for (size_t i = 0; i < fetched->wanted.count; i++) {
		const struct rate_wanted_row *wanted = &fetched->wanted.items[i];
		struct money_rate rate;
		const char *fault;
		bool there;

		if (fetched->found[i])
			continue;
		fault = rate_document_find(req, document, wanted->code, &rate, &there);
		if (fault == NULL)
			fault = judge(req, wanted, rate);
		fetched->found[i] = fault == NULL;
		if (fault == NULL)
			take(fetched, document, wanted->code, rate);
		else if (there)
			say(req, document->source, wanted->code, fault);
	}
}

static void
fetch_from(struct request *req, const struct rate_source *source, struct fetched *fetched)
{
	struct rate_document document;
	struct bytes body;
	const char *fault;

	if (*source->url == '\0' || fetched->count == fetched->wanted.count)
		return;
	if ((fault = ask(req, source, &body)) == NULL)
		fault = rate_document_read(req, source, body, req->config->rates.max_age, &document);
	if (fault == NULL)
		take_all(req, fetched, &document);
	else
		say(req, source, NULL, fault);
}

static struct fetched *
fetched_new(struct arena *arena, struct rate_wanted_rows wanted)
{
	struct fetched *fetched = ARENA_NEW(arena, struct fetched);

	*fetched = (struct fetched){
		.wanted = wanted,
		.found = ARENA_ARRAY(arena, wanted.count, bool),
		.currencies = ARENA_ARRAY(arena, wanted.count, const char *),
		.sources = ARENA_ARRAY(arena, wanted.count, const char *),
		.numerators = ARENA_ARRAY(arena, wanted.count, minor_units),
		.denominators = ARENA_ARRAY(arena, wanted.count, minor_units),
		.times = ARENA_ARRAY(arena, wanted.count, struct instant),
	};
	return fetched;
}

/* Without a source of its own, a platform for development has the shipped file; one that is for money has none. */
static const char *
first_url(const struct config *config)
{
	const char *environment = config->global.environment;

	if (*config->rates.first_url != '\0' || !(text_equal(environment, "dev") || text_equal(environment, "test")))
		return config->rates.first_url;
	return SHIPPED_SAYS;
}

const struct problem *
rates_fetch(struct request *req, struct reply *out)
{
	const struct config_rates *rates = &req->config->rates;
	const struct rate_source first = { first_url(req->config), rates->first_base, rates->first_says,
		rates->first_rates, rates->first_code, rates->first_value, rates->first_nominal, rates->first_time };
	const struct rate_source second = { rates->second_url, rates->second_base, rates->second_says,
		rates->second_rates, rates->second_code, rates->second_value, rates->second_nominal,
		rates->second_time };
	struct rate_wanted_rows wanted;
	struct rate_due_row *due;
	const struct problem *p;

	(void)out;
	if ((p = sql_rate_due(req, rates->every, &due)) != NULL || !due->due)
		return p;
	if ((p = sql_rate_wanted(req, &wanted)) != NULL)
		return p;
	req->prepared = fetched_new(req->arena, wanted);
	fetch_from(req, &first, req->prepared);
	fetch_from(req, &second, req->prepared);
	return NULL;
}

const struct problem *
rates_keep(struct request *req, struct reply *out)
{
	const struct fetched *fetched = req->prepared;

	if (fetched == NULL || fetched->count == 0)
		return reply_no_content(out);
	sql_rate_keep(req, (struct texts){ fetched->currencies, fetched->count },
	    (struct amounts){ fetched->numerators, fetched->count },
	    (struct amounts){ fetched->denominators, fetched->count },
	    (struct instants){ fetched->times, fetched->count }, (struct texts){ fetched->sources, fetched->count });
	sql_rate_fetched(req);
	log_line(INFO, req, "rates", "rates were fetched", { "currencies", .number = (int64_t)fetched->count });
	return reply_no_content(out);
}
