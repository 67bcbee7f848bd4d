# Every statement of the house against a migrated database; skipped unless STOA_TEST_CONFIG names one.
STOAD_PARTS = handlers/house.$(OBJEXT) librooms.a
check_PROGRAMS += tests/statements/statements_test
tests_statements_statements_test_SOURCES = tests/statements/statements_test.c tests/statements/rooms.def
tests_statements_statements_test_LDADD = $(STOAD_PARTS) $(LIBSTOA)
tests_statements_statements_test_DEPENDENCIES = $(STOAD_PARTS) libstoa.a

# What scripts/sqlgen makes, and what it refuses.
dist_check_SCRIPTS += tests/statements/sqlgen_test

# Statements of the tests' own, for tests/core/db_test.c and db_lost_test.c.
EXTRA_DIST += tests/statements/README.md tests/statements/sample/queries.sql
BUILT_SOURCES += tests/statements/sample/queries.c tests/statements/sample/queries.h
CLEANFILES += tests/statements/sample/queries.c tests/statements/sample/queries.h
