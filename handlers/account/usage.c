/*
 * usage.c -- what agents used, told one by one or a thousand at once.  Each use is counted once, and judged by when it
 * occurred: inside a block it is kept and charged to nobody, outside it is charged, however late it is told.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/money.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/web/audit.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

/* numeric(24,9): quantities below 10^15 with nine decimals. */
#define DECIMALS 9
#define TOO_MUCH ((minor_units)1000000000000 * 1000000000000)

static const char no_agent[] = "no such agent", in_future[] = "must not lie in the future",
		  too_old[] = "must be within the last 32 days";

/* NULL: well. */
static const char *
quantity_fault(const char *quantity)
{
	minor_units units;

	switch (money_parse(quantity, DECIMALS, &units)) {
	case MONEY_OK:
		if (units == 0)
			return "must be greater than zero";
		return units >= TOO_MUCH ? "must be less than 10^15" : NULL;
	case MONEY_TOO_PRECISE:
		return "must have at most nine decimals";
	case MONEY_TOO_LARGE:
		return "must be less than 10^15";
	case MONEY_NOT_DECIMAL:
		break;
	}
	return "must be a plain decimal number, as text";
}

static const char *
unit_fault(const char *unit)
{
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";

	if (unit[0] >= 'a' && unit[0] <= 'z' && unit[strspn(unit, rest)] == '\0')
		return NULL;
	return "must be small letters, digits, '_', '.' and '-', beginning with a letter";
}

/* The columns of usage_add, one row for each item that is well formed. */
struct sheet {
	struct uuid *ids, *agents;
	const char **units, **quantities, **sources, **source_ids;
	struct instant *times;
	size_t count;
	size_t *origin; /* which item a row is */
};

static struct sheet
sheet_new(struct request *req, size_t most)
{
	return (struct sheet){
		.ids = arena_alloc(req->arena, most * sizeof(struct uuid) + 1),
		.agents = arena_alloc(req->arena, most * sizeof(struct uuid) + 1),
		.units = arena_alloc(req->arena, most * sizeof(char *) + 1),
		.quantities = arena_alloc(req->arena, most * sizeof(char *) + 1),
		.sources = arena_alloc(req->arena, most * sizeof(char *) + 1),
		.source_ids = arena_alloc(req->arena, most * sizeof(char *) + 1),
		.times = arena_alloc(req->arena, most * sizeof(struct instant) + 1),
		.origin = arena_alloc(req->arena, most * sizeof(size_t) + 1),
	};
}

static void
sheet_put(struct request *req, struct sheet *sheet, const struct usage_item *item, size_t origin)
{
	const size_t row = sheet->count++;

	sheet->ids[row] = uuid_new(req->env);
	sheet->agents[row] = item->agent_id;
	sheet->units[row] = item->unit;
	sheet->quantities[row] = item->quantity;
	sheet->times[row] = item->occurred_at;
	sheet->sources[row] = item->source;
	sheet->source_ids[row] = item->source_id;
	sheet->origin[row] = origin;
}

static const struct problem *
sheet_tell(struct request *req, const struct sheet *sheet, struct usage_add_rows *rows)
{
	const size_t count = sheet->count;

	return sql_usage_add(req, (struct uuids){ sheet->ids, count }, (struct uuids){ sheet->agents, count },
	    (struct texts){ sheet->units, count }, (struct texts){ sheet->quantities, count },
	    (struct instants){ sheet->times, count }, (struct texts){ sheet->sources, count },
	    (struct texts){ sheet->source_ids, count }, rows);
}

const struct problem *
usage_tell(struct request *req, struct reply *out)
{
	const struct new_usage *given = req->given;
	const struct usage_item item = { path_uuid(req, "id"), given->unit, given->quantity, given->occurred_at,
		given->source, given->source_id };
	struct sheet sheet = sheet_new(req, 1);
	struct usage_add_rows rows;
	const struct usage_add_row *row;
	const struct problem *p;
	const char *fault;

	if ((fault = unit_fault(item.unit)) != NULL)
		return problem_field(req, "/unit", fault);
	if ((fault = quantity_fault(item.quantity)) != NULL)
		return problem_field(req, "/quantity", fault);
	sheet_put(req, &sheet, &item, 0);
	if ((p = sheet_tell(req, &sheet, &rows)) != NULL)
		return p;
	row = &rows.items[0];
	if (text_equal(row->outcome, "unknown"))
		return no_such_agent(req);
	if (row->usage == NULL)
		return problem_field(req, "/occurred_at", text_equal(row->outcome, "old") ? too_old : in_future);
	return reply_ok(out, &(struct usage){ *row->usage, row->unit, row->quantity, *row->occurred_at, *row->charged,
				 *row->duplicate });
}

static struct usage_result
result_of(const struct usage_add_row *row, size_t index)
{
	struct usage_result result = { .index = (int64_t)index,
		.outcome = row->outcome,
		.id = row->usage,
		.charged = row->charged,
		.duplicate = row->duplicate };

	if (row->usage != NULL)
		return result;
	result.outcome = "refused";
	result.detail = text_equal(row->outcome, "unknown") ? no_agent
			: text_equal(row->outcome, "old")   ? too_old
							    : in_future;
	return result;
}

/* What has a fault of its own is refused here, and never reaches the database. */
static struct sheet
sift(struct request *req, struct list items, struct usage_result *results)
{
	struct sheet sheet = sheet_new(req, items.count);
	const struct usage_item *item = items.items;

	for (size_t i = 0; i < items.count; i++, item++) {
		const char *unit = unit_fault(item->unit), *quantity = quantity_fault(item->quantity);

		results[i] = (struct usage_result){ .index = (int64_t)i, .outcome = "refused" };
		if (unit != NULL)
			results[i].detail = arena_format(req->arena, "unit %s", unit);
		else if (quantity != NULL)
			results[i].detail = arena_format(req->arena, "quantity %s", quantity);
		else
			sheet_put(req, &sheet, item, i);
	}
	return sheet;
}

const struct problem *
usage_tell_many(struct request *req, struct reply *out)
{
	const struct usage_items *given = req->given;
	const size_t count = given->items.count;
	struct usage_result *results = arena_alloc(req->arena, count * sizeof(*results) + 1);
	const struct sheet sheet = sift(req, given->items, results);
	struct usage_add_rows rows;
	const struct problem *p;

	if ((p = sheet_tell(req, &sheet, &rows)) != NULL)
		return p;
	for (size_t i = 0; i < rows.count; i++)
		results[sheet.origin[i]] = result_of(&rows.items[i], sheet.origin[i]);
	audit_say(req, (struct uuid){ { 0 } },
	    arena_format(req->arena, "usage told: %zu items, %zu well formed", count, sheet.count));
	return reply_ok(out, &(struct usage_results){ { results, count } });
}
