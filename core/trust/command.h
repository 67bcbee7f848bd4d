/* command.h -- the parts of `stoad --keys`. */
#ifndef STOA_TRUST_COMMAND_H
#define STOA_TRUST_COMMAND_H

#include <stdio.h>

struct config;

/* Seals anew what older secrets sealed, in every column of sealed.def; the exit status. */
int rewrap_all(const struct config *config, FILE *out, FILE *complaints);
/* Makes a new key for tokens and says when the present ones retire; the exit status. */
int rotate_key(const struct config *config, FILE *out, FILE *complaints);

#endif
