/* The runner's side of supervisors: starts them, hears them, hands orders on to them. */
#ifndef HEADNODE_SUPERVISORS_H
#define HEADNODE_SUPERVISORS_H

#include "jobs.h"
#include <sys/resource.h>

struct supervisor {
  struct supervisor *next;
  pid_t pid;
  int socket;
  struct job *job;     /* NULL when that has ended */
  int idle;            /* it waits for another one */
  struct buffer handed; /* its job, while nothing shows that it has read it */
  struct buffer inbox; /* what it has said so far */
};

extern struct supervisor *supervisors;
extern size_t supervisor_count;

/* The limit of open files that jobs start with. */
extern struct rlimit open_files;

/* Has a job supervised, by one that is idle or by a new one; the record's descriptor is closed. 0, or why there is no supervisor. */
int supervise_job(struct job *job, int record, char *payload, size_t length);

/* Takes in what a supervisor says; it is gone afterwards when that was its end. */
void hear_supervisor(struct supervisor *supervisor);

void order_supervisor(struct job *job, char kind, const char *payload, size_t length);

/* Takes in children that have ended, and ends what a killed supervisor's job left, handed to us by the kernel. */
void reap_children(void);

#endif
