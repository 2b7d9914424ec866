/* Reads a launch frame and turns a forked process into the job: directory, streams, limits, affinity, exec. */
#define _GNU_SOURCE
#include "launch.h"
#include "limits.h"
#include "frames.h"
#include "own-number.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

char *take_string(struct cursor *cursor) {
  static char empty[1];
  char *text = cursor->at;
  char *end = cursor->broken ? NULL : memchr(text, 0, (size_t)(cursor->end - text));
  if (!end) {
    cursor->broken = 1;
    return empty;
  }
  cursor->at = end + 1;
  return text;
}

long long take_number(struct cursor *cursor) { return atoll(take_string(cursor)); }

char **take_strings(struct cursor *cursor, long long count) {
  if (count < 0 || count > cursor->end - cursor->at) cursor->broken = 1, count = 0;
  char **list = malloc(((size_t)count + 1) * sizeof *list);
  if (!list) abort();
  for (long long i = 0; i < count; i++) list[i] = take_string(cursor);
  list[count] = NULL;
  return list;
}

void take_launch(struct cursor *cursor, struct launch *launch) {
  launch->key = take_string(cursor);
  launch->directory = take_string(cursor);
  launch->fallback_directory = take_string(cursor);
  launch->umask = (mode_t)strtol(take_string(cursor), NULL, 8);
  launch->input = take_string(cursor);
  launch->output = take_string(cursor);
  launch->errors = take_string(cursor);
  launch->mode = take_string(cursor);
  launch->affinity = take_string(cursor);
  launch->limits = take_strings(cursor, take_number(cursor));
  launch->file = take_string(cursor);
  launch->arguments = take_strings(cursor, take_number(cursor));
  launch->environment = take_strings(cursor, take_number(cursor));
}

static void skip(struct cursor *cursor, long long count) {
  while (count-- > 0 && !cursor->broken) take_string(cursor);
}

struct membership read_membership(char *payload, size_t length) {
  struct cursor cursor = {payload, payload + length, 0};
  struct membership member;
  skip(&cursor, 8);
  member.affinity = take_string(&cursor);
  skip(&cursor, take_number(&cursor)); /* limits */
  skip(&cursor, 1);
  for (int lists = 0; lists < 2; lists++) skip(&cursor, take_number(&cursor)); /* arguments, variables */
  for (int tables = 0; tables < 2; tables++) skip(&cursor, 5 * take_number(&cursor)); /* timeline, limits of memory */
  skip(&cursor, 1);
  member.line = take_string(&cursor);
  member.note = take_string(&cursor);
  if (!cursor.broken) return member;
  member.line = member.note = take_string(&cursor);
  return member;
}

static int fail(struct failure *failure, const char *stage, const char *path) {
  *failure = (struct failure){stage, errno, path};
  return -1;
}

static int open_stream(const char *path, int flags, int may_wait) {
  struct stat facts;
  if (!may_wait && stat(path, &facts) == 0 && S_ISFIFO(facts.st_mode)) return WAITING;
  return open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
}

static int shares_output(const struct launch *launch) {
  return !*launch->errors || strcmp(launch->errors, launch->output) == 0;
}

/* Opens what is not open yet. */
static int open_streams(const struct launch *launch, struct streams *streams, struct failure *failure) {
  int may_wait = streams->output == WAITING || streams->input == WAITING || streams->errors == WAITING;
  int flags = O_WRONLY | O_CREAT | (strcmp(launch->mode, "append") == 0 ? O_APPEND : O_TRUNC);
  if (streams->input < 0) streams->input = open_stream(launch->input, O_RDONLY, may_wait);
  if (streams->input == -1) return fail(failure, "stdin", launch->input);
  if (streams->output < 0) streams->output = open_stream(launch->output, flags, may_wait);
  if (streams->output == -1) return fail(failure, "stdout", launch->output);
  if (shares_output(launch)) streams->errors = streams->output;
  else if (streams->errors < 0) streams->errors = open_stream(launch->errors, flags, may_wait);
  if (streams->errors == -1) return fail(failure, "stderr", launch->errors);
  return 0;
}

int prepare(const struct launch *launch, struct streams *streams, struct failure *failure) {
  if (chdir(launch->directory) != 0) {
    fail(failure, "cwd", launch->directory);
    if (!*launch->fallback_directory || chdir(launch->fallback_directory) != 0) return -1;
  }
  umask(launch->umask);
  *streams = (struct streams){-1, -1, -1};
  return open_streams(launch, streams, failure);
}

static rlim_t limit_value(const char *text, rlim_t otherwise) {
  if (strncmp(text, "unlimited", 9) == 0) return RLIM_INFINITY;
  return *text >= '0' && *text <= '9' ? (rlim_t)strtoull(text, NULL, 10) : otherwise;
}

/* Sets `name=soft:hard`; a part left empty stays as it is. What is above the runner's own hard limit is cut down to it. */
static int set_limit(const char *text) {
  size_t name = strcspn(text, "=");
  const char *soft = text[name] ? text + name + 1 : "", *hard = strchr(soft, ':');
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit limit;
    if (strlen(limits[i].name) != name || strncmp(text, limits[i].name, name) != 0) continue;
    if (getrlimit(limits[i].resource, &limit) != 0) return -1;
    rlim_t most = limit.rlim_max;
    limit.rlim_max = limit_value(hard ? hard + 1 : "", most);
    if (limit.rlim_max > most) limit.rlim_max = most;
    limit.rlim_cur = limit_value(soft, limit.rlim_cur);
    if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
    return setrlimit(limits[i].resource, &limit);
  }
  errno = EINVAL;
  return -1;
}

/* Binds to processors given as `0,2-3`; elsewhere than on Linux processes cannot be bound, and nothing is done. */
static int set_affinity(const char *list) {
#ifdef __linux__
  cpu_set_t set;
  CPU_ZERO(&set);
  for (char *at = (char *)list; *at; at += *at == ',') {
    char *start = at;
    long first = strtol(at, &at, 10), last = *at == '-' ? strtol(at + 1, &at, 10) : first;
    if (at == start || (*at && *at != ',') || last >= CPU_SETSIZE) return errno = EINVAL, -1;
    for (long cpu = first; cpu <= last; cpu++) CPU_SET((size_t)cpu, &set);
  }
  return sched_setaffinity(0, sizeof set, &set);
#else
  (void)list;
  return 0;
#endif
}

void become_job(const struct launch *launch, struct streams streams, struct failure *failure) {
  if (open_streams(launch, &streams, failure) != 0) return;
  if (dup2(streams.input, 0) < 0 || dup2(streams.output, 1) < 0 || dup2(streams.errors, 2) < 0) {
    fail(failure, "stdout", launch->output);
    return;
  }
  if (*launch->affinity && set_affinity(launch->affinity) != 0) {
    fail(failure, "limits", launch->affinity);
    return;
  }
  for (char **limit = launch->limits; *limit; limit++) {
    if (set_limit(*limit) == 0) continue;
    fail(failure, "limits", *limit);
    return;
  }
  signal(SIGPIPE, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  put_own_number(launch->environment);
  execve(launch->file, launch->arguments, launch->environment);
  fail(failure, "exec", launch->file);
}
