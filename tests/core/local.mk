include tests/core/ground.mk
include tests/core/script.mk
