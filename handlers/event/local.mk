librooms_a_SOURCES += handlers/event/event.c
librooms_a_SOURCES += handlers/event/sequencer.c
librooms_a_SOURCES += handlers/event/sequencer.h
EXTRA_DIST += handlers/event/README.md handlers/event/queries.sql
nodist_librooms_a_SOURCES += handlers/event/queries.c handlers/event/queries.h
BUILT_SOURCES += handlers/event/queries.c handlers/event/queries.h
CLEANFILES += handlers/event/queries.c handlers/event/queries.h
