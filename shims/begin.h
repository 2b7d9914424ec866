/* Beginning a supervised job. */
#ifndef HEADNODE_BEGIN_H
#define HEADNODE_BEGIN_H

#include <sys/resource.h>

/* Makes the job's first process, with that limit of open files. Unless it has to wait for somebody, it is known afterwards
   whether its program runs, and said. */
void begin_job(const struct rlimit *open_files);

/* Of a job that is still starting: takes in what became of that, when its pipe says so or it has ended. */
void conclude_start(void);

#endif
