check_PROGRAMS += tests/core/convert_test
tests_core_convert_test_SOURCES = tests/core/convert_test.c
tests_core_convert_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/arena_test
tests_core_arena_test_SOURCES = tests/core/arena_test.c
tests_core_arena_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/buffer_test
tests_core_buffer_test_SOURCES = tests/core/buffer_test.c tests/core/arena_kit.h
tests_core_buffer_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/value_test
tests_core_value_test_SOURCES = tests/core/value_test.c
tests_core_value_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/memo_test
tests_core_memo_test_SOURCES = tests/core/memo_test.c
tests_core_memo_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/money_test
tests_core_money_test_SOURCES = tests/core/money_test.c
tests_core_money_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/file_test
tests_core_file_test_SOURCES = tests/core/file_test.c
tests_core_file_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/env_test
tests_core_env_test_SOURCES = tests/core/env_test.c
tests_core_env_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/text_test
tests_core_text_test_SOURCES = tests/core/text_test.c
tests_core_text_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/encode_test
tests_core_encode_test_SOURCES = tests/core/encode_test.c tests/core/arena_kit.h
tests_core_encode_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/log_test
tests_core_log_test_SOURCES = tests/core/log_test.c
tests_core_log_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/request_test
tests_core_request_test_SOURCES = tests/core/request_test.c
tests_core_request_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/json_check_test
tests_core_json_check_test_SOURCES = tests/core/json_check_test.c tests/core/arena_kit.h
tests_core_json_check_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/json_parse_test
tests_core_json_parse_test_SOURCES = tests/core/json_parse_test.c tests/core/arena_kit.h
tests_core_json_parse_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/json_write_test
tests_core_json_write_test_SOURCES = tests/core/json_write_test.c
tests_core_json_write_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/config_ini_test
tests_core_config_ini_test_SOURCES = tests/core/config_ini_test.c tests/core/arena_kit.h
tests_core_config_ini_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/config_test
tests_core_config_test_SOURCES = tests/core/config_test.c
tests_core_config_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
EXTRA_DIST += tests/core/README.md
