librooms_a_SOURCES += handlers/auth/auth.c
librooms_a_SOURCES += handlers/auth/auth.h
librooms_a_SOURCES += handlers/auth/login.c
librooms_a_SOURCES += handlers/auth/me.c
librooms_a_SOURCES += handlers/auth/refresh.c
librooms_a_SOURCES += handlers/auth/shapes.c
librooms_a_SOURCES += handlers/auth/token.c
librooms_a_SOURCES += handlers/auth/well_known.c

nodist_librooms_a_SOURCES += handlers/auth/queries.c handlers/auth/queries.h
BUILT_SOURCES += handlers/auth/queries.c handlers/auth/queries.h
CLEANFILES += handlers/auth/queries.c handlers/auth/queries.h
EXTRA_DIST += handlers/auth/README.md handlers/auth/queries.sql
