librooms_a_SOURCES += handlers/account/account.c
librooms_a_SOURCES += handlers/account/account.h
librooms_a_SOURCES += handlers/account/accounts.c
librooms_a_SOURCES += handlers/account/agents.c
librooms_a_SOURCES += handlers/account/blocks.c
librooms_a_SOURCES += handlers/account/invitation.c
librooms_a_SOURCES += handlers/account/listing.c
librooms_a_SOURCES += handlers/account/profile.c
librooms_a_SOURCES += handlers/account/shapes.c
librooms_a_SOURCES += handlers/account/sums.c
librooms_a_SOURCES += handlers/account/usage.c
librooms_a_SOURCES += handlers/account/usage_shapes.c

nodist_librooms_a_SOURCES += handlers/account/queries.c handlers/account/queries.h
BUILT_SOURCES += handlers/account/queries.c handlers/account/queries.h
CLEANFILES += handlers/account/queries.c handlers/account/queries.h
EXTRA_DIST += handlers/account/README.md handlers/account/queries.sql
