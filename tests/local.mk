include tests/core/local.mk
include tests/statements/local.mk
include tests/api/local.mk
include tests/browser/local.mk
include tests/fault/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
EXTRA_DIST += tests/README.md
