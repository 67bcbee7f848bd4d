librooms_a_SOURCES += handlers/subscription/subscription.c
EXTRA_DIST += handlers/subscription/README.md
