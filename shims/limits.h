/* The resource limits that travel from a submitter to its job, and what they are called on the way. */

#ifndef HEADNODE_LIMITS_H
#define HEADNODE_LIMITS_H

#include <sys/resource.h>

static const struct {
  const char *name;
  int resource;
} limits[] = {
    {"cpu", RLIMIT_CPU},     {"fsize", RLIMIT_FSIZE}, {"data", RLIMIT_DATA},     {"stack", RLIMIT_STACK},
    {"core", RLIMIT_CORE},
#ifdef RLIMIT_RSS
    {"rss", RLIMIT_RSS},
#endif
#ifdef RLIMIT_NPROC
    {"nproc", RLIMIT_NPROC},
#endif
    {"nofile", RLIMIT_NOFILE},
#ifdef RLIMIT_MEMLOCK
    {"memlock", RLIMIT_MEMLOCK},
#endif
    {"as", RLIMIT_AS},
};

#endif
