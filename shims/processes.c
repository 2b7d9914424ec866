/* Finding and signalling a job's processes, closing descriptors, error names and clocks. */
#define _GNU_SOURCE
#include "processes.h"
#include "frames.h"
#include "usage.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

struct process {
  pid_t pid, parent;
  long long started;
  int chosen;
};

struct table {
  struct process *rows;
  size_t count, capacity;
};

/* Reads the parent of a process and when it was started; a zombie (nothing can be done to it) and one that has gone
   give 0. */
static pid_t living_parent(const char *pid, long long *started) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  if (length <= 0) return 0;
  text[length] = 0;
  char state, *name_end = strrchr(text, ')'); /* a name may hold blanks and brackets of its own */
  int parent;
  if (!name_end || sscanf(name_end + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %lld", &state, &parent, started) != 3) return 0;
  return state == 'Z' || state == 'X' ? 0 : parent;
}

static struct table list_processes(void) {
  struct table table = {0};
  DIR *directory = opendir("/proc");
  if (!directory) return table;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    long long started;
    pid_t parent = living_parent(entry->d_name, &started);
    if (parent == 0) continue;
    if (table.count == table.capacity) {
      table.capacity = table.capacity ? table.capacity * 2 : 256;
      table.rows = realloc(table.rows, table.capacity * sizeof *table.rows);
      if (!table.rows) abort();
    }
    table.rows[table.count++] = (struct process){(pid_t)atol(entry->d_name), parent, started, 0};
  }
  closedir(directory);
  return table;
}

static int holds(const pid_t *list, size_t count, pid_t pid) {
  for (size_t i = 0; i < count; i++)
    if (list[i] == pid) return 1;
  return 0;
}

/* Whether those bytes are in the environment of a process; every entry there has a NUL before and behind it. */
static int environment_has(pid_t pid, const char *bytes, size_t count) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  struct buffer environment = {0};
  ssize_t length = 1;
  append(&environment, "", 1);
  while (length > 0) {
    length = read(fd, reserve(&environment, 65536), 65536);
    if (length > 0) environment.length += (size_t)length;
  }
  close(fd);
  int found = memmem(environment.data, environment.length, bytes, count) != NULL;
  free(environment.data);
  return found;
}

int bears(pid_t pid, const char *variable) {
  struct buffer mark = {0};
  append(&mark, "", 1);
  append(&mark, variable, strlen(variable));
  int found = environment_has(pid, mark.data, mark.length);
  free(mark.data);
  return found;
}

int is_detached(pid_t pid) {
  static const char mark[] = "\0HEADNODE_DETACHED=1";
  return environment_has(pid, mark, sizeof mark);
}

/* Marks the children of a process, then theirs. */
static void choose_descendants(struct table *table, pid_t root, const pid_t *spared, size_t spared_count) {
  for (size_t i = 0; i < table->count; i++) {
    struct process *row = &table->rows[i];
    if (row->chosen || row->parent != root || holds(spared, spared_count, row->pid) || is_detached(row->pid)) continue;
    row->chosen = 1;
    choose_descendants(table, row->pid, NULL, 0);
  }
}

size_t list_descendants(pid_t root, pid_t **found) {
  struct table table = list_processes();
  size_t count = 0;
  choose_descendants(&table, root, NULL, 0);
  *found = malloc((table.count + 1) * sizeof **found);
  if (!*found) abort();
  for (size_t i = 0; i < table.count; i++)
    if (table.rows[i].chosen) (*found)[count++] = table.rows[i].pid;
  free(table.rows);
  return count;
}

size_t signal_descendants(pid_t root, int number, const pid_t *spared, size_t spared_count) {
  int insist = number == SIGKILL || number == SIGSTOP;
  pid_t *seen = NULL;
  size_t seen_count = 0, fresh;
  int rounds = 0;
  do {
    struct table table = list_processes();
    choose_descendants(&table, root, spared, spared_count);
    fresh = 0;
    for (size_t i = 0; i < table.count; i++) {
      if (!table.rows[i].chosen || holds(seen, seen_count, table.rows[i].pid)) continue;
      signal_exactly(table.rows[i].pid, table.rows[i].started, number);
      seen = realloc(seen, (seen_count + 1) * sizeof *seen);
      if (!seen) abort();
      seen[seen_count++] = table.rows[i].pid;
      fresh++;
    }
    free(table.rows);
  } while (insist && fresh > 0 && ++rounds < 100);
  free(seen);
  return seen_count;
}

/* Who has the mark, but not the process that is excepted; `others`: whoever has not, too. */
struct bearers {
  struct buffer mark;
  pid_t except;
  int others;
};

static int is_bearer(pid_t pid, const struct bearers *meant) {
  return pid != meant->except && getpgid(pid) == pid && environment_has(pid, meant->mark.data, meant->mark.length);
}

static int started_bearers(const struct table *table, pid_t parent, const struct bearers *meant) {
  for (size_t i = 0; i < table->count; i++)
    if (table->rows[i].parent == parent && is_bearer(table->rows[i].pid, meant)) return 1;
  return 0;
}

static void signal_bearers_below(const struct table *table, pid_t root, int number, const struct bearers *meant) {
  for (size_t i = 0; i < table->count; i++) {
    pid_t pid = table->rows[i].pid;
    if (table->rows[i].parent != root || is_detached(pid)) continue;
    int is_one = is_bearer(pid, meant);
    /* Before its children, of whose end it would else hear first; who started bearers would hand it on to them. */
    if (is_one || (meant->others && !started_bearers(table, pid, meant))) signal_exactly(pid, table->rows[i].started, number);
    if (!is_one) signal_bearers_below(table, pid, number, meant);
  }
}

void signal_bearers(pid_t root, int number, const char *scope, pid_t except) {
  struct table table = list_processes();
  struct bearers meant = {.except = except, .others = *scope == '*'};
  const char *variable = scope + meant.others;
  append(&meant.mark, "", 1);
  append(&meant.mark, variable, strlen(variable));
  signal_bearers_below(&table, root, number, &meant);
  free(meant.mark.data);
  free(table.rows);
}

void close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
  long last = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < (last > 0 && last < 65536 ? last : 65536); fd++) close(fd);
}

const char *error_name(int number) {
  static const struct {
    int number;
    const char *name;
  } names[] = {
#define ROW(name) {name, #name}
      ROW(ENOENT), ROW(EACCES), ROW(ENOTDIR), ROW(EISDIR), ROW(ENOEXEC), ROW(EPERM), ROW(ELOOP),  ROW(ENAMETOOLONG),
      ROW(ENOSPC), ROW(EROFS),  ROW(ETXTBSY), ROW(E2BIG),  ROW(EMFILE),  ROW(ENFILE), ROW(EAGAIN), ROW(EINVAL),
      ROW(EIO),    ROW(EDQUOT), ROW(ENXIO),   ROW(ENODEV), ROW(EEXIST),  ROW(EBADF), ROW(ENOMEM), ROW(ESTALE),
      ROW(EINTR),  ROW(EFBIG),  ROW(EBUSY),   ROW(ETIMEDOUT), ROW(ENOTCONN),
#undef ROW
  };
  static char other[24];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].number == number) return names[i].name;
  snprintf(other, sizeof other, "E%d", number);
  return other;
}

static long long milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long wall_clock_ms(void) { return milliseconds(CLOCK_REALTIME); }

long long steady_clock_ms(void) { return milliseconds(CLOCK_MONOTONIC); }
