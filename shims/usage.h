/* What processes used: figures in the order of src/model/usage.ts, from wait4 and from /proc. */
#ifndef HEADNODE_USAGE_H
#define HEADNODE_USAGE_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

enum {
  USER_MICROS,
  SYSTEM_MICROS,
  MAX_RSS_KIB,
  MAX_VIRTUAL_KIB,
  VIRTUAL_KIB_MILLIS,
  READ_BYTES,
  WRITTEN_BYTES,
  MINOR_FAULTS,
  MAJOR_FAULTS,
  IN_BLOCKS,
  OUT_BLOCKS,
  VOLUNTARY_SWITCHES,
  INVOLUNTARY_SWITCHES,
  MEMORY_KILLS,
  FIGURES
};

/* Adds what a process that was waited for used, with all that it had waited for itself; of its memory, the most counts. */
void add_rusage(long long *figures, const struct rusage *usage);

/* Sets bytes read and written by the children this process has waited for; leaves them where the system does not say. */
void set_children_io(long long *figures);

/* From now on only what other children do counts: those of the figures are done with. */
void add_children_io(const long long *figures);

struct process_use {
  pid_t pid, branch; /* which child of this process it descends from or is; 0 where the system does not say */
  long long started; /* in the system's ticks since it came up: tells a process from another with its number */
  long long rss_kib, virtual_kib;
  int apart; /* see watch.h */
};

/* Living processes, and what they use together; `figures` are those that a living process has. */
struct tree {
  struct process_use *rows;
  size_t count, capacity;
  long long rss_kib, virtual_kib, figures[FIGURES];
};

/* Looks at every living descendant of this process, but not at a service of its own that a descendant started. Bytes
   read and written are looked at only if asked: they take as long as all the rest. */
void read_descendants(struct tree *tree, pid_t leader, int with_io);

/* What processes have in memory, in KiB, shared pages counted once; that takes as long as they have memory. */
long long resident_kib(const struct tree *tree);

/* Signals a process, but never another one that has got its number meanwhile. */
void signal_exactly(pid_t pid, long long started, int number);

/* When a process was started, as in process_use; -1 when it has gone. */
long long start_of(pid_t pid);

#endif
