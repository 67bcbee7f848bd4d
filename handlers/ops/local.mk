librooms_a_SOURCES += handlers/ops/ops.c
librooms_a_SOURCES += handlers/ops/ops.h
librooms_a_SOURCES += handlers/ops/health.c
librooms_a_SOURCES += handlers/ops/metrics.c
librooms_a_SOURCES += handlers/ops/parts.c
librooms_a_SOURCES += handlers/ops/parts.h
librooms_a_SOURCES += handlers/ops/pools.c
librooms_a_SOURCES += handlers/ops/ready.c
librooms_a_SOURCES += handlers/ops/reference.c
librooms_a_SOURCES += handlers/ops/shapes.c
librooms_a_SOURCES += handlers/ops/warnings.c

nodist_librooms_a_SOURCES += handlers/ops/queries.c handlers/ops/queries.h handlers/ops/newest.h
BUILT_SOURCES += handlers/ops/queries.c handlers/ops/queries.h handlers/ops/newest.h
CLEANFILES += handlers/ops/queries.c handlers/ops/queries.h handlers/ops/newest.h
EXTRA_DIST += handlers/ops/README.md handlers/ops/queries.sql

# The newest migration that this version was built with: /ready compares the database with it.
handlers/ops/newest.h: $(top_srcdir)/schema/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sed -n 's|^nobase_dist_pkgdata_DATA += schema/\(.*\.sql\)$$|\1|p' $(top_srcdir)/schema/local.mk \
	  | LC_ALL=C sort | sed -n '$$s|.*|#define MIGRATION_NEWEST "&"|p' >$@

# The document that /openapi.json serves and /docs shows.
pkgdata_DATA += openapi.json
CLEANFILES += openapi.json
openapi.json: stoad
	$(AM_V_GEN)./stoad --openapi >$@.new && mv $@.new $@
