librooms_a_SOURCES += handlers/party/party.c
EXTRA_DIST += handlers/party/README.md
