/* What a relay did before the C library was set up, where it could: main goes on from there. */
#ifndef HEADNODE_QUICK_H
#define HEADNODE_QUICK_H

struct quick {
  int daemon;        /* the socket, the greeting sent and the first signals of relay.c's blocked; -1: nothing was done */
  long heard;        /* bytes of the answer; 0: nothing was read; less: the error of reading */
  const char *bytes; /* they begin with a frame */
};

extern struct quick quick;

#endif
