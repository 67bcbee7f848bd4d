/*
 * web_database_test.c -- changes against a real PostgreSQL: how often they flush, what twins get, and what a COMMIT
 * that was cut off comes to.  Skipped unless STOA_TEST_CONFIG names a running environment.
 */
#include "tests/core/web_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/db.h"
#include "core/limit/limit.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "core/web/dispatch.h"
#include "core/web/route.h"

#define TWINS 24

static struct {
	struct arena *arena;
	const struct config *config;
	PGconn *owner;
	struct db *db;
} world;

/* ---- who asks does not matter here */

static struct principal ada = { .session = { { 1 } } };

const struct problem *
limit_address(struct request *req, struct reply *out)
{
	(void)req;
	(void)out;
	return NULL;
}

const struct problem *
limit_principal(struct request *req, struct reply *out)
{
	return limit_address(req, out);
}

const struct problem *
principal_recognise(struct request *req)
{
	req->principal = &ada;
	return NULL;
}

const struct problem *
principal_load(struct request *req)
{
	(void)req;
	return NULL;
}

const struct problem *
principal_admit(struct request *req)
{
	(void)req;
	return NULL;
}

void
principal_check_later(struct request *req)
{
	(void)req;
}

/* ---- a wallet, and doors to it */

struct balance_row {
	int32_t balance;
};
static const struct sql_column balance_columns[] = { { "balance", SQL_INT, false,
    offsetof(struct balance_row, balance) } };
static unsigned numbers[3];
#define STATEMENT(name_, number_, text_) \
	{ \
		.name = name_, .text = text_, .rows = SQL_ONE, .columns = balance_columns, .column_count = 1, \
		.row_size = sizeof(struct balance_row), .number = &numbers[number_] \
	}
static const struct sql_statement read_balance = STATEMENT("web_test_read", 0, "SELECT balance FROM web_test.wallet");
static const struct sql_statement spend = STATEMENT(
    "web_test_spend", 1, "UPDATE web_test.wallet SET balance = balance - 1 WHERE balance >= 1 RETURNING balance");
static const struct sql_statement cut_off =
    STATEMENT("web_test_cut", 2, "INSERT INTO web_test.cut SELECT 1 RETURNING 0 AS balance");

struct balance {
	int32_t balance;
};
static const struct field balance[] = { INT(struct balance, balance), SHAPE_END };
static const struct shape balance_shape = { "balance", balance, sizeof(struct balance) };

static const struct problem *
balance_show(struct request *req, struct reply *out)
{
	const struct problem *p;
	void *row;

	if ((p = db_one(req, &read_balance, NULL, &row)) != NULL)
		return p;
	return reply_ok(out, row);
}

static const struct problem *
balance_spend(struct request *req, struct reply *out)
{
	const struct problem *p;
	void *row;

	if ((p = db_one(req, &spend, NULL, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_CONFLICT, "Not enough money.");
	return reply_created(out, NULL, row);
}

static const struct problem *
balance_spend_and_be_cut_off(struct request *req, struct reply *out)
{
	const struct problem *p;
	void *row;

	if ((p = db_one(req, &cut_off, NULL, &row)) != NULL)
		return p;
	return balance_spend(req, out);
}

#define SPENDS .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .reply = &balance_shape

static const struct route routes[] = {
	{ GET, "/v1/balance", .who = USER, .limit = LIMIT_READ, .reply = &balance_shape, .handler = balance_show,
	    .says = "Read the balance" },
	{ POST, "/v1/balance", SPENDS, .handler = balance_spend, .says = "Spend one" },
	{ POST, "/v1/cut", SPENDS, .handler = balance_spend_and_be_cut_off,
	    .says = "Spend one, and lose the connection" },
	{ 0 },
};
static const struct area area = { .name = "ops", .routes = routes };

/* ---- the world */

static const struct area_row area_rows[] = { { .name = "ops", .schemas = "", .says = "", .area = &area } };
static const struct pool_row pool_rows[] = { { .name = "ops",
    .area = "ops",
    .kind = LISTENER,
    .locations = "",
    .pm = "static",
    .max_children = 1,
    .says = "" } };
static const struct house house = { area_rows, 1, pool_rows, 1 };

static void
run_sql(const char *sql)
{
	assert_true(database_do(world.owner, sql, NULL, stderr));
}

static int
ask_number(const char *sql)
{
	PGresult *result = database_ask(world.owner, sql, NULL, stderr);
	int number;

	assert_non_null(result);
	number = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return number;
}

/* A backend that reaches COMMIT with a row of `cut` ends itself there, the first time. */
static const char *const setup[] = {
	"SELECT pg_advisory_lock(hashtextextended('web test', 0))",
	"DROP SCHEMA IF EXISTS web_test CASCADE",
	"CREATE SCHEMA web_test",
	"CREATE TABLE web_test.wallet (balance int NOT NULL)",
	"CREATE TABLE web_test.cut (n int)",
	"CREATE SEQUENCE web_test.cuts",
	"CREATE FUNCTION web_test.cut_off() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
	"IF nextval('web_test.cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); "
	"PERFORM pg_sleep(1); END IF; RETURN NULL; END $$",
	"CREATE CONSTRAINT TRIGGER cut_off AFTER INSERT ON web_test.cut DEFERRABLE INITIALLY DEFERRED "
	"FOR EACH ROW EXECUTE FUNCTION web_test.cut_off()",
	"GRANT USAGE ON SCHEMA web_test TO stoa_ops",
	"GRANT ALL ON ALL TABLES IN SCHEMA web_test TO stoa_ops",
};

static int
open_world(void **state)
{
	const struct area *areas[] = { &area, NULL };

	(void)state;
	log_open("/dev/null");
	world.arena = arena_new();
	world.config = config_read(world.arena, &house, getenv("STOA_TEST_CONFIG"), environ, stderr);
	if (world.config == NULL || !key_open(world.config))
		return -1;
	if ((world.owner = database_open(world.config, NULL, "stoa web test", stderr)) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(setup) / sizeof(setup[0]); i++)
		run_sql(setup[i]);
	dispatch_open(areas);
	world.db = db_new(world.config, "stoa_ops");
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	db_free(world.db);
	run_sql("DROP SCHEMA web_test CASCADE");
	PQfinish(world.owner);
	arena_free(world.arena);
	return 0;
}

static int
one_coin(void **state)
{
	(void)state;
	run_sql("TRUNCATE web_test.wallet, web_test.cut");
	run_sql("INSERT INTO web_test.wallet VALUES (1)");
	ada.party = uuid_new(&env_system); /* whose keys nobody has used */
	return 0;
}

static struct request *
asking(struct db *db, enum method method, const char *path, const char *key)
{
	struct request *req = request_new();

	req->config = world.config;
	req->db = db;
	req->began = env_monotonic(req->env);
	req->deadline = req->began + 10 * SECOND;
	req->method = method;
	req->path = req->target = path;
	if (key != NULL)
		request_has(req, "idempotency-key", key);
	return req;
}

/* The answer's status, its body, and in how many flushes it was made. */
static unsigned
answer_to(enum method method, const char *path, const char *key, char body[static 512], uint64_t *flushes_r)
{
	struct request *req = asking(world.db, method, path, key);
	uint64_t before = db_flushes(world.db);
	struct reply out;
	unsigned status;

	dispatch(req, &out);
	*flushes_r = db_flushes(world.db) - before;
	snprintf(body, 512, "%s", out.body.data);
	status = out.status;
	request_free(req);
	return status;
}

static void
a_read_flushes_once_and_a_change_twice(void **state)
{
	char body[512];
	uint64_t flushes;

	(void)state;
	assert_int_equal(answer_to(GET, "/v1/balance", NULL, body, &flushes), 200);
	assert_string_equal(body, "{\"balance\":1}");
	assert_int_equal(answer_to(GET, "/v1/balance", NULL, body, &flushes), 200);
	assert_int_equal(flushes, 1);
	assert_int_equal(answer_to(POST, "/v1/balance", "a", body, &flushes), 201);
	assert_int_equal(flushes, 2);
	assert_int_equal(answer_to(POST, "/v1/balance", "a", body, &flushes), 201);
	assert_string_equal(body, "{\"balance\":0}");
	assert_int_equal(flushes, 1);
	assert_int_equal(ask_number("SELECT balance FROM web_test.wallet"), 0);
}

/* While both run, a key that one of them has met is the other's as well; the migration moved its rows by the same. */
static void
the_version_before_finds_the_answer_too(void **state)
{
	char body[512], sql[256], party[UUID_TEXT_SIZE];
	uint64_t flushes;

	(void)state;
	assert_int_equal(answer_to(POST, "/v1/balance", "a", body, &flushes), 201);
	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM core.idempotency_look('%s', 'POST /v1/balance', '%s') WHERE status = 201",
	    uuid_print(ada.party, party), "ypeBEsobvcr6wjGzmiPcTQ" /* sixteen bytes of the SHA-256 of "a" */);
	assert_int_equal(ask_number(sql), 1);
}

static void
a_refusal_stays_when_the_money_comes(void **state)
{
	char first[512], again[512];
	uint64_t flushes;

	(void)state;
	run_sql("UPDATE web_test.wallet SET balance = 0");
	assert_int_equal(answer_to(POST, "/v1/balance", "a", first, &flushes), 409);
	run_sql("UPDATE web_test.wallet SET balance = 5");
	assert_int_equal(answer_to(POST, "/v1/balance", "a", again, &flushes), 409);
	assert_string_equal(first, again);
	assert_int_equal(answer_to(POST, "/v1/balance", "b", again, &flushes), 201);
	assert_int_equal(ask_number("SELECT balance FROM web_test.wallet"), 4);
}

struct twin {
	unsigned status;
	char body[512];
};

/* A process of its own, as workers are; all start together. */
static void
be_twin(struct twin *twin, const char *key, int start)
{
	struct request *req = asking(db_new(world.config, "stoa_ops"), POST, "/v1/balance", key);
	struct reply out;
	char byte;

	if (read(start, &byte, 1) < 0)
		_exit(1);
	dispatch(req, &out);
	twin->status = out.status;
	snprintf(twin->body, sizeof(twin->body), "%s", out.body.data);
	_exit(0);
}

static void
run_twins(struct twin *twins, const char *key_format)
{
	int start[2], status;
	char key[16];

	assert_int_equal(pipe(start), 0);
	for (int i = 0; i < TWINS; i++) {
		snprintf(key, sizeof(key), key_format[0] == '#' ? "k%d" : "k", i);
		if (fork() == 0) {
			close(start[1]);
			be_twin(&twins[i], key, start[0]);
		}
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < TWINS; i++)
		assert_true(wait(&status) > 0 && status == 0);
}

static struct twin *
shared_twins(void)
{
	return mmap(NULL, TWINS * sizeof(struct twin), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void
twins_get_one_effect_and_equal_answers(void **state)
{
	struct twin *twins = shared_twins();

	(void)state;
	run_twins(twins, "=");
	for (int i = 0; i < TWINS; i++) {
		assert_int_equal(twins[i].status, 201);
		assert_string_equal(twins[i].body, "{\"balance\":0}");
	}
	assert_int_equal(ask_number("SELECT balance FROM web_test.wallet"), 0);
}

static void
strangers_get_one_effect_and_refusals(void **state)
{
	struct twin *twins = shared_twins();
	int made = 0;

	(void)state;
	run_twins(twins, "#");
	for (int i = 0; i < TWINS; i++) {
		made += twins[i].status == 201;
		assert_true(twins[i].status == 201 || twins[i].status == 409);
	}
	assert_int_equal(made, 1);
}

static void
a_commit_that_was_cut_off_is_done_once(void **state)
{
	char body[512];
	uint64_t flushes;

	(void)state;
	run_sql("ALTER SEQUENCE web_test.cuts RESTART");
	assert_int_equal(answer_to(POST, "/v1/cut", "a", body, &flushes), 201);
	assert_int_equal(ask_number("SELECT balance FROM web_test.wallet"), 0);
	assert_int_equal(ask_number("SELECT count(*) FROM web_test.cut"), 1);
	assert_int_equal(ask_number("SELECT last_value FROM web_test.cuts"), 2);
}

static void
without_a_key_it_is_told_and_not_done_again(void **state)
{
	char body[512];
	uint64_t flushes;

	(void)state;
	run_sql("ALTER SEQUENCE web_test.cuts RESTART");
	assert_int_equal(answer_to(POST, "/v1/cut", NULL, body, &flushes), 503);
	assert_int_equal(ask_number("SELECT balance FROM web_test.wallet"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, one_coin)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_flushes_once_and_a_change_twice),
		TEST(the_version_before_finds_the_answer_too),
		TEST(a_refusal_stays_when_the_money_comes),
		TEST(twins_get_one_effect_and_equal_answers),
		TEST(strangers_get_one_effect_and_refusals),
		TEST(a_commit_that_was_cut_off_is_done_once),
		TEST(without_a_key_it_is_told_and_not_done_again),
	};

	if (getenv("STOA_TEST_CONFIG") == NULL) {
		fprintf(stderr, "skipped: STOA_TEST_CONFIG names no running environment\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, open_world, close_world);
}
