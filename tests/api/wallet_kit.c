/* wallet_kit.c -- made through the API itself, by a cashier who may. */
#include "tests/api/wallet_kit.h"

#include "core/base/arena.h"
#include "core/base/env.h"

struct coins coins;

static const char *const nothing_more[] = { NULL }, *const wait[] = { WAIT, NULL };

const char *
fresh(struct world *w, const char *what)
{
	return arena_format(w->arena, "%s-%s", what, uuid_text(w->arena, uuid_new(&env_system)));
}

const char *
fresh_code(struct world *w)
{
	char code[11] = "C";

	for (size_t i = 1; i < sizeof(code) - 1; i++)
		code[i] = (char)('A' + (char)env_random_below(&env_system, 26));
	return arena_text(w->arena, code);
}

void
kit_given_cashier(struct world *w, struct place place)
{
	kit_given_user(w, "cashier", place);
	kit_sql(w,
	    "SELECT \"authorization\".role_permit('test-cashier', ARRAY['currency.write', 'rate.write', 'wallet.read',"
	    " 'wallet.deposit', 'wallet.withdraw', 'wallet.freeze', 'wallet.floor'])",
	    place);
	kit_given_role(w, "cashier", "test-cashier", place);
}

void
kit_given_purse(struct world *w, const char *owner, const char *name, const char *currency, struct place place)
{
	kit_as(w, owner, place);
	kit_call(
	    w, POST, "/v1/wallets", arena_format(w->arena, "{\"currency\":\"%s\"}", currency), nothing_more, place);
	kit_then_status(w, 201, place);
	kit_name(w, name, place);
}

void
kit_report(struct world *w, const char *what, const char *wallet, const char *amount, const char *currency,
    const char *reference, struct place place)
{
	kit_as(w, "cashier", place);
	kit_call(w, POST, arena_format(w->arena, "/v1/%s", what),
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"%s\",\"currency\":\"%s\",\"reference\":\"%s\"}",
		kit_id(w, wallet, place), amount, currency, reference),
	    wait, place);
}

void
kit_given_money(struct world *w, const char *wallet, const char *amount, const char *currency, struct place place)
{
	kit_report(w, "deposits", wallet, amount, currency, fresh(w, "money"), place);
	kit_then_status(w, 200, place);
	kit_then_field(w, "/status", "succeeded", place);
}

void
kit_then_posted(struct world *w, const char *owner, const char *wallet, const char *amount, struct place place)
{
	kit_as(w, owner, place);
	kit_call(w, GET, arena_format(w->arena, "/v1/wallets/%s", wallet), NULL, nothing_more, place);
	kit_then_status(w, 200, place);
	kit_then_field(w, "/balance/posted", amount, place);
}

void
kit_given_rate(struct world *w, const char *code, const char *usd, struct place place)
{
	kit_as(w, "cashier", place);
	kit_call(w, POST, "/v1/rates",
	    arena_format(w->arena, "{\"currency\":\"%s\",\"usd\":\"%s\",\"jump\":true}", code, usd), nothing_more,
	    place);
	kit_then_status(w, 201, place);
}

static const char *
given_coin(struct world *w, int exponent, const char *usd, struct place place)
{
	const char *code = fresh_code(w);

	kit_as(w, "cashier", place);
	kit_call(w, POST, "/v1/currencies",
	    arena_format(w->arena, "{\"code\":\"%s\",\"name\":\"Coin\",\"exponent\":%d}", code, exponent), nothing_more,
	    place);
	kit_then_status(w, 201, place);
	kit_given_rate(w, code, usd, place);
	return code;
}

void
kit_given_coins(struct world *w, struct place place)
{
	kit_given_cashier(w, place);
	kit_given_user(w, "ada", place);
	coins.gold = given_coin(w, 2, "2.5", place);
	coins.silver = given_coin(w, 0, "0.03", place);
	kit_given_purse(w, "ada", "gold", coins.gold, place);
	kit_given_purse(w, "ada", "silver", coins.silver, place);
	kit_given_money(w, "gold", "100.00", coins.gold, place);
	kit_as(w, "ada", place);
}
