libstoa_a_SOURCES += core/work/event.h
libstoa_a_SOURCES += core/work/leader.h
libstoa_a_SOURCES += core/work/notify.h
libstoa_a_SOURCES += core/work/queue.h
