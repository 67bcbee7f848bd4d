/* usage_test.c -- what agents used: counted once, judged by when it occurred, summed exactly. */
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "tests/api/account_kit.h"

#define DAY 86400L

static void
given_stage(struct world *w)
{
	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
}

static const char *
use(struct world *w, const char *quantity, const char *occurred_at, const char *key)
{
	return text(w,
	    "{\"unit\":\"minutes\",\"quantity\":\"%s\",\"occurred_at\":\"%s\",\"source\":\"%s\",\"source_id\":\"%s\"}",
	    quantity, occurred_at, id_of(w, "acme"), key);
}

static void
tell(struct world *w, const char *quantity, const char *occurred_at, const char *key)
{
	call(w, POST, "/v1/agents/ada-agent/usage", use(w, quantity, occurred_at, key));
}

/* What is summed is what there is. */
static void
then_sums_are_true(struct world *w)
{
	assert_string_equal(
	    given_sql(
		w, text(w,
		       "SELECT count(*) FROM (SELECT u.agent, u.unit, account.day_of(u.occurred_at) AS day,"
		       " coalesce(sum(u.quantity) FILTER (WHERE u.charged), 0) AS c,"
		       " coalesce(sum(u.quantity) FILTER (WHERE NOT u.charged), 0) AS e,"
		       " count(*) FILTER (WHERE u.charged) AS cr, count(*) FILTER (WHERE NOT u.charged) AS er"
		       " FROM account.usage u JOIN account.agent a ON a.id = u.agent WHERE a.account = '%s' GROUP BY "
		       "1, 2, 3) s"
		       " FULL JOIN (SELECT * FROM account.usage_day WHERE account = '%s') d USING (agent, unit, day)"
		       " WHERE (s.c, s.e, s.cr, s.er) IS DISTINCT FROM"
		       " (d.charged_quantity, d.excluded_quantity, d.charged_records, d.excluded_records)",
		       id_of(w, "acme"), id_of(w, "acme"))),
	    "0");
}

static void
a_use_is_charged_and_counted_once(void **state)
{
	struct world *w = *state;
	const char *when = in_seconds(w, -60), *id;

	given_stage(w);
	tell(w, "12.500", when, "call-1");
	then_status(w, 200);
	then_field(w, "/charged", "true");
	then_field(w, "/duplicate", "false");
	then_field(w, "/quantity", "12.5");
	id = answer_field(&w->answer, "/id");
	tell(w, "99", when, "call-1");
	then_status(w, 200);
	then_field(w, "/duplicate", "true");
	then_field(w, "/id", id);
	then_field(w, "/quantity", "12.5");
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/charged", "12.5");
	then_field(w, "/data/0/excluded", "0");
	then_field(w, "/data/0/charged_records", "1");
	then_field(w, "/data/0/agent_id", id_of(w, "ada-agent"));
	then_field(w, "/data/0/unit", "minutes");
	then_sums_are_true(w);
}

static void
what_lies_inside_a_block_is_not_charged(void **state)
{
	struct world *w = *state;

	given_stage(w);
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"stolen\",\"since\":\"%s\"}", in_seconds(w, -3600)));
	then_status(w, 200);
	tell(w, "1", in_seconds(w, -1800), "inside");
	then_status(w, 200);
	then_field(w, "/charged", "false");
	tell(w, "2", in_seconds(w, -7200), "before");
	then_field(w, "/charged", "true");
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	/* Told after the block, but it occurred inside it. */
	tell(w, "4", in_seconds(w, -900), "told-late");
	then_field(w, "/charged", "false");
	tell(w, "8", in_seconds(w, 0), "after");
	then_field(w, "/charged", "true");
	then_sums_are_true(w);
	assert_string_equal(
	    given_sql(w, text(w,
			     "SELECT trim_scale(sum(charged_quantity)) || '/' || trim_scale(sum(excluded_quantity))"
			     " FROM account.usage_day WHERE account = '%s'",
			     id_of(w, "acme"))),
	    "10/5");
}

static void
the_ends_of_a_block_are_exact(void **state)
{
	struct world *w = *state;
	const char *since = in_seconds(w, -3600), *until;

	given_stage(w);
	call(w, POST, "/v1/agents/ada-agent/block", text(w, "{\"reason\":\"stolen\",\"since\":\"%s\"}", since));
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	until = given_sql(
	    w, text(w,
		   "SELECT to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM account.block"
		   " WHERE agent = '%s'",
		   id_of(w, "ada-agent")));
	tell(w, "1", since, "first");
	then_field(w, "/charged", "false");
	tell(w, "1", until, "end");
	then_field(w, "/charged", "true");
	tell(w, "1",
	    given_sql(w, text(w,
			     "SELECT to_char(timestamptz '%s' AT TIME ZONE 'UTC' - interval '1 microsecond',"
			     " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
			     until)),
	    "last");
	then_field(w, "/charged", "false");
	then_sums_are_true(w);
}

static void
back_dating_a_block_takes_back_what_was_counted(void **state)
{
	struct world *w = *state;

	given_stage(w);
	tell(w, "1.000000001", in_seconds(w, -3 * DAY), "old");
	tell(w, "0.5", in_seconds(w, -DAY), "yesterday");
	tell(w, "0.25", in_seconds(w, -60), "now");
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"stolen\",\"since\":\"%s\"}", in_seconds(w, -2 * DAY)));
	then_status(w, 200);
	then_told(w, "usage.excluded", "ada-agent", 1);
	assert_string_equal(
	    given_sql(
		w, text(w,
		       "SELECT data->>'records' FROM (SELECT type, subject, data FROM event.outbox UNION ALL"
		       " SELECT type, subject, data FROM event.log) e WHERE type = 'usage.excluded' AND subject = '%s'",
		       id_of(w, "ada-agent"))),
	    "2");
	assert_string_equal(
	    given_sql(
		w, text(w,
		       "SELECT count(*) FROM (SELECT subject, what FROM audit.inbox UNION ALL SELECT subject, what"
		       " FROM audit.entry) r WHERE subject = '%s' AND what LIKE '%%uses taken back: 2'",
		       id_of(w, "ada-agent"))),
	    "1");
	assert_string_equal(
	    given_sql(w, text(w,
			     "SELECT trim_scale(sum(charged_quantity)) || '/' || trim_scale(sum(excluded_quantity))"
			     " FROM account.usage_day WHERE account = '%s'",
			     id_of(w, "acme"))),
	    "1.000000001/0.75");
	then_sums_are_true(w);
	/* A repeat of what was taken back says so. */
	tell(w, "0.5", in_seconds(w, -DAY), "yesterday");
	then_field(w, "/charged", "false");
	then_field(w, "/duplicate", "true");
}

static void
too_old_and_too_early_are_refused(void **state)
{
	struct world *w = *state;

	given_stage(w);
	tell(w, "1", in_seconds(w, -32 * DAY + 60), "just");
	then_status(w, 200);
	tell(w, "1", in_seconds(w, -32 * DAY - 1), "old");
	then_problem(w, 422, "invalid");
	then_error(w, "/occurred_at");
	tell(w, "1", in_seconds(w, 60), "early");
	then_error(w, "/occurred_at");
	tell(w, "1", "0001-01-01T00:00:00Z", "ancient");
	then_error(w, "/occurred_at");
	tell(w, "1", "9999-12-31T23:59:59Z", "far");
	then_error(w, "/occurred_at");
	then_sums_are_true(w);
}

static void
a_key_counts_for_thirty_two_days_exactly(void **state)
{
	struct world *w = *state;

	given_stage(w);
	tell(w, "1", in_seconds(w, -60), "key");
	given_sql(
	    w, text(w,
		   "UPDATE account.usage_key SET seen_at = clock_timestamp() - interval '32 days' + interval '1 minute'"
		   " WHERE source = '%s'",
		   id_of(w, "acme")));
	tell(w, "1", in_seconds(w, -60), "key");
	then_field(w, "/duplicate", "true");
	given_sql(w,
	    text(w, "UPDATE account.usage_key SET seen_at = clock_timestamp() - interval '32 days' WHERE source = '%s'",
		id_of(w, "acme")));
	tell(w, "1", in_seconds(w, -60), "key");
	then_field(w, "/duplicate", "false");
	then_sums_are_true(w);
}

static void
quantities_are_plain_decimals(void **state)
{
	static const char *const bad[] = { "-1", "+1", "NaN", "Infinity", "1e3", "0", "0.000", "1.0000000001", "1,5",
		"", " 1", "007", ".5", "1.", "0x10", "1000000000000000", "99999999999999999999999999999999999999" };
	struct world *w = *state;

	given_stage(w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tell(w, bad[i], in_seconds(w, -60), "bad");
		then_problem(w, 422, "invalid");
		then_error(w, "/quantity");
	}
	call(w, POST, "/v1/agents/ada-agent/usage",
	    text(w,
		"{\"unit\":\"minutes\",\"quantity\":1.5,\"occurred_at\":\"%s\",\"source\":\"a\",\"source_id\":\"b\"}",
		in_seconds(w, -60)));
	then_error(w, "/quantity");
	tell(w, "999999999999999.999999999", in_seconds(w, -60), "most");
	then_field(w, "/quantity", "999999999999999.999999999");
	call(w, POST, "/v1/agents/ada-agent/usage",
	    text(w,
		"{\"unit\":\"Min "
		"utes\",\"quantity\":\"1\",\"occurred_at\":\"%s\",\"source\":\"a\",\"source_id\":\"b\"}",
		in_seconds(w, -60)));
	then_error(w, "/unit");
	call(w, POST, "/v1/agents/01890000-0000-7000-8000-00000000dead/usage", use(w, "1", in_seconds(w, -60), "who"));
	then_problem(w, 404, "not-found");
}

static void
twins_are_counted_once(void **state)
{
	struct world *w = *state;
	struct post posts[30];

	given_stage(w);
	for (int i = 0; i < 30; i++)
		posts[i] = (struct post){ text(w, "/v1/agents/%s/usage", id_of(w, "ada-agent")),
			use(w, "1", in_seconds(w, -60), text(w, "twin-%d", i % 3)), 0 };
	call_at_once(w, posts, 30);
	for (int i = 0; i < 30; i++)
		assert_int_equal(posts[i].status, 200);
	assert_string_equal(
	    given_sql(
		w, text(w, "SELECT trim_scale(sum(charged_quantity))::text FROM account.usage_day WHERE account = '%s'",
		       id_of(w, "acme"))),
	    "3");
	then_sums_are_true(w);
}

static void
add_item(struct world *w, struct buffer *out, const char *agent, const char *quantity, const char *at, const char *key)
{
	buffer_text(out, out->data[out->length - 1] == '[' ? "" : ",");
	buffer_text(out, text(w,
			     "{\"agent_id\":\"%s\",\"unit\":\"minutes\",\"quantity\":\"%s\",\"occurred_at\":\"%s\","
			     "\"source\":\"%s\",\"source_id\":\"%s\"}",
			     agent, quantity, at, id_of(w, "acme"), key));
}

static void
each_of_many_has_a_result_of_its_own(void **state)
{
	struct world *w = *state;
	const char *ada, *now = in_seconds(w, -60);
	struct buffer body;

	given_stage(w);
	ada = id_of(w, "ada-agent");
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"stolen\",\"since\":\"%s\"}", in_seconds(w, -2 * DAY)));
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	buffer_init(&body, w->arena);
	buffer_text(&body, "{\"items\":[");
	add_item(w, &body, ada, "1", in_seconds(w, -3 * DAY), "a");
	add_item(w, &body, ada, "2", in_seconds(w, -DAY), "b");
	add_item(w, &body, ada, "NaN", now, "c");
	add_item(w, &body, "01890000-0000-7000-8000-00000000dead", "1", now, "d");
	add_item(w, &body, ada, "1", in_seconds(w, -40 * DAY), "e");
	add_item(w, &body, ada, "1", in_seconds(w, 60), "f");
	add_item(w, &body, ada, "64", in_seconds(w, -3 * DAY), "a");
	buffer_text(&body, "]}");
	call(w, POST, "/v1/usage", body.data);
	then_status(w, 200);
	then_count(w, "/results", 7);
	then_field(w, "/results/0/outcome", "charged");
	then_field(w, "/results/0/charged", "true");
	then_field(w, "/results/1/outcome", "excluded");
	then_field(w, "/results/1/charged", "false");
	then_field(w, "/results/2/outcome", "refused");
	then_field(w, "/results/2/index", "2");
	then_field(w, "/results/3/detail", "no such agent");
	then_field(w, "/results/4/detail", "must be within the last 32 days");
	then_field(w, "/results/5/detail", "must not lie in the future");
	then_field(w, "/results/6/duplicate", "true");
	then_field(w, "/results/6/id", answer_field(&w->answer, "/results/0/id"));
	then_sums_are_true(w);
}

static const char *
a_thousand(struct world *w, int count)
{
	const char *ada = id_of(w, "ada-agent"), *now = in_seconds(w, -60);
	struct buffer body;

	buffer_init(&body, w->arena);
	buffer_text(&body, "{\"items\":[");
	for (int i = 0; i < count; i++)
		add_item(w, &body, ada, "0.001", now, text(w, "bulk-%d", i));
	buffer_text(&body, "]}");
	return body.data;
}

static void
a_thousand_come_in_one_call(void **state)
{
	struct world *w = *state;

	given_stage(w);
	call(w, POST, "/v1/usage", a_thousand(w, 1000));
	then_status(w, 200);
	then_within(w, 2.0);
	then_count(w, "/results", 1000);
	call(w, POST, "/v1/usage", a_thousand(w, 1000));
	then_field(w, "/results/999/duplicate", "true");
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_field(w, "/data/0/charged", "1");
	then_field(w, "/data/0/charged_records", "1000");
	call(w, POST, "/v1/usage", a_thousand(w, 1001));
	then_problem(w, 422, "invalid");
	call(w, POST, "/v1/usage", "{\"items\":[]}");
	then_error(w, "/items");
	then_sums_are_true(w);
}

static void
sums_come_by_day_in_pages(void **state)
{
	struct world *w = *state;

	given_stage(w);
	for (long i = 1; i <= 4; i++)
		tell(w, "1", in_seconds(w, -i * DAY), text(w, "day-%ld", i));
	call(w, GET, "/v1/accounts/acme/usage?limit=3", NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/day", arena_copy(w->arena, in_seconds(w, -4 * DAY), 10));
	call(w, GET, text(w, "/v1/accounts/acme/usage?limit=3&cursor=%s", answer_field(&w->answer, "/next_cursor")),
	    NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/day", arena_copy(w->arena, in_seconds(w, -DAY), 10));
	call(w, GET,
	    text(w, "/v1/accounts/acme/usage?from=%s&to=%s", arena_copy(w->arena, in_seconds(w, -3 * DAY), 10),
		arena_copy(w->arena, in_seconds(w, -2 * DAY), 10)),
	    NULL);
	then_count(w, "/data", 2);
	call(w, GET, "/v1/accounts/acme/usage?from=2026-02-30", NULL);
	then_error(w, "?from");
	call(w, GET, "/v1/accounts/acme/usage?from=0000-01-01", NULL);
	then_error(w, "?from");
}

static void
blocks_and_uses_at_the_same_moment_agree(void **state)
{
	struct world *w = *state;
	struct post posts[41];

	given_stage(w);
	for (int i = 0; i < 41; i++)
		posts[i] = i == 20 ? (struct post){ text(w, "/v1/agents/%s/block", id_of(w, "ada-agent")),
			text(w, "{\"reason\":\"x\",\"since\":\"%s\"}", in_seconds(w, -3600)), 0 }
				   : (struct post){ text(w, "/v1/agents/%s/usage", id_of(w, "ada-agent")),
					     use(w, "1", in_seconds(w, -60), text(w, "race-%d", i)), 0 };
	call_at_once(w, posts, 41);
	for (int i = 0; i < 41; i++)
		assert_int_equal(posts[i].status, 200);
	assert_string_equal(
	    given_sql(w, text(w,
			     "SELECT trim_scale(sum(charged_quantity)) || '/' || trim_scale(sum(excluded_quantity))"
			     " FROM account.usage_day WHERE account = '%s'",
			     id_of(w, "acme"))),
	    "0/40");
	then_sums_are_true(w);
}

static void
only_who_may_tells(void **state)
{
	struct world *w = *state;

	given_stage(w);
	as(w, "ada");
	tell(w, "1", in_seconds(w, -60), "mine");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/usage", a_thousand(w, 1));
	then_problem(w, 403, "forbidden");
}

static const struct CMUnitTest usage_tests[] = {
	auth_test(a_use_is_charged_and_counted_once),
	auth_test(what_lies_inside_a_block_is_not_charged),
	auth_test(the_ends_of_a_block_are_exact),
	auth_test(back_dating_a_block_takes_back_what_was_counted),
	auth_test(too_old_and_too_early_are_refused),
	auth_test(a_key_counts_for_thirty_two_days_exactly),
	auth_test(quantities_are_plain_decimals),
	auth_test(twins_are_counted_once),
	auth_test(each_of_many_has_a_result_of_its_own),
	auth_test(a_thousand_come_in_one_call),
	auth_test(sums_come_by_day_in_pages),
	auth_test(blocks_and_uses_at_the_same_moment_agree),
	auth_test(only_who_may_tells),
};

int
main(void)
{
	return run_world(usage_tests);
}
