/* The one job that a supervisor has at a time: shared by its parts. */
#ifndef HEADNODE_SUPERVISED_H
#define HEADNODE_SUPERVISED_H

#include "group.h"
#include "launch.h"
#include "watch.h"

/* The descriptor that leads to the runner. */
#define RUNNER 3

struct row; /* of the timeline */

struct supervised {
  struct launch launch;
  char **payloads; /* into which the launch and the timeline point */
  size_t payload_count;
  struct row *rows;
  size_t row_count;
  pid_t leader;
  int record, errors;       /* descriptors; errors may be -1 */
  int starting, status_pipe; /* until it is known whether its program runs */
  int ended, end_status, childless;
  long long started_ms;
  const char *tag;            /* of the end */
  long long figures[FIGURES]; /* of processes that were waited for */
  struct watch watch;
  struct group group;
};

extern struct supervised job;

/* Signals a job's processes; scopes are those of a timeline. */
void send_signal(int number, const char *scope);

#endif
