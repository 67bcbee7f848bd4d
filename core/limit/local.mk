libstoa_a_SOURCES += core/limit/limit.h
libstoa_a_SOURCES += core/limit/rate.h
