librooms_a_SOURCES += handlers/client/client.c
EXTRA_DIST += handlers/client/README.md
