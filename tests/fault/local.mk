# What is broken on purpose.  Each test has a quick form (ten seconds at most) and, with STOA_TEST_LONG=1, one with the full
# figures.  They start and break servers of their own, never those of the environment.
include tests/fault/tests.mk
include tests/fault/payment.mk
include tests/fault/pools.mk

EXTRA_DIST += tests/fault/README.md
