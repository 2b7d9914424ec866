/* Reading what processes use from wait4's figures and from /proc; where there is no /proc, living ones show nothing. */
#define _GNU_SOURCE
#include "usage.h"
#include "processes.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static long long micros(struct timeval time) { return (long long)time.tv_sec * 1000000 + time.tv_usec; }

void add_rusage(long long *figures, const struct rusage *usage) {
#ifdef __APPLE__
  long resident = usage->ru_maxrss / 1024;
#else
  long resident = usage->ru_maxrss;
#endif
  figures[USER_MICROS] += micros(usage->ru_utime);
  figures[SYSTEM_MICROS] += micros(usage->ru_stime);
  figures[MINOR_FAULTS] += usage->ru_minflt;
  figures[MAJOR_FAULTS] += usage->ru_majflt;
  figures[IN_BLOCKS] += usage->ru_inblock;
  figures[OUT_BLOCKS] += usage->ru_oublock;
  figures[VOLUNTARY_SWITCHES] += usage->ru_nvcsw;
  figures[INVOLUNTARY_SWITCHES] += usage->ru_nivcsw;
  if (resident > figures[MAX_RSS_KIB]) figures[MAX_RSS_KIB] = resident;
}

/* Reads a small file whole; answers its length, 0 where there is none. */
static size_t read_small(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, size - 1);
  close(fd);
  text[length > 0 ? length : 0] = 0;
  return length > 0 ? (size_t)length : 0;
}

/* Adds what the text of a file like /proc/PID/io says was read and written; answers whether it does. */
static int add_io(const char *text, long long *figures, int sign) {
  long long readings[2];
  if (sscanf(text, "rchar: %lld wchar: %lld", &readings[0], &readings[1]) != 2) return 0;
  figures[READ_BYTES] += sign * readings[0];
  figures[WRITTEN_BYTES] += sign * readings[1];
  return 1;
}

/* Reads a small file from its beginning, and keeps it open for the next time; answers its length. */
static size_t read_again(int *fd, const char *path, char *text, size_t size) {
  if (*fd < 0) *fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = *fd < 0 ? 0 : pread(*fd, text, size - 1, 0);
  text[length > 0 ? length : 0] = 0;
  return length > 0 ? (size_t)length : 0;
}

static long long read_before, written_before; /* by children that are done with */

/* The system counts for a process what it did itself and what its children did once they were waited for. */
void set_children_io(long long *figures) {
  static int own_file = -1, whole_file = -1;
  char path[64], own[256], whole[256];
  long long found[FIGURES] = {0};
  snprintf(path, sizeof path, "/proc/self/task/%d/io", (int)getpid());
  size_t length = read_again(&own_file, path, own, sizeof own);
  read_again(&whole_file, "/proc/self/io", whole, sizeof whole);
  if (!add_io(own, found, -1) || !add_io(whole, found, 1)) return;
  figures[READ_BYTES] = found[READ_BYTES] - (long long)length - read_before; /* what reading the first of the two took */
  figures[WRITTEN_BYTES] = found[WRITTEN_BYTES] - written_before;
}

void add_children_io(const long long *figures) {
  read_before += figures[READ_BYTES];
  written_before += figures[WRITTEN_BYTES];
}

struct facts {
  char state;
  long threads;
  struct process_use use;
  long long figures[FIGURES];
};

/* Reads /proc/PID/stat; answers whether there is such a process. */
static int read_stat(pid_t pid, struct facts *facts) {
  char path[64], text[1024];
  long long minor[2], major[2], user[2], system[2], virtual_bytes, pages;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  if (read_small(path, text, sizeof text) == 0) return 0;
  char *name_end = strrchr(text, ')'); /* a name may hold blanks and brackets of its own */
  if (!name_end || sscanf(name_end + 1, " %c %*d %*d %*d %*d %*d %*u %lld %lld %lld %lld %lld %lld %lld %lld %*d %*d %ld %*d %lld %lld %lld",
                          &facts->state, &minor[0], &minor[1], &major[0], &major[1], &user[0], &system[0], &user[1],
                          &system[1], &facts->threads, &facts->use.started, &virtual_bytes, &pages) != 13)
    return 0;
  long long tick = 1000000 / sysconf(_SC_CLK_TCK);
  facts->use.pid = pid;
  facts->use.virtual_kib = virtual_bytes / 1024;
  facts->use.rss_kib = pages * (sysconf(_SC_PAGESIZE) / 1024);
  facts->figures[USER_MICROS] = (user[0] + user[1]) * tick;
  facts->figures[SYSTEM_MICROS] = (system[0] + system[1]) * tick;
  facts->figures[MINOR_FAULTS] = minor[0] + minor[1];
  facts->figures[MAJOR_FAULTS] = major[0] + major[1];
  return 1;
}

static void add_process(struct tree *tree, const struct facts *facts) {
  if (tree->count == tree->capacity) {
    tree->capacity = tree->capacity ? tree->capacity * 2 : 16;
    tree->rows = realloc(tree->rows, tree->capacity * sizeof *tree->rows);
    if (!tree->rows) abort();
  }
  tree->rows[tree->count++] = facts->use;
  tree->rss_kib += facts->use.rss_kib;
  tree->virtual_kib += facts->use.virtual_kib;
  for (int i = 0; i < FIGURES; i++) tree->figures[i] += facts->figures[i];
}

struct look {
  struct tree *tree;
  pid_t leader, branch;
  int with_io;
};

static void read_children(const struct look *look, pid_t pid, long threads);

static void read_process(const struct look *look, pid_t pid) {
  struct facts facts = {0};
  char path[64], text[512];
  if (!read_stat(pid, &facts) || facts.state == 'Z' || facts.state == 'X') return;
  snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
  facts.use.branch = look->branch;
  if (look->with_io && read_small(path, text, sizeof text) > 0) add_io(text, facts.figures, 1);
  add_process(look->tree, &facts);
  read_children(look, pid, facts.threads);
}

/* Reads the children that one thread has started; orphans of the job are this process's own. */
static int read_thread(const struct look *look, pid_t pid, const char *thread) {
  char path[96], text[4096];
  snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)pid, thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  long child = 0;
  for (ssize_t length; (length = read(fd, text, sizeof text)) > 0;) {
    for (ssize_t i = 0; i < length; i++) {
      if (text[i] != ' ') {
        child = child * 10 + (text[i] - '0');
        continue;
      }
      int ours = pid != getpid() || child == look->leader || !is_detached((pid_t)child);
      struct look below = *look;
      if (pid == getpid()) below.branch = (pid_t)child;
      if (ours) read_process(&below, (pid_t)child);
      child = 0;
    }
  }
  close(fd);
  return 1;
}

static void read_children(const struct look *look, pid_t pid, long threads) {
  char name[64];
  snprintf(name, sizeof name, "%d", (int)pid);
  if (threads <= 1) {
    read_thread(look, pid, name);
    return;
  }
  snprintf(name, sizeof name, "/proc/%d/task", (int)pid);
  DIR *directory = opendir(name);
  if (!directory) return;
  for (struct dirent *entry; (entry = readdir(directory));)
    if (entry->d_name[0] != '.') read_thread(look, pid, entry->d_name);
  closedir(directory);
}

/* For kernels that do not tell children: all processes there are. */
static void read_all(struct tree *tree) {
  pid_t *found;
  size_t count = list_descendants(getpid(), &found);
  for (size_t i = 0; i < count; i++) {
    struct facts facts = {0};
    if (read_stat(found[i], &facts) && facts.state != 'Z') add_process(tree, &facts);
  }
  free(found);
}

void read_descendants(struct tree *tree, pid_t leader, int with_io) {
  struct look look = {tree, leader, 0, with_io};
  char name[24];
  tree->count = 0;
  tree->rss_kib = tree->virtual_kib = 0;
  memset(tree->figures, 0, sizeof tree->figures);
  snprintf(name, sizeof name, "%d", (int)getpid());
  if (!read_thread(&look, getpid(), name)) read_all(tree);
}

/* Where the system does not say, all that is resident counts: of a process that has ended meanwhile, nothing. */
static long long proportional_kib(pid_t pid) {
  char path[64], text[2048];
  struct facts facts = {0};
  long long kib;
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
  char *line = read_small(path, text, sizeof text) ? strstr(text, "\nPss:") : NULL;
  if (line && sscanf(line, " Pss: %lld", &kib) == 1) return kib;
  return read_stat(pid, &facts) && facts.state != 'Z' ? facts.use.rss_kib : 0;
}

long long resident_kib(const struct tree *tree) {
  long long sum = 0;
  for (size_t i = 0; i < tree->count; i++) sum += proportional_kib(tree->rows[i].pid);
  return sum;
}

long long start_of(pid_t pid) {
  struct facts facts;
  return read_stat(pid, &facts) ? facts.use.started : -1;
}

void signal_exactly(pid_t pid, long long started, int number) {
#ifdef SYS_pidfd_open
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (fd >= 0) {
    if (start_of(pid) == started) syscall(SYS_pidfd_send_signal, fd, number, NULL, 0);
    close(fd);
    return;
  }
#endif
  if (start_of(pid) == started) kill(pid, number);
}
