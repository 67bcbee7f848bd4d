libstoa_a_SOURCES += core/metric/layout.h
libstoa_a_SOURCES += core/metric/metric.c
libstoa_a_SOURCES += core/metric/metric.def
libstoa_a_SOURCES += core/metric/metric.h
libstoa_a_SOURCES += core/metric/notice.c
libstoa_a_SOURCES += core/metric/notice.h
libstoa_a_SOURCES += core/metric/print.c
EXTRA_DIST += core/metric/README.md
