/* wall_things.c -- one thing of each kind, made by the routes themselves where they can, and by published functions. */
#include "tests/api/wall_things.h"

#include "core/base/arena.h"
#include "core/base/env.h"

static const char *
fresh(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

void
make_session(struct world *w, const char **values)
{
	given_session(w, "ada", "thing");
	values[0] = id_of(w, "thing");
}

void
make_party(struct world *w, const char **values)
{
	given_user(w, "thing");
	values[0] = id_of(w, "thing");
}

void
make_user(struct world *w, const char **values)
{
	values[0] = given_sql(w,
	    arena_format(w->arena,
		"SELECT party FROM auth.user_invite('%s@example.com', 'Thing', sha256('%s'), now() + interval '1 day')",
		fresh(w), fresh(w)));
}

void
make_api_key(struct world *w, const char **values)
{
	as(w, "ada");
	call(w, POST, "/v1/api-keys", "{\"name\":\"Thing\"}");
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_service(struct world *w, const char **values)
{
	as(w, "root");
	call(w, POST, "/v1/services", arena_format(w->arena, "{\"name\":\"wall-%s\"}", fresh(w)));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_service_key(struct world *w, const char **values)
{
	make_service(w, values);
	call(w, POST, arena_format(w->arena, "/v1/services/%s/api-keys", values[0]), "{\"name\":\"Thing\"}");
	then_status(w, 201);
	values[1] = answer_field(&w->answer, "/id");
}

static const char *
make_named_role(struct world *w)
{
	const char *name = arena_format(w->arena, "wall-%s", fresh(w));

	as(w, "root");
	call(w, POST, "/v1/roles", arena_format(w->arena, "{\"name\":\"%s\",\"permissions\":[\"ops.read\"]}", name));
	then_status(w, 201);
	return name;
}

void
make_role(struct world *w, const char **values)
{
	make_named_role(w);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_assignment(struct world *w, const char **values)
{
	const char *role = make_named_role(w);

	call(w, POST, "/v1/role-assignments",
	    arena_format(w->arena, "{\"party\":\"%s\",\"role\":\"%s\"}", id_of(w, "ada"), role));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

/* Another ada each time: some routes end what she is. */
void
make_client(struct world *w, const char **values)
{
	given_user(w, "ada");
	given_sql(w, arena_format(w->arena, "SELECT client.join('%s', 'EU', 'tv')", id_of(w, "ada")));
	values[0] = id_of(w, "ada");
}

void
make_subscription(struct world *w, const char **values)
{
	make_client(w, values);
	as(w, "ada");
	call(w, GET, "/v1/subscriptions", NULL);
	then_count(w, "/data", 1);
	values[0] = answer_field(&w->answer, "/data/0/id");
}

void
make_rule(struct world *w, const char **values)
{
	as(w, "root");
	call(w, POST, "/v1/plans/rules", arena_format(w->arena, "{\"plan\":\"basic\",\"region\":\"%s\"}", fresh(w)));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_plan(struct world *w, const char **values)
{
	(void)w;
	values[0] = "basic";
}

void
make_price(struct world *w, const char **values)
{
	as(w, "root");
	call(w, POST, "/v1/plans/prices",
	    arena_format(w->arena,
		"{\"plan\":\"basic\",\"months\":1,\"region\":\"%s\",\"amount\":\"9.00\",\"currency\":\"USD\"}",
		fresh(w)));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_wallet(struct world *w, const char **values)
{
	as(w, "ada");
	call(w, POST, "/v1/wallets", "{\"currency\":\"USD\"}");
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_wallet_change(struct world *w, const char **values)
{
	make_wallet(w, values);
	call(w, POST, arena_format(w->arena, "/v1/wallets/%s/close", values[0]), NULL);
	then_status(w, 202);
	values[1] = answer_field(&w->answer, "/id");
}

static void
make_movement(struct world *w, const char *what, const char **values)
{
	make_wallet(w, values);
	as(w, "root");
	call(w, POST, what,
	    arena_format(w->arena,
		"{\"wallet\":\"%s\",\"amount\":\"1.00\",\"currency\":\"USD\",\"reference\":\"wall-%s\"}", values[0],
		fresh(w)));
	then_status(w, 202);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_deposit(struct world *w, const char **values)
{
	make_movement(w, "/v1/deposits", values);
}

void
make_withdrawal(struct world *w, const char **values)
{
	make_movement(w, "/v1/withdrawals", values);
}

/* From ada to herself, so that no other party may see it for its own sake. */
void
make_payment(struct world *w, const char **values)
{
	const char *from, *to;

	make_wallet(w, &from);
	make_wallet(w, &to);
	call(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"1.00\",\"currency\":\"USD\"}", from, to));
	then_status(w, 202);
	values[0] = answer_field(&w->answer, "/id");
}

/* ada acts for it. */
void
make_company(struct world *w, const char **values)
{
	as(w, "root");
	call(w, POST, "/v1/accounts", "{\"name\":\"Thing\"}");
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
	given_sql(w, arena_format(w->arena, "SELECT party.member_add(ARRAY['%s'::uuid], '%s', 'agent')",
			 id_of(w, "ada"), values[0]));
}

void
make_agent(struct world *w, const char **values)
{
	make_company(w, values);
	call(w, POST, arena_format(w->arena, "/v1/accounts/%s/agents", values[0]),
	    arena_format(w->arena, "{\"email\":\"%s@example.com\",\"name\":\"Thing\"}", fresh(w)));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

/* A currency that nobody else uses; its code. */
static const char *
make_currency(struct world *w)
{
	char code[11] = "W";

	for (size_t i = 1; i < sizeof(code) - 1; i++)
		code[i] = (char)('A' + (char)env_random_below(&env_system, 26));
	as(w, "root");
	call(w, POST, "/v1/currencies",
	    arena_format(w->arena, "{\"code\":\"%s\",\"name\":\"Coin\",\"exponent\":2}", code));
	then_status(w, 201);
	call(w, POST, "/v1/rates", arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"2.5\",\"jump\":true}", code));
	then_status(w, 201);
	return arena_text(w->arena, code);
}

void
make_rate(struct world *w, const char **values)
{
	values[0] = make_currency(w);
}

static const char *
make_wallet_of(struct world *w, const char *currency)
{
	as(w, "ada");
	call(w, POST, "/v1/wallets", arena_format(w->arena, "{\"currency\":\"%s\"}", currency));
	then_status(w, 201);
	return answer_field(&w->answer, "/id");
}

void
make_quote(struct world *w, const char **values)
{
	const char *from = make_currency(w), *to = make_currency(w);

	as(w, "ada");
	call(w, POST, "/v1/quotes",
	    arena_format(
		w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"from_amount\":\"1.00\"}", from, to));
	then_status(w, 201);
	values[0] = answer_field(&w->answer, "/id");
}

void
make_conversion(struct world *w, const char **values)
{
	const char *currency = make_currency(w), *from = make_wallet_of(w, currency);
	const char *to = make_wallet_of(w, make_currency(w));

	call(w, POST, "/v1/conversions",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"from_amount\":\"1.00\",\"currency\":\"%s\"}", from, to,
		currency));
	then_status(w, 202);
	values[0] = answer_field(&w->answer, "/id");
}
