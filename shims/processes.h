/* What the runner and its supervisors know about other processes: who descends from whom, and ending them; and a few
   facts of the system besides. */
#ifndef HEADNODE_PROCESSES_H
#define HEADNODE_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

/* Signals every living descendant of a process, not the process itself; answers how many there were. SIGKILL and
   SIGSTOP go round until no new one turns up, so that a job cannot fork its way out. Spared children of the root, and
   theirs, are left alone, as is what was started with HEADNODE_DETACHED=1 in its environment. Where there is no /proc this finds nothing. */
size_t signal_descendants(pid_t root, int number, const pid_t *spared, size_t spared_count);

/* Signals the descendants of a process that lead a process group and have a variable (`NAME=`) in their environment,
   except one, and not what these have started; with `*` before the variable all others too but that, and but who
   started them. Where there is no /proc this finds nothing. */
void signal_bearers(pid_t root, int number, const char *scope, pid_t except);

/* Whether a process has a variable (`NAME=`) in its environment. */
int bears(pid_t pid, const char *variable);

/* Every living descendant of a process, as a list to be freed. */
size_t list_descendants(pid_t root, pid_t **found);

/* Whether a process was started as a service of its own: a daemon that a command inside a job had to start is not part
   of that job, and everything below it is its own affair. */
int is_detached(pid_t pid);

/* Closes every descriptor from that number on. */
void close_from(int first);

/* The name of an error number ("ENOENT"), the same that Node uses. */
const char *error_name(int number);

/* Wall-clock time, milliseconds since 1970. */
long long wall_clock_ms(void);

/* Time that only goes forward, in milliseconds. */
long long steady_clock_ms(void);

#endif
