/* service.c -- one datagram for each thing said, to the socket that NOTIFY_SOCKET names. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/pool/service.h"

void
service_notify(const char *format, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char text[512];
	va_list arguments;
	int notifier;

	if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(to.sun_path))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(to.sun_path, path, strlen(path));
	if (path[0] == '@')
		to.sun_path[0] = '\0'; /* the abstract namespace */
	if ((notifier = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	sendto(notifier, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(notifier);
}

/* WATCHDOG_PID names the first master; those that follow it are asked for the same. */
int64_t
service_watchdog(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	long long limit = text != NULL ? strtoll(text, NULL, 10) : 0;

	return limit > 0 ? limit / 2 : 0;
}
