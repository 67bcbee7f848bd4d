libstoa_a_SOURCES += core/metric/metric.h
libstoa_a_SOURCES += core/metric/metric.def
libstoa_a_SOURCES += core/metric/notice.c
libstoa_a_SOURCES += core/metric/notice.h
