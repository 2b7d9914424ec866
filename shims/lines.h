/* Begins jobs: at once, or in the place of one of their line that has ended. */
#ifndef HEADNODE_LINES_H
#define HEADNODE_LINES_H

#include "jobs.h"
#include <stddef.h>

/* An L frame's payload: begun now. */
void launch(char *payload, size_t length);

/* An N frame's payload: begun when there is a place. */
void wait_in_line(char *payload, size_t length);

/* Begins what waits for places that there are now. */
void fill_places(void);

/* Whether the places of the job and of many others of its line are taken by what waits, without the daemon's doing. */
int goes_on(const struct job *job);

/* Forgets what waits under a key, or under any. */
void forget_waiting(const char *key);
void forget_all_waiting(void);

#endif
