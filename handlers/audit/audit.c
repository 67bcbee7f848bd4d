/* audit.c -- who did what: rows that the dispatcher writes (core/web/audit.c), sealed here in one chain. */
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/audit/queries.h"
#include "handlers/audit/sealer.h"

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
	.leaders = audit_leaders,
	.statements = audit_statements,
};
