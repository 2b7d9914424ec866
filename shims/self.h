/* Which command this program is, and where its Node twin lies. */
#ifndef HEADNODE_SELF_H
#define HEADNODE_SELF_H

struct self {
  const char *dialect, *command, *build;
  const char *shim, *node; /* the Node twin, and what runs it */
  const char *daemon;      /* the daemon's program; empty where none is to be started */
};

extern const struct self self;

#endif
