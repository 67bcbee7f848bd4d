check_PROGRAMS += tests/browser/links_test
tests_browser_links_test_SOURCES = tests/browser/links_test.c $(AUTH_KIT)
tests_browser_links_test_LDADD = $(KIT)
EXTRA_DIST += tests/browser/README.md tests/browser/page.js
