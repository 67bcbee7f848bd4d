include tests/core/script.mk
