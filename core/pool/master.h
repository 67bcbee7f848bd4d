/*
 * master.h -- one process that holds every pool's socket and forks each pool's workers from its own
 * warmed image.  It reads no request; it counts, starts, replaces and, past a deadline, kills.
 *
 * SIGHUP starts the next generation: a new master executes the binary anew and inherits the sockets; once it
 * is healthy this one's workers finish what they hold and end.  One that fails to start changes nothing.
 * SIGTERM and SIGQUIT drain and end, SIGUSR1 opens the logs again, SIGUSR2 is SIGHUP under FPM's other name.
 */
#ifndef STOA_POOL_MASTER_H
#define STOA_POOL_MASTER_H

struct config;
struct house;

/* Runs until told to end; the exit status. */
int master_run(const struct config *config, const struct house *house, char *const *argv);

/* Connections to PostgreSQL that this configuration can need at most, reloads included. */
int master_connections(const struct config *config, const struct house *house);

#endif
