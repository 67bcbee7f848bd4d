libstoa_a_SOURCES += core/json/check.c
libstoa_a_SOURCES += core/json/check.h
libstoa_a_SOURCES += core/json/parse.c
libstoa_a_SOURCES += core/json/write.c
libstoa_a_SOURCES += core/json/write.h
EXTRA_DIST += core/json/README.md
