libstoa_a_SOURCES += core/web/dispatch.h
libstoa_a_SOURCES += core/web/page.h
libstoa_a_SOURCES += core/web/problem.h
libstoa_a_SOURCES += core/web/reply.h
libstoa_a_SOURCES += core/web/route.h
libstoa_a_SOURCES += core/web/shape.h
libstoa_a_SOURCES += core/web/problem.def
