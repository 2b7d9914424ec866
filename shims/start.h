/* Starts the daemon of a state directory where there is none. */
#ifndef HEADNODE_START_H
#define HEADNODE_START_H

/* Answers whether a daemon, this one or another, said that commands are answered now; else nothing is known, and Node
   finds out what is wrong. The directory exists and is the user's alone. src/relay/start-daemon.ts does the same. */
int start_daemon(const char *directory);

#endif
