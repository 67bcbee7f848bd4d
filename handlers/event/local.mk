stoad_SOURCES += handlers/event/event.c
