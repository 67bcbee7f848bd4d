check_PROGRAMS += tests/core/codec_test
tests_core_codec_test_SOURCES = tests/core/codec_test.c
tests_core_codec_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/migration_test
tests_core_migration_test_SOURCES = tests/core/migration_test.c
tests_core_migration_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

# These need PostgreSQL: skipped unless STOA_TEST_CONFIG names a running environment.
DB_WORLD = tests/core/db_world.c tests/core/db_world.h tests/core/proxy.c tests/core/proxy.h
check_PROGRAMS += tests/core/db_test
tests_core_db_test_SOURCES = tests/core/db_test.c $(DB_WORLD)
nodist_tests_core_db_test_SOURCES = tests/statements/sample/queries.c tests/statements/sample/queries.h
tests_core_db_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/db_lost_test
tests_core_db_lost_test_SOURCES = tests/core/db_lost_test.c $(DB_WORLD)
nodist_tests_core_db_lost_test_SOURCES = tests/statements/sample/queries.c tests/statements/sample/queries.h
tests_core_db_lost_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/migrate_test
tests_core_migrate_test_SOURCES = tests/core/migrate_test.c
tests_core_migrate_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
