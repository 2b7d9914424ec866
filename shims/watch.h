/* Looks at what a job's processes use while they run, and holds them to its limits of memory. */
#ifndef HEADNODE_WATCH_H
#define HEADNODE_WATCH_H

#include "usage.h"

struct memory_limit {
  int is_virtual; /* address space, not what is resident */
  long long kib;
  int signal, everyone;
  const char *tag, *apart; /* who has that variable (`NAME=`) is seen to by somebody else, unless that takes too long; or NULL */
  int passed; /* it was told already */
  int patience; /* looks that others were waited for */
};

struct watch {
  pid_t leader;
  long long due_ms; /* when to look again, by the steady clock */
  int looks;
  struct tree tree; /* as it was last seen */
  long long processor_ms, max_rss_kib, max_virtual_kib, virtual_kib_millis, kills;
  struct memory_limit *limits;
  size_t limit_count;
  struct process_use victim; /* ended last for want of memory */
};

void add_limit(struct watch *watch, struct memory_limit limit);

void begin_watch(struct watch *watch, pid_t leader);

/* Looks, and ends the process that has most where a limit says so. Answers a limit that was passed just now, or NULL.
   `figures`: of all processes waited for. */
const struct memory_limit *look(struct watch *watch, const long long *figures);

/* Adds to figures of what was waited for what is known of what lives; the tree is looked at anew. */
void use_so_far(struct watch *watch, long long *figures);

/* Adds to the figures of all processes what was seen while they lived. */
void conclude_watch(const struct watch *watch, long long *figures);

#endif
