/*
 * rates_test.c -- what is believed of a source of rates, and what is not.  The source is a server of this test's on
 * loopback; the job's own functions ask it, under a configuration that points there.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/web/problem.h"
#include "handlers/wallet/rate_source.h"
#include "handlers/wallet/wallet.h"
#include "tests/api/kit/world.h"

#define PATIENCE (20 * SECOND)

/* ---- a source --------------------------------------------------------------------------------- */

struct source {
	pid_t pid;
	const char *url, *pair;
};

static void
answer_for_ever(int listener, const char *answer, size_t length)
{
	char request[4096];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		const int fd = accept(listener, NULL, NULL);

		if (fd < 0 || read(fd, request, sizeof(request)) < 0 || write(fd, answer, length) < 0)
			_exit(1);
		close(fd);
	}
}

/* Says this, with that status, to whoever asks. */
static struct source
source_start(struct world *w, unsigned status, const char *body)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char *answer = arena_format(w->arena,
	    "HTTP/1.1 %u Said\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    status, strlen(body), body);
	socklen_t size = sizeof(address);
	struct source source;

	assert_int_equal(bind(listener, (const struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	source.pair = arena_format(w->arena, "127.0.0.1:%d", ntohs(address.sin_port));
	source.url = arena_format(w->arena, "http://%s/latest.json", source.pair);
	if ((source.pid = fork()) == 0)
		answer_for_ever(listener, answer, strlen(answer));
	assert_true(source.pid > 0);
	close(listener);
	return source;
}

static void
source_stop(struct source *source)
{
	kill(source->pid, SIGKILL);
	waitpid(source->pid, NULL, 0);
}

/* ---- fetching --------------------------------------------------------------------------------- */

static struct db *
wallet_db(struct world *w)
{
	static struct db *db;

	if (db == NULL)
		db = db_new(w->config, "stoa_wallet");
	return db;
}

/* The running platform's settings, with rates asked for whenever they are wanted, of these addresses. */
static struct config
config_for(struct world *w, const struct source *first, const struct source *second)
{
	struct config config = *w->config;
	const char **pairs = ARENA_ARRAY(w->arena, 2, const char *);

	pairs[0] = first->pair;
	pairs[1] = second != NULL ? second->pair : first->pair;
	config.global.outgoing_allow = (struct texts){ pairs, 2 };
	config.rates.every = -3600;
	config.rates.first_url = first->url;
	config.rates.second_url = second != NULL ? second->url : "";
	return config;
}

static void
fetch_with(struct world *w, const struct config *config)
{
	struct request req = { .arena = w->arena,
		.env = &env_system,
		.config = config,
		.db = wallet_db(w),
		.started = env_now(&env_system),
		.began = env_monotonic(&env_system),
		.deadline = env_monotonic(&env_system) + PATIENCE };
	const struct problem *p = NULL;
	struct reply out;

	reply_init(&out, &req);
	assert_null(rates_fetch(&req, &out));
	db_begin(&req);
	assert_null(rates_keep(&req, &out));
	assert_int_equal(db_commit(&req, &p), DB_COMMITTED);
}

static void
fetch(struct world *w, unsigned status, const char *body)
{
	struct source source = source_start(w, status, body);
	const struct config config = config_for(w, &source, NULL);

	fetch_with(w, &config);
	source_stop(&source);
}

/* ---- people and currencies --------------------------------------------------------------------- */

static const char *
given_currency(struct world *w)
{
	char code[11] = "R";

	for (size_t i = 1; i < 10; i++)
		code[i] = (char)('A' + (char)env_random_below(&env_system, 26));
	given_sql(
	    w, arena_format(w->arena,
		   "SELECT count(*) FROM wallet.currency_add(ARRAY['%s'], ARRAY['Coin'], ARRAY[2::bigint], true, true)",
		   code));
	return arena_text(w->arena, code);
}

static void
look(struct world *w, const char *code)
{
	call(w, GET, arena_format(w->arena, "/v1/rates/%s", code), NULL);
}

static void
then_rate(struct world *w, const char *code, const char *usd)
{
	look(w, code);
	then_status(w, 200);
	then_field(w, "/usd", usd);
}

static void
given_reader(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
}

/* ---- what is believed -------------------------------------------------------------------------- */

static void
a_fetched_rate_is_kept_with_its_source_and_time(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w), *now = instant_text(w->arena, env_now(&env_system));
	struct source source;
	struct config config;

	given_reader(w);
	source = source_start(
	    w, 200, arena_format(w->arena, "{\"base\":\"USD\",\"at\":\"%s\",\"rates\":{\"%s\":0.8}}", now, code));
	config = config_for(w, &source, NULL);
	config.rates.first_time = "/at";
	fetch_with(w, &config);
	source_stop(&source);
	then_rate(w, code, "1.25");
	then_field(w, "/source", source.url);
	then_field(w, "/as_of", now);
	then_field(w, "/stale", "false");
	then_no_field(w, "/set_by");
}

static void
a_source_may_count_per_unit_with_nominals_from_another_base(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w), *base = given_currency(w);
	struct source source;
	struct config config;

	given_reader(w);
	/* 100 coins cost 450 of the base, a dollar costs 90: a coin is 0.05 USD, one of the base 1/90. */
	source = source_start(w, 200,
	    arena_format(w->arena,
		"{\"Valute\":{\"USD\":{\"Nominal\":1,\"Value\":90.00},\"%s\":{\"Nominal\":100,\"Value\":4.5e2}}}",
		code));
	config = config_for(w, &source, NULL);
	config.rates.first_base = base;
	config.rates.first_says = "base_per_unit";
	config.rates.first_rates = "/Valute";
	config.rates.first_value = "/Value";
	config.rates.first_nominal = "/Nominal";
	fetch_with(w, &config);
	source_stop(&source);
	then_rate(w, code, "0.05");
	then_rate(w, base, "0.011111111111111111");
}

static void
a_source_may_list_its_rates(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	struct source source;
	struct config config;

	given_reader(w);
	source = source_start(w, 200, arena_format(w->arena, "{\"all\":[{\"code\":\"%s\",\"mid\":\"4\"}]}", code));
	config = config_for(w, &source, NULL);
	config.rates.first_rates = "/all";
	config.rates.first_code = "/code";
	config.rates.first_value = "/mid";
	fetch_with(w, &config);
	source_stop(&source);
	then_rate(w, code, "0.25");
}

static void
what_the_first_source_lacks_or_has_wrong_the_second_is_asked_for(void **state)
{
	struct world *w = *state;
	const char *both = given_currency(w), *wrong = given_currency(w), *missing = given_currency(w);
	struct source first, second;
	struct config config;

	given_reader(w);
	first = source_start(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":2,\"%s\":-2}}", both, wrong));
	second = source_start(
	    w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4,\"%s\":4,\"%s\":5}}", both, wrong, missing));
	config = config_for(w, &first, &second);
	fetch_with(w, &config);
	source_stop(&first);
	source_stop(&second);
	then_rate(w, both, "0.5");
	then_rate(w, wrong, "0.25");
	then_rate(w, missing, "0.2");
	then_field(w, "/source", second.url);
}

static void
when_the_first_source_is_down_the_second_is_asked(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	struct source first, second;
	struct config config;

	given_reader(w);
	first = source_start(w, 200, "");
	source_stop(&first);
	second = source_start(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4}}", code));
	config = config_for(w, &first, &second);
	fetch_with(w, &config);
	source_stop(&second);
	then_rate(w, code, "0.25");
}

static void
nobody_is_asked_before_it_is_time(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	struct source source;
	struct config config;

	given_reader(w);
	fetch(w, 200, "{\"rates\":{\"EUR\":0.92}}");
	source = source_start(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4}}", code));
	config = config_for(w, &source, NULL);
	config.rates.every = 86400;
	fetch_with(w, &config);
	source_stop(&source);
	look(w, code);
	then_problem(w, 404, "not-found");
}

/* ---- what is not ------------------------------------------------------------------------------- */

static void
a_document_that_is_wrong_is_refused_as_a_whole(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	const char *bodies[] = {
		"",
		"<html>Sorry</html>",
		"null",
		"[]",
		arena_format(w->arena, "{\"rates\":{\"%s\":4", code),
		arena_format(w->arena, "{\"rates\":{\"%s\":4}} and more", code),
		arena_format(w->arena, "{\"rates\":{\"%s\":4,\"%s\":5}}", code, code),
		arena_format(w->arena, "{\"rates\":[{\"%s\":4}]}", code),
		arena_format(w->arena, "{\"quotes\":{\"%s\":4}}", code),
		arena_format(w->arena, "{\"rates\":\"%s\"}", code),
	};

	given_reader(w);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		fetch(w, 200, bodies[i]);
		look(w, code);
		then_problem(w, 404, "not-found");
	}
	fetch(w, 500, arena_format(w->arena, "{\"rates\":{\"%s\":4}}", code));
	look(w, code);
	then_problem(w, 404, "not-found");
}

static void
a_rate_that_is_wrong_is_refused_by_itself(void **state)
{
	static const char *const values[] = { "0", "0.00", "-4", "-0", "null", "true", "{}", "[4]", "\"\"", "\"4,5\"",
		"\"four\"", "\"4 \"", "\" 4\"", "\"4e\"", "\"NaN\"", "\"0x4\"", "1e99", "1e-99", "1.234567890123456789",
		"\"1e999\"" };
	struct world *w = *state;
	const char *code = given_currency(w), *good = given_currency(w);

	given_reader(w);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":%s,\"%s\":4}}", code, values[i], good));
		look(w, code);
		then_problem(w, 404, "not-found");
		then_rate(w, good, "0.25");
	}
}

static void
without_its_rate_of_the_dollar_another_base_says_nothing(void **state)
{
	static const char *const dollars[] = { "", ",\"USD\":0", ",\"USD\":-1", ",\"USD\":\"x\"" };
	struct world *w = *state;
	const char *code = given_currency(w);

	given_reader(w);
	for (size_t i = 0; i < 4; i++) {
		struct source source =
		    source_start(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4%s}}", code, dollars[i]));
		struct config config = config_for(w, &source, NULL);

		config.rates.first_base = "EUR";
		fetch_with(w, &config);
		source_stop(&source);
		look(w, code);
		then_problem(w, 404, "not-found");
	}
}

static void
stale_rates_are_refused_when_they_are_fetched_and_when_they_are_used(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	const char *times[] = { "\"2020-01-01T00:00:00Z\"", "\"2020-01-01\"", "1577836800", "\"yesterday\"", "null" };

	given_reader(w);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct source source =
		    source_start(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4},\"at\":%s}", code, times[i]));
		struct config config = config_for(w, &source, NULL);

		config.rates.first_time = "/at";
		fetch_with(w, &config);
		source_stop(&source);
		look(w, code);
		then_problem(w, 404, "not-found");
	}
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4}}", code));
	given_sql(w, arena_format(w->arena,
			 "UPDATE wallet.rate SET as_of = now() - interval '9 days' WHERE currency = '%s'", code));
	look(w, code);
	then_field(w, "/stale", "true");
}

static void
a_jump_is_refused_until_the_rate_before_is_stale_or_an_operator_says_so(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);

	given_reader(w);
	given_operator(w, "mint", "rate.write");
	as(w, "ada");
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":4}}", code));
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":3.2}}", code));
	then_rate(w, code, "0.25");
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":40}}", code));
	then_rate(w, code, "0.25");
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":5}}", code));
	then_rate(w, code, "0.25");
	fetch(w, 200, arena_format(w->arena, "{\"rates\":{\"%s\":3.4}}", code));
	then_rate(w, code, "0.294117647058823529");
	as(w, "mint");
	call(w, POST, "/v1/rates", arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"2.5\"}", code));
	then_problem(w, 422, "invalid");
	then_error(w, "/usd");
	call(w, POST, "/v1/rates", arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"2.5\",\"jump\":true}", code));
	then_status(w, 201);
	then_rate(w, code, "2.5");
	then_field(w, "/source", "operator");
	then_field(w, "/set_by", id_of(w, "mint"));
}

/* ---- operators, and the shipped file ----------------------------------------------------------- */

static void
a_rate_holds_from_the_instant_that_the_operator_says(void **state)
{
	struct world *w = *state;
	const char *code = given_currency(w);
	const struct instant later = { env_now(&env_system).micros + 3 * SECOND };

	given_operator(w, "mint", "rate.write");
	as(w, "mint");
	call(w, POST, "/v1/rates", arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"0.01\"}", code));
	then_status(w, 201);
	call(w, POST, "/v1/rates",
	    arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"0.011\",\"holds_from\":\"%s\"}", code,
		instant_text(w->arena, later)));
	then_status(w, 201);
	then_rate(w, code, "0.01");
	call(w, GET, arena_format(w->arena, "/v1/rates/%s/history", code), NULL);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/usd", "0.011");
	while (env_now(&env_system).micros < later.micros + SECOND / 10)
		usleep(50000);
	then_rate(w, code, "0.011");
}

static void
an_operators_rate_must_make_sense(void **state)
{
	static const struct {
		const char *body, *pointer;
	} rows[] = {
		{ "{\"currency\":\"USD\",\"usd\":\"1\"}", "/currency" },
		{ "{\"currency\":\"NONE\",\"usd\":\"1\"}", "/currency" },
		{ "{\"currency\":\"PNT\",\"usd\":\"0\"}", "/usd" },
		{ "{\"currency\":\"PNT\",\"usd\":\"-1\"}", "/usd" },
		{ "{\"currency\":\"PNT\",\"usd\":\"1e2\"}", "/usd" },
		{ "{\"currency\":\"PNT\",\"usd\":\"0.0000000000000000001\"}", "/usd" },
		{ "{\"currency\":\"PNT\",\"usd\":1}", "/usd" },
		{ "{\"currency\":\"PNT\",\"usd\":\"1\",\"holds_from\":\"2020-01-01T00:00:00Z\"}", "/holds_from" },
	};
	struct world *w = *state;

	given_user(w, "ada");
	given_operator(w, "mint", "rate.write");
	as(w, "ada");
	call(w, POST, "/v1/rates", "{\"currency\":\"PNT\",\"usd\":\"1\"}");
	then_problem(w, 403, "forbidden");
	as(w, "mint");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call(w, POST, "/v1/rates", rows[i].body);
		then_problem(w, 422, "invalid");
		then_error(w, rows[i].pointer);
	}
}

static void
the_shipped_file_has_a_rate_for_nearly_every_currency(void **state)
{
	const struct source none = { .url = "", .pair = "127.0.0.1:1" };
	struct world *w = *state;
	const struct config config = config_for(w, &none, NULL);

	given_reader(w);
	fetch_with(w, &config);
	assert_string_equal(given_sql(w, "SELECT count(*) > 150 FROM wallet.rate_of("
					 "ARRAY(SELECT code FROM wallet.currency WHERE NOT custom))"),
	    "t");
	look(w, "EUR");
	then_status(w, 200);
	call(w, GET, "/v1/rates?limit=2", NULL);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/currency", "AED");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_fetched_rate_is_kept_with_its_source_and_time),
		api_test(a_source_may_count_per_unit_with_nominals_from_another_base),
		api_test(a_source_may_list_its_rates),
		api_test(what_the_first_source_lacks_or_has_wrong_the_second_is_asked_for),
		api_test(when_the_first_source_is_down_the_second_is_asked),
		api_test(nobody_is_asked_before_it_is_time),
		api_test(a_document_that_is_wrong_is_refused_as_a_whole),
		api_test(a_rate_that_is_wrong_is_refused_by_itself),
		api_test(without_its_rate_of_the_dollar_another_base_says_nothing),
		api_test(stale_rates_are_refused_when_they_are_fetched_and_when_they_are_used),
		api_test(a_jump_is_refused_until_the_rate_before_is_stale_or_an_operator_says_so),
		api_test(a_rate_holds_from_the_instant_that_the_operator_says),
		api_test(an_operators_rate_must_make_sense),
		api_test(the_shipped_file_has_a_rate_for_nearly_every_currency),
	};

	return run_world(tests);
}
