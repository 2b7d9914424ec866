/* Making, entering and leaving a control group; src/relay/memory-groups.ts does the same for Node. */
#define _GNU_SOURCE
#include "group.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files are the kernel's: one that is not there must not be made. Answers whether it took the text. */
static int put(const struct group *group, const char *name, const char *text) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", group->path, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  int taken = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return taken;
}

static long long all_kills(const struct group *group) {
  char path[4096], text[1024];
  snprintf(path, sizeof path, "%s/memory.events", group->path);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  long long kills = 0;
  if (fd >= 0) close(fd);
  text[length > 0 ? length : 0] = 0;
  char *line = strstr(text, "oom_kill ");
  return line && sscanf(line, "oom_kill %lld", &kills) == 1 ? kills : 0;
}

void open_group(struct group *group, const char *path, long long kib) {
  char bytes[32];
  *group = (struct group){NULL, 0};
  if (!*path || kib <= 0 || (mkdir(path, 0755) != 0 && errno != EEXIST)) return;
  group->path = path;
  snprintf(bytes, sizeof bytes, "%lld", kib * 1024);
  put(group, "memory.swap.max", "0"); /* what is swapped out would not count; without swap there is no such file */
  if (put(group, "memory.max", bytes)) {
    group->kills_before = all_kills(group);
    return;
  }
  rmdir(path);
  group->path = NULL;
}

void enter_group(const struct group *group) {
  if (group->path) put(group, "cgroup.procs", "0");
}

long long watched_kib(const struct group *group, long long kib) {
  char path[4096], first;
  if (!group->path) return kib;
  snprintf(path, sizeof path, "%s/cgroup.procs", group->path);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int is_used = fd >= 0 && read(fd, &first, 1) == 1;
  if (fd >= 0) close(fd);
  return is_used ? kib + kib / 2 + 65536 : kib;
}

long long group_kills(const struct group *group) { return group->path ? all_kills(group) - group->kills_before : 0; }

void close_group(const struct group *group) {
  for (int tries = 0; group->path && tries < 10 && rmdir(group->path) != 0 && errno == EBUSY; tries++) usleep(2000);
}
