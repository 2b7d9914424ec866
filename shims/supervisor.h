/* One job's supervisor: a process of its own between the runner and the job. */
#ifndef HEADNODE_SUPERVISOR_H
#define HEADNODE_SUPERVISOR_H

#include <stddef.h>
#include <sys/resource.h>

/* What a supervisor is given: its end of the socket to the runner, the job's record, the launch frame's payload, and
   the runner's own limit of open files before it raised it. */
struct assignment {
  int socket, record;
  char *payload;
  size_t length;
  struct rlimit open_files;
};

/* Runs one job from its launch frame to its exit record; never returns. To be called right after fork. */
_Noreturn void supervise(const struct assignment *assignment);

#endif
