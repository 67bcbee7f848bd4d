stoad_SOURCES += handlers/queue/queue.c
