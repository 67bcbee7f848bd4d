/*
 * audit.c -- who did what.  The dispatcher writes the rows (core/web/audit.c); here they are sealed in one chain, shown
 * and exported.  Nothing in this room changes a row, and nothing can.
 */
#include "handlers/audit/audit.h"

#include "core/web/page.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/audit/queries.h"
#include "handlers/audit/sealer.h"

static const struct page_key newest_first[] = {
	PAGE_KEY(struct entry, at),
	PAGE_KEY(struct entry, position),
	{ 0 },
};

static const struct route audit_routes[] = {
	{ GET, "/v1/audit", .who = OPERATOR, .permission = "audit.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .query = &entry_query_shape, .reply = &entry_shape, .page = newest_first, .handler = entry_list,
	    .says = "List who did what, newest first",
	    .more = "Every change, done or refused, and every sign-in and export. A row is here when it is sealed: a "
		    "second later." },
	{ GET, "/v1/audit/export", .who = OPERATOR, .permission = "audit.export", .limit = LIMIT_HEAVY, .audited = true,
	    .allow_api_key = true, .query = &export_query_shape, .content_type = "application/x-ndjson",
	    .handler = audit_export, .says = "Export the audit with its seals",
	    .more =
		"A line of JSON for each key, seal and row, in whole seals of some 5,000 rows together. Link leads to "
		"the next ones; an answer without Link has reached the end. Whoever has the lines can check them "
		"without us." },
	{ 0 },
};

static const struct leader audit_leaders[] = {
	{ .name = "audit.sealer",
	    .batch = SEALER_BATCH,
	    .rest = 100 * MILLISECOND,
	    .ready = sealer_is_due,
	    .work = sealer_seal,
	    .says = "Seals the audit" },
	{ 0 },
};

const struct area audit_area = {
	.name = "audit",
	.says = "Who did what",
	.routes = audit_routes,
	.leaders = audit_leaders,
	.statements = audit_statements,
};
