/* What the runner tells the daemon, and the connection on which it does. */
#ifndef HEADNODE_TALK_H
#define HEADNODE_TALK_H

#include "frames.h"

struct talk {
  int connection; /* -1: nobody is there */
  int listening;  /* it has asked for the list, so it wants to be told of ends */
  struct buffer outbox;
};

extern struct talk talk;

/* Queues a frame made of the given strings; the last one is NULL. */
void tell(char kind, const char **strings);

/* Queues a frame as it is, for whoever listens. */
void tell_listener(const char *frame, size_t length);

/* Sends what is queued, as far as it goes; 0 when the connection is broken. */
int flush_outbox(void);

#endif
