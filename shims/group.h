/* A control group (version 2) of one job or step, in which the kernel holds its memory to a limit. */
#ifndef HEADNODE_GROUP_H
#define HEADNODE_GROUP_H

struct group {
  const char *path; /* NULL: there is none, and memory is only watched */
  long long kills_before;
};

/* Makes the group of that path (none if it is empty) with its limit; where the kernel will not have it there is none. */
void open_group(struct group *group, const char *path, long long kib);

/* For the process that is about to become the program. One that may not enter is watched like any other. */
void enter_group(const struct group *group);

/* What those who watch should let pass: what is above the limit a little is the kernel's to end, and mapped files count
   for both. As it is, where nothing has entered the group. */
long long watched_kib(const struct group *group, long long kib);

/* How many of its processes the kernel has killed for want of memory. */
long long group_kills(const struct group *group);

/* Takes the group away; the kernel keeps it as long as anything in it lives. */
void close_group(const struct group *group);

#endif
