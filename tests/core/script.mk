check_PROGRAMS += tests/core/nginx_test
tests_core_nginx_test_SOURCES = tests/core/nginx_test.c
tests_core_nginx_test_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_core_nginx_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
dist_check_SCRIPTS += tests/core/script_test
dist_check_SCRIPTS += tests/core/install_test
