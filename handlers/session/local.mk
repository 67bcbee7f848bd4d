stoad_SOURCES += handlers/session/session.c
