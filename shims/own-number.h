/* A variable that stands for the process's own number; src/model/launch.ts has its value. */
#ifndef HEADNODE_OWN_NUMBER_H
#define HEADNODE_OWN_NUMBER_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Puts this process's number in; for the process that is about to become the program. */
static inline void put_own_number(char **environment) {
  static char entry[256];
  for (; *environment; environment++) {
    size_t name = strcspn(*environment, "=");
    if (strcmp(*environment + name, "=\001pid") != 0 || name > sizeof entry - 32) continue;
    snprintf(entry, sizeof entry, "%.*s=%ld", (int)name, *environment, (long)getpid());
    *environment = entry;
    return;
  }
}

#endif
