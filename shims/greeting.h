/* Reaching the daemon and telling it what is asked. Nothing here needs the C library to be set up, see bare.h. */
#ifndef HEADNODE_GREETING_H
#define HEADNODE_GREETING_H

#include <stddef.h>
#include <sys/stat.h>

/* Longer ones have no room for the sockets that lie in it. */
#define LONGEST_DIRECTORY (100 - sizeof "/runner.sock" + 2)

/* Finds the state directory; -1 where none can be named or its name is too long. */
int state_directory(char *path, size_t size, char **environment);

/* Only a directory and a socket that are the user's alone are talked to. */
int is_ours(const char *path, mode_t type);

/* A socket that is connected to the daemon of that directory; else less than 0, -ENOENT or -ECONNREFUSED where there is none. */
int connect_daemon(const char *directory);

/* Writes the greeting's frame; answers its length, of which so much was written as there is room for. */
size_t write_greeting(char *frame, size_t room, char **arguments, char **environment);

/* Sends all of it; -1 where the daemon is gone. */
int send_greeting(int daemon, const char *frame, size_t length);

#endif
