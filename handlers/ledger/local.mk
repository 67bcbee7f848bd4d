librooms_a_SOURCES += handlers/ledger/ledger.c
EXTRA_DIST += handlers/ledger/README.md
