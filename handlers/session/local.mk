librooms_a_SOURCES += handlers/session/session.c
EXTRA_DIST += handlers/session/README.md
