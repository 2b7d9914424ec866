/* What the runner tells the daemon, and the connection on which it does. */
#ifndef HEADNODE_TALK_H
#define HEADNODE_TALK_H

#include "frames.h"

struct talk {
  int connection; /* -1: nobody is there */
  int listening;  /* it has asked for the list, so it wants to be told of ends */
  struct buffer outbox;
  long long due_ms; /* when that is to be sent at the latest, by the steady clock */
};

extern struct talk talk;

/* Queues a frame made of the given strings; the last one is NULL. */
void tell(char kind, const char **strings);

/* Queues a frame as it is, for whoever listens. */
void tell_listener(const char *frame, size_t length);

/* The same, but it may wait a few milliseconds for company: to wake the daemon costs more than to tell it something. */
void tell_listener_soon(const char *frame, size_t length);

/* Milliseconds until what is queued is to be sent; -1 where nothing is. */
int outbox_wait_ms(void);

/* Sends what is queued, as far as it goes; 0 when the connection is broken. */
int flush_outbox(void);

#endif
