/* decide_test.c -- the poster's rules against an oracle, over many plays of chance; and the cases that a reader looks
 * for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/core/decide_oracle.h"

static struct uuid
id_number(unsigned kind, size_t number)
{
	struct uuid id = { { 0 } };

	id.bytes[0] = (uint8_t)kind;
	id.bytes[14] = (uint8_t)(number >> 8);
	id.bytes[15] = (uint8_t)number;
	return id;
}

#define ACCOUNT(number) id_number(1, number)
#define ITEM(number)    id_number(2, number)

/* ---- chance */

static uint64_t chance;

static size_t
below(size_t bound)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (size_t)(chance % bound);
}

static minor_units
some_amount(void)
{
	size_t which = below(40);

	if (which == 0)
		return BALANCE_MAX;
	if (which == 1)
		return BALANCE_MAX / 2;
	return (minor_units)(1 + below(30));
}

/* Money comes in often enough that not everything is refused. */
static struct step
some_step(size_t number, const struct step *steps)
{
	static const enum item_kind kinds[] = { KIND_DEPOSIT, KIND_DEPOSIT, KIND_PAYMENT, KIND_PAYMENT, KIND_PAYMENT,
		KIND_WITHDRAWAL, KIND_CONVERSION, KIND_HOLD, KIND_HOLD, KIND_CAPTURE, KIND_VOID, KIND_EXPIRY,
		KIND_REFUND, KIND_REFUND, KIND_FREEZE, KIND_UNFREEZE, KIND_UNFREEZE, KIND_FLOOR, KIND_CLOSE };
	struct step step = { .kind = kinds[below(sizeof(kinds) / sizeof(kinds[0]))] };

	step.from = step.kind == KIND_DEPOSIT ? WORLD : below(ACCOUNTS + (below(30) == 0));
	step.to = step.kind == KIND_WITHDRAWAL ? WORLD : below(ACCOUNTS);
	step.amount = some_amount();
	step.of = number > 0 ? below(number) : 0;
	step.legs = step.kind == KIND_CONVERSION ? below(3) : step.kind == KIND_PAYMENT ? below(4) == 0 : 0;
	if (step.kind == KIND_FLOOR)
		step.amount = (minor_units)below(60) - 45;
	if (step.kind == KIND_CLOSE && below(3) != 0)
		step.kind = KIND_PAYMENT;
	/* A refund of something that was a payment, most of the time. */
	for (size_t tries = 0; step.kind == KIND_REFUND && tries < 20 && steps[step.of].kind != KIND_PAYMENT; tries++)
		step.of = number > 0 ? below(number) : 0;
	if (step.kind == KIND_REFUND && number > 0) {
		step.legs = below(3) == 0;
		step.from = last_account(&steps[step.of]);
		step.to = (steps[step.of].from + ACCOUNTS - step.legs) % ACCOUNTS;
	}
	for (size_t tries = 0; (step.kind == KIND_CAPTURE || step.kind == KIND_VOID || step.kind == KIND_EXPIRY) &&
			       tries < 20 && number > 0 && steps[step.of].kind != KIND_HOLD;
	     tries++)
		step.of = below(number);
	return step;
}

/* ---- both side by side */

struct play {
	struct arena *arena;
	struct oracle oracle;
	struct step steps[STEPS];
	enum reason reasons[STEPS];
	struct book_account accounts[ACCOUNTS];
	struct book_hold holds[STEPS];
	size_t hold_count;
	struct book_paid paid[STEPS];
	size_t paid_count;
	size_t posted;
	size_t accepted[KIND__COUNT], refused[REASON__COUNT], refunds_of_legs;
};

static void
play_begin(struct play *play)
{
	struct arena *arena = play->arena;

	memset(&play->oracle, 0, sizeof(play->oracle));
	play->arena = arena;
	play->hold_count = play->paid_count = play->posted = 0;
	for (size_t i = 0; i < ACCOUNTS; i++) {
		play->oracle.states[i] = ACCOUNT_OPEN;
		play->oracle.limited[i] = i != WORLD;
		play->accounts[i] = (struct book_account){ .id = ACCOUNT(i),
			.currency = i == 4 ? "EUR" : "USD",
			.state = ACCOUNT_OPEN,
			.limited = i != WORLD };
	}
}

static struct item
item_of(struct play *play, size_t number)
{
	const struct step *step = &play->steps[number];
	struct leg *more = ARENA_ARRAY(play->arena, step->legs, struct leg);
	size_t from = step->to;

	for (size_t i = 0; i < step->legs; i++, from = next_account(from))
		more[i] = (struct leg){ KIND_CONVERSION, ACCOUNT(from), ACCOUNT(next_account(from)), step->amount };
	return (struct item){ .id = ITEM(number),
		.kind = step->kind,
		.first = { step->kind, ACCOUNT(step->from), ACCOUNT(step->to), step->amount },
		.of = ITEM(step->of),
		.more = more,
		.more_count = step->legs };
}

static struct book *
open_book(struct play *play, size_t count)
{
	struct book *book = book_new(play->arena, ACCOUNTS, play->hold_count + count, play->paid_count + 1);

	for (size_t i = 0; i < ACCOUNTS; i++)
		book_add_account(book, play->accounts[i]);
	for (size_t i = 0; i < play->hold_count; i++)
		book_add_hold(book, play->holds[i]);
	for (size_t i = 0; i < play->paid_count; i++)
		book_add_paid(book, play->paid[i]);
	return book;
}

/* What the poster would write and read again; payments of this batch can be refunded from the next on. */
static void
close_book(struct play *play, const struct book *book, const struct decisions *decisions, size_t first, size_t count)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		play->accounts[i] = book->accounts[i];
		play->accounts[i].changed = false;
	}
	play->hold_count = book->hold_count;
	memcpy(play->holds, book->holds, book->hold_count * sizeof(*book->holds));
	for (size_t i = 0; i < play->hold_count; i++)
		play->holds[i].fresh = play->holds[i].changed = false;
	for (size_t i = 0; i < play->paid_count; i++)
		play->paid[i] = book->paid[i];
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &play->steps[first + i];

		if (step->kind == KIND_PAYMENT && decisions->items[i].reason == REASON_NONE)
			play->paid[play->paid_count++] = (struct book_paid){ .id = ITEM(first + i),
				.debit = ACCOUNT(step->from),
				.credit = ACCOUNT(last_account(step)),
				.amount = step->amount };
	}
}

static void
balances_agree(const struct play *play)
{
	minor_units dollars = 0;

	for (size_t i = 0; i < ACCOUNTS; i++) {
		const struct book_account *account = &play->accounts[i];

		assert_true(account->posted == oracle_posted(&play->oracle, i));
		assert_true(account->held == oracle_promised(&play->oracle, i, false));
		assert_true(account->incoming == oracle_promised(&play->oracle, i, true));
		assert_int_equal(account->state, play->oracle.states[i]);
		assert_true(!account->limited || account->posted - account->held >= account->floor);
		dollars += i == 4 ? 0 : account->posted;
	}
	assert_true(dollars == 0);
}

/* Each transfer names what both sides have after it: that is what the oracle has when it has come so far. */
static void
transfers_agree(struct play *play, const struct decisions *decisions, size_t first)
{
	size_t known = play->oracle.movement_count;

	assert_int_equal(play->posted + decisions->transfer_count, known);
	for (size_t i = 0; i < decisions->transfer_count; i++) {
		const struct transfer *transfer = &decisions->transfers[i];
		const struct movement *movement = &play->oracle.movements[play->posted + i];

		assert_true(uuid_equal(transfer->leg.debit, ACCOUNT(movement->from)));
		assert_true(uuid_equal(transfer->leg.credit, ACCOUNT(movement->to)));
		assert_true(transfer->leg.amount == movement->amount);
		assert_int_equal(first + transfer->item, movement->item);
		play->oracle.movement_count = play->posted + i + 1;
		assert_true(transfer->debit_after == oracle_posted(&play->oracle, movement->from));
		assert_true(transfer->credit_after == oracle_posted(&play->oracle, movement->to));
	}
	play->oracle.movement_count = known;
	play->posted = known;
}

static void
play_batch(struct play *play, size_t first, size_t count)
{
	struct book *book = open_book(play, count);
	struct item *items = ARENA_ARRAY(play->arena, count, struct item);
	struct decisions decisions;

	for (size_t i = 0; i < count; i++)
		items[i] = item_of(play, first + i);
	decisions = decide(play->arena, book, items, count);
	for (size_t i = 0; i < count; i++) {
		enum reason wanted = oracle_decides(&play->oracle, &play->steps[first + i], first + i);

		if (decisions.items[i].reason != wanted)
			fail_msg("item %zu (%s): %s, and should be %s", first + i, kind_rows[items[i].kind].name,
			    reason_name(decisions.items[i].reason), reason_name(wanted));
		if (wanted == REASON_NONE)
			play->accepted[items[i].kind]++;
		if (wanted == REASON_NONE && items[i].kind == KIND_REFUND && items[i].more_count > 0)
			play->refunds_of_legs++;
		play->refused[wanted]++;
	}
	close_book(play, book, &decisions, first, count);
	transfers_agree(play, &decisions, first);
	balances_agree(play);
}

/* A refund or a payment's own batch must lie before it: the poster reads what is paid before it decides. */
static size_t
batch_length(const struct play *play, size_t first)
{
	size_t length = 1 + below(12);

	for (size_t i = 1; i < length && first + i < STEPS; i++)
		if (play->steps[first + i].kind == KIND_REFUND && play->steps[first + i].of >= first)
			return i;
	return first + length > STEPS ? STEPS - first : length;
}

static void
every_decision_is_the_oracles(void **state)
{
	static struct play play;
	unsigned plays = getenv("STOA_TEST_LONG") != NULL ? 1000000 : 20000;

	(void)state;
	for (unsigned seed = 1; seed <= plays; seed++) {
		chance = seed * UINT64_C(0x9E3779B97F4A7C15);
		play.arena = arena_new();
		play_begin(&play);
		for (size_t i = 0; i < STEPS; i++)
			play.steps[i] = some_step(i, play.steps);
		for (size_t first = 0, count; first < STEPS; first += count) {
			count = batch_length(&play, first);
			play_batch(&play, first, count);
		}
		arena_free(play.arena);
	}
	/* What never happened was not tested. */
	for (unsigned kind = KIND_UNSET + 1; kind < KIND__COUNT; kind++)
		if (kind != KIND_SPREAD)
			assert_true(play.accepted[kind] > 0);
	assert_true(play.refunds_of_legs > 0);
	for (unsigned reason = REASON_NONE; reason < REASON__COUNT; reason++)
		if (reason != REASON_USED && play.refused[reason] == 0)
			fail_msg("nothing was refused for %s", reason_name(reason));
}

/* ---- the cases that a reader looks for */

static struct book_account
wallet(size_t number, minor_units posted)
{
	return (struct book_account){
		.id = ACCOUNT(number), .currency = "USD", .state = ACCOUNT_OPEN, .posted = posted, .limited = true
	};
}

static void
a_shortage_refuses_exactly_what_does_not_fit(void **state)
{
	struct arena *arena = arena_new();
	struct book *book = book_new(arena, 2, 4, 1);
	struct item items[4];
	static const minor_units amounts[] = { 60, 50, 40, 1 };
	struct decisions decisions;

	(void)state;
	book_add_account(book, wallet(0, 100));
	book_add_account(book, wallet(1, 0));
	for (size_t i = 0; i < 4; i++)
		items[i] = (struct item){ .id = ITEM(i),
			.kind = KIND_PAYMENT,
			.first = { KIND_PAYMENT, ACCOUNT(0), ACCOUNT(1), amounts[i] } };
	decisions = decide(arena, book, items, 4);
	assert_int_equal(decisions.items[0].reason, REASON_NONE);
	assert_int_equal(decisions.items[1].reason, REASON_INSUFFICIENT_FUNDS);
	assert_int_equal(decisions.items[2].reason, REASON_NONE);
	assert_int_equal(decisions.items[3].reason, REASON_INSUFFICIENT_FUNDS);
	assert_int_equal(decisions.transfer_count, 2);
	assert_true(book_account(book, ACCOUNT(0))->posted == 0);
	arena_free(arena);
}

static void
of_linked_legs_all_are_posted_or_none(void **state)
{
	struct arena *arena = arena_new();
	struct book *book = book_new(arena, 3, 1, 1);
	const struct leg more = { KIND_SPREAD, ACCOUNT(2), ACCOUNT(1), 1 };
	const struct item item = { .id = ITEM(1),
		.kind = KIND_CONVERSION,
		.first = { KIND_CONVERSION, ACCOUNT(0), ACCOUNT(1), 10 },
		.more = &more,
		.more_count = 1 };
	struct decisions decisions;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		book_add_account(book, wallet(i, i == 0 ? 10 : 0));
	decisions = decide(arena, book, &item, 1);
	assert_int_equal(decisions.items[0].reason, REASON_INSUFFICIENT_FUNDS);
	assert_int_equal(decisions.transfer_count, 0);
	assert_true(book_account(book, ACCOUNT(0))->posted == 10);
	assert_true(book_account(book, ACCOUNT(1))->posted == 0);
	arena_free(arena);
}

/* Wallets 0 and 1, and the house between them in another currency: 0 paid 1 through the house, and 1 gives back. */
static void
a_refund_through_the_house_is_counted_in_what_was_received(void **state)
{
	static const struct {
		minor_units given, back;
		size_t to;
		enum reason reason;
	} rows[] = {
		{ 60, 6, 0, REASON_NONE },
		{ 41, 4, 0, REASON_TOO_MUCH },
		{ 40, 4, 2, REASON_NOT_PAID },
		{ 40, 4, 0, REASON_NONE },
		{ 1, 1, 0, REASON_TOO_MUCH },
	};
	struct arena *arena = arena_new();
	struct book *book = book_new(arena, 4, 1, 1);
	struct leg more[5];
	struct item items[5];
	struct decisions decisions;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		book_add_account(book, wallet(i, 100));
	book_account(book, ACCOUNT(1))->currency = book_account(book, ACCOUNT(3))->currency = "JPY";
	book_add_paid(
	    book, (struct book_paid){ .id = ITEM(9), .debit = ACCOUNT(0), .credit = ACCOUNT(1), .amount = 100 });
	for (size_t i = 0; i < 5; i++) {
		const size_t house = rows[i].to == 2 ? 0 : 2;

		more[i] = (struct leg){ KIND_REFUND, ACCOUNT(house), ACCOUNT(rows[i].to), rows[i].back };
		items[i] = (struct item){ .id = ITEM(i),
			.kind = KIND_REFUND,
			.first = { KIND_REFUND, ACCOUNT(1), ACCOUNT(3), rows[i].given },
			.of = ITEM(9),
			.more = &more[i],
			.more_count = 1 };
	}
	decisions = decide(arena, book, items, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(decisions.items[i].reason, rows[i].reason);
	assert_int_equal(decisions.transfer_count, 4);
	assert_true(book_account(book, ACCOUNT(0))->posted == 110);
	assert_true(book_account(book, ACCOUNT(1))->posted == 0);
	assert_true(book_paid(book, ITEM(9))->refunded == 100);
	arena_free(arena);
}

static void
an_id_holds_once(void **state)
{
	struct arena *arena = arena_new();
	struct book *book = book_new(arena, 2, 2, 1);
	struct item items[2];
	struct decisions decisions;

	(void)state;
	book_add_account(book, wallet(0, 100));
	book_add_account(book, wallet(1, 0));
	for (size_t i = 0; i < 2; i++)
		items[i] = (struct item){
			.id = ITEM(7), .kind = KIND_HOLD, .first = { KIND_HOLD, ACCOUNT(0), ACCOUNT(1), 10 }
		};
	decisions = decide(arena, book, items, 2);
	assert_int_equal(decisions.items[0].reason, REASON_NONE);
	assert_int_equal(decisions.items[1].reason, REASON_USED);
	assert_true(book_account(book, ACCOUNT(0))->held == 10);
	arena_free(arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_decision_is_the_oracles),
		cmocka_unit_test(a_shortage_refuses_exactly_what_does_not_fit),
		cmocka_unit_test(of_linked_legs_all_are_posted_or_none),
		cmocka_unit_test(a_refund_through_the_house_is_counted_in_what_was_received),
		cmocka_unit_test(an_id_holds_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
