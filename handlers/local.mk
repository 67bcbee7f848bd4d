bin_PROGRAMS += stoad
stoad_SOURCES = handlers/stoad.c handlers/house.c handlers/areas.h handlers/areas.def
nodist_stoad_SOURCES =
stoad_LDADD = $(LIBSTOA)

include handlers/ops/local.mk
include handlers/party/local.mk
include handlers/session/local.mk
include handlers/queue/local.mk
include handlers/event/local.mk

EXTRA_DIST += handlers/README.md
