bin_PROGRAMS += stoad
stoad_SOURCES = handlers/stoad.c handlers/house.c handlers/areas.h handlers/areas.def
stoad_LDADD = librooms.a $(LIBSTOA)

# The rooms, for stoad and for the tests' own house (tests/api/sample).
noinst_LIBRARIES += librooms.a
librooms_a_SOURCES =
nodist_librooms_a_SOURCES =

include handlers/account/local.mk
include handlers/authorization/local.mk
include handlers/ops/local.mk
include handlers/party/local.mk
include handlers/session/local.mk
include handlers/auth/local.mk
include handlers/queue/local.mk
include handlers/event/local.mk
include handlers/ledger/local.mk
include handlers/wallet/local.mk
include handlers/payment/local.mk
include handlers/subscription/local.mk
include handlers/client/local.mk
include handlers/audit/local.mk

EXTRA_DIST += handlers/README.md
