librooms_a_SOURCES += handlers/audit/audit.c
librooms_a_SOURCES += handlers/audit/sealer.c
librooms_a_SOURCES += handlers/audit/sealer.h
EXTRA_DIST += handlers/audit/README.md handlers/audit/queries.sql
nodist_librooms_a_SOURCES += handlers/audit/queries.c handlers/audit/queries.h
BUILT_SOURCES += handlers/audit/queries.c handlers/audit/queries.h
CLEANFILES += handlers/audit/queries.c handlers/audit/queries.h
