/* Work: processes that the daemon has this relay start on the caller's terminal. src/relay/work-plan.ts has the format. */
#ifndef HEADNODE_WORK_H
#define HEADNODE_WORK_H

#include <stddef.h>

/* How one rank ended; code and signal are -1 where there is none, errno 0 for no failure. Figures: see usage.h. */
struct rank_end {
  int rank, code, signal;
  const char *stage;
  int failure;
  const long long *figures;
};

/* Tells the daemon of an end. */
typedef void tell_end(struct rank_end end);

/* Starts all ranks of a whole payload, which must stay in memory; answers 0, having done nothing, where that takes Node. */
int start_work(char *payload, size_t length, tell_end *tell);

/* A descriptor that is readable when a rank may have ended; -1 while there is no work. */
int work_events(void);

/* Tells of the ranks that ended; answers how many are left. */
int collect_work(tell_end *tell);

/* Holds the ranks to their limit of memory where it is time to; answers in how many milliseconds it is again, -1 for never. */
int watch_work(void);

/* Sends a signal to all ranks that run; safe in a signal handler. */
void signal_work(int number);

/* What a shell would make of the worst end so far. */
int worst_end(void);

/* Ends what the ranks left behind, and takes the input they were given, as srun does. */
void finish_work(void);

#endif
