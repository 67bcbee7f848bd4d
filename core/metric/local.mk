libstoa_a_SOURCES += core/metric/metric.h
libstoa_a_SOURCES += core/metric/metric.def
