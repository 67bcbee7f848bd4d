stoad_SOURCES += handlers/ops/ops.c
