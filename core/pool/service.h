/* service.h -- the conversation with systemd (sd_notify's protocol, by hand).  Without systemd nothing is said. */
#ifndef STOA_POOL_SERVICE_H
#define STOA_POOL_SERVICE_H

#include <stdint.h>

/* "READY=1", "MAINPID=12\nREADY=1", ... */
void service_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Microseconds between two signs of life: half of what systemd allows.  0: it wants none. */
int64_t service_watchdog(void);

#endif
