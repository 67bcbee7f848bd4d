/*
 * banned.h -- names that do not compile in this house.  The compiler reads this before every file (-include, in
 * Makefile.am), the headers that declare the names first.
 *
 *	strcpy, strcat, sprintf, vsprintf, gets   know no end: snprintf, arena_format, buffer_format
 *	strtok                                    one hidden state: text_split
 *	atoi, atol, atoll                         cannot fail: strtol with its end looked at, option_parse
 *	gmtime, localtime, ctime, asctime         hidden state and locale: instant_print
 *
 * Names of libraries cannot be poisoned before their own headers declare them; scripts/check-house finds those (PQexec,
 * FCGX_FPrintF, a bare jwt_decode, formats of hiredis).
 */
#ifndef STOA_BASE_BANNED_H
#define STOA_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets
#pragma GCC poison strtok
#pragma GCC poison atoi atol atoll
#pragma GCC poison gmtime localtime ctime asctime

#endif
