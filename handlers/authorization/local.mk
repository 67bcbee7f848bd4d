librooms_a_SOURCES += handlers/authorization/authorization.c
EXTRA_DIST += handlers/authorization/README.md
