/* The runner's jobs: what runs, and what has ended and is not acknowledged. */
#ifndef HEADNODE_JOBS_H
#define HEADNODE_JOBS_H

#include "frames.h"
#include "records.h"
#include <sys/types.h>

struct supervisor;

struct job {
  struct job *next;
  char key[LONGEST_KEY + 1];
  pid_t leader;
  long long started_ms;
  int blank;                     /* of its record; -1 when it has none */
  struct supervisor *supervisor; /* NULL when it has ended */
  struct buffer ending;          /* the X or F frame */
  unsigned long end_number;      /* counts ends; 0 while it runs */
  char *line, *affinity;         /* NULL: it is alone */
  char *after, *note;            /* in whose place it was begun; or NULL */
  int followed;                  /* something was begun in its place */
};

/* In the order in which they began. */
extern struct job *jobs;

struct job *find_job(const char *key);
struct job *add_job(const char *key);
void free_job(struct job *job);

/* The job is over: keeps the frame that says so, and says so. */
void end_job(struct job *job, const char *frame, size_t length);

/* The same, with a frame of these strings; the last one is NULL. */
void end_job_with(struct job *job, char kind, const char **strings);

/* Tells whoever asks of all of them. */
void list_jobs(void);

#endif
