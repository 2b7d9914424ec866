/* Starts the processes of an interactive command, each with the relay's own streams or with files, and waits for them. */
#define _GNU_SOURCE
#include "work.h"
#include "frames.h"
#include "group.h"
#include "usage.h"
#include "watch.h"
#include "processes.h"
#include "own-number.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define MOST_STDIN_TAKEN (1024 * 1024)

extern char **environ;

struct rank {
  const char *paths[3];
  int streams[3];
  char **argv, **environment;
  pid_t pid, group; /* 0 once it has ended; group 0 where it has none of its own */
  long long memory_kills;
};

static struct rank *ranks;
static int rank_count, ranks_left, worst, own_groups, appends, takes_stdin, reads_stdin;
static const char *directory;
static int events[2] = {-1, -1};
static const long long unused[FIGURES];
static struct watch watch;
static struct group group;

/* ---- reading the plan ---- */

struct text {
  char *at, *end;
};

static char *next(struct text *text) {
  if (text->at >= text->end) return "";
  char *found = text->at;
  text->at += strlen(found) + 1;
  return found;
}

static void *room(size_t count, size_t size) {
  void *found = calloc(count + 1, size);
  if (!found) abort();
  return found;
}

/* Reads a counted list into an array that has room for `more` entries and the final NULL. */
static char **list(struct text *text, size_t more, size_t *length) {
  size_t count = (size_t)atol(next(text));
  char **entries = room(count + more, sizeof *entries);
  for (size_t i = 0; i < count; i++) entries[i] = next(text);
  *length = count;
  return entries;
}

/* What the Node runner knows its jobs by is not in the daemon's environment. */
static char *job_mark(void) {
  for (char **entry = environ; *entry; entry++)
    if (strncmp(*entry, "HEADNODE_JOB_MARK=", sizeof "HEADNODE_JOB_MARK=" - 1) == 0) return *entry;
  return NULL;
}

static void read_rank(struct rank *rank, struct text *text, char **common, size_t common_count) {
  size_t count;
  for (int i = 0; i < 3; i++) rank->paths[i] = next(text);
  rank->argv = list(text, 0, &count);
  rank->environment = list(text, common_count + 1, &count);
  memcpy(rank->environment + count, common, common_count * sizeof *common);
  rank->environment[count + common_count] = job_mark();
}

static int is_null_device(int fd) {
  struct stat facts, device;
  return fstat(fd, &facts) == 0 && S_ISCHR(facts.st_mode) && stat("/dev/null", &device) == 0 &&
         facts.st_rdev == device.st_rdev;
}

/* Copies of stdin are Node's work, unless there is nothing to copy. */
static int read_plan(struct text text) {
  size_t common_count;
  const char *flags = next(&text);
  if (flags[0] != '0') return 0;
  appends = flags[1] == '1';
  own_groups = flags[2] == '1';
  takes_stdin = flags[3] == '1';
  directory = next(&text);
  char **common = list(&text, 0, &common_count);
  rank_count = atoi(next(&text));
  ranks = room((size_t)rank_count, sizeof *ranks);
  for (int i = 0; i < rank_count; i++) {
    read_rank(&ranks[i], &text, common, common_count);
    if (strcmp(ranks[i].paths[0], "*") == 0 && !is_null_device(0)) return 0;
    reads_stdin |= ranks[i].paths[0][0] == '\0';
  }
  long long kib = atoll(next(&text));
  if (kib > 0) add_limit(&watch, (struct memory_limit){.kib = kib, .signal = SIGKILL, .tag = ""});
  open_group(&group, next(&text), kib);
  return 1;
}

/* ---- streams ---- */

static const char *const stream_names[] = {"stdin", "stdout", "stderr"};

/* The descriptor of an earlier stream with the same path, so that ranks share a file instead of overwriting it. */
static int opened_before(int rank, int stream) {
  for (int r = 0; r <= rank; r++)
    for (int s = 0; s < (r == rank ? stream : 3); s++)
      if (s > 0 && stream > 0 && strcmp(ranks[r].paths[s], ranks[rank].paths[stream]) == 0) return ranks[r].streams[s];
  return -1;
}

static int open_stream(int rank, int stream) {
  const char *path = ranks[rank].paths[stream];
  if (*path == '\0' || (stream == 0 && strcmp(path, "*") == 0)) return stream;
  int before = opened_before(rank, stream);
  if (before >= 0) return before;
  int flags = stream == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND | (appends ? 0 : O_TRUNC);
  return open(path, flags | O_CLOEXEC, 0666);
}

/* Answers whether all streams are open; where one is not, that is told and nothing is started. */
static int open_streams(tell_end *tell) {
  for (int rank = 0; rank < rank_count; rank++)
    for (int stream = 0; stream < 3; stream++)
      if ((ranks[rank].streams[stream] = open_stream(rank, stream)) < 0) {
        tell((struct rank_end){rank, -1, -1, stream_names[stream], errno, unused});
        return 0;
      }
  return 1;
}

static void close_streams(void) {
  for (int rank = 0; rank < rank_count; rank++)
    for (int stream = 0; stream < 3; stream++)
      if (ranks[rank].streams[stream] > 2) close(ranks[rank].streams[stream]);
}

/* ---- starting ---- */

static const char *variable(char **environment, const char *name) {
  size_t length = strlen(name);
  for (; *environment; environment++)
    if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  return NULL;
}

/* Looks along the PATH the rank is given, not along the relay's own; sets errno where nothing is found. */
static void execute(const struct rank *rank) {
  const char *name = rank->argv[0] ? rank->argv[0] : "";
  if (strchr(name, '/')) {
    execve(name, rank->argv, rank->environment);
    return;
  }
  const char *path = variable(rank->environment, "PATH");
  int failure = ENOENT;
  for (const char *at = path ? path : ""; *at && *name;) {
    size_t length = strcspn(at, ":");
    char file[4096];
    struct stat facts;
    snprintf(file, sizeof file, "%.*s%s%s", (int)length, at, length ? "/" : "./", name);
    if (stat(file, &facts) == 0 && S_ISREG(facts.st_mode)) {
      execve(file, rank->argv, rank->environment);
      failure = errno;
      if (errno != EACCES) break;
    }
    at += length + (at[length] == ':');
  }
  errno = failure;
}

static void default_signals(void) {
  static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE};
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
    struct sigaction before;
    if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) signal(caught[i], SIG_DFL);
  }
}

static void become(const struct rank *rank, int report) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* a relay that is killed takes its ranks with it */
#endif
  if (own_groups) setpgid(0, 0);
  default_signals();
  for (int stream = 0; stream < 3; stream++)
    if (rank->streams[stream] != stream) dup2(rank->streams[stream], stream);
  if (*directory && chdir(directory) != 0) { /* whoever wrote the plan saw it a moment ago */
  }
  put_own_number(rank->environment);
  enter_group(&group);
  execute(rank);
  int failure = errno;
  write_all(report, (const char *)&failure, sizeof failure);
  _exit(127);
}

static int open_pipe(int ends[2]) {
  if (pipe(ends) != 0) return -1;
  for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  return 0;
}

/* Starts one rank; answers the error of a start that failed, or 0. */
static int start_rank(struct rank *rank) {
  int report[2], failure = 0;
  if (open_pipe(report) != 0) return errno;
  pid_t pid = fork();
  if (pid == 0) become(rank, report[1]);
  close(report[1]);
  if (pid < 0) failure = errno;
  else if (own_groups) setpgid(pid, pid);
  if (pid > 0 && read(report[0], &failure, sizeof failure) > 0) waitpid(pid, NULL, 0);
  close(report[0]);
  if (failure == 0) {
    rank->pid = pid;
    rank->group = own_groups ? pid : 0;
  }
  return failure;
}

static void on_child(int number) {
  (void)number;
  int saved = errno;
  if (write(events[1], "", 1) < 0) errno = 0; /* full: it is readable already */
  errno = saved;
}

static void hear_children(void) {
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
  if (open_pipe(events) != 0) abort();
  for (int i = 0; i < 2; i++) fcntl(events[i], F_SETFL, O_NONBLOCK);
  sigaction(SIGCHLD, &action, NULL);
}

static void note_end(int code) {
  if (code > worst) worst = code;
}

int start_work(char *payload, size_t length, tell_end *tell) {
  if (!read_plan((struct text){payload, payload + length})) return 0;
  hear_children();
  if (!open_streams(tell)) return 1;
  for (int i = 0; i < rank_count; i++) {
    int failure = start_rank(&ranks[i]);
    if (failure == 0) ranks_left++;
    else note_end(failure), tell((struct rank_end){i, -1, -1, "exec", failure, unused});
  }
  close_streams();
  if (watch.limit_count > 0) watch.limits[0].kib = watched_kib(&group, watch.limits[0].kib);
  begin_watch(&watch, 0);
  return 1;
}

/* ---- while they run ---- */

int work_events(void) { return events[0]; }

/* What was read and written is this process's count for all ranks, what the kernel killed that of their group: the
   difference is the last one's. */
static const long long *figures_of(const struct rank *rank, const struct rusage *usage) {
  static long long figures[FIGURES], before[FIGURES];
  long long now[FIGURES] = {0};
  memset(figures, 0, sizeof figures);
  set_children_io(now);
  add_rusage(figures, usage);
  figures[MAX_VIRTUAL_KIB] = figures[MAX_RSS_KIB];
  figures[READ_BYTES] = now[READ_BYTES] - before[READ_BYTES];
  figures[WRITTEN_BYTES] = now[WRITTEN_BYTES] - before[WRITTEN_BYTES];
  now[MEMORY_KILLS] = group_kills(&group);
  figures[MEMORY_KILLS] = rank->memory_kills + now[MEMORY_KILLS] - before[MEMORY_KILLS];
  memcpy(before, now, sizeof before);
  return figures;
}

int watch_work(void) {
  if (watch.limit_count == 0 || ranks_left == 0) return -1;
  long long kills = watch.kills;
  if (watch.due_ms <= steady_clock_ms()) look(&watch, unused);
  for (int i = 0; i < rank_count && watch.kills > kills; i++)
    if (ranks[i].pid > 0 && (watch.victim.branch == ranks[i].pid || watch.victim.branch == 0)) {
      ranks[i].memory_kills++;
      break;
    }
  long long left_ms = watch.due_ms - steady_clock_ms();
  return left_ms > 0 ? (int)left_ms : 0;
}

int collect_work(tell_end *tell) {
  char bytes[64];
  while (read(events[0], bytes, sizeof bytes) > 0) continue;
  while (ranks_left > 0) {
    int status;
    struct rusage usage;
    pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) break;
    for (int i = 0; i < rank_count; i++) {
      if (ranks[i].pid != pid) continue;
      int killed = WIFSIGNALED(status);
      ranks[i].pid = 0;
      ranks_left--;
      note_end(killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
      tell((struct rank_end){i, killed ? -1 : WEXITSTATUS(status), killed ? WTERMSIG(status) : -1, "", 0, figures_of(&ranks[i], &usage)});
    }
  }
  return ranks_left;
}

/* What kills or wakes goes to a rank's children too, as slurmstepd does it. */
void signal_work(int number) {
  int all = number == SIGKILL || number == SIGCONT;
  for (int i = 0; i < rank_count; i++)
    if (ranks[i].pid > 0) kill(all && ranks[i].group ? -ranks[i].group : ranks[i].pid, number);
}

int worst_end(void) { return worst; }

/* Takes what lies in stdin: the real srun reads it all the time, whether a rank wants it or not. */
static void take_stdin(void) {
  char bytes[65536];
  struct pollfd ready = {0, POLLIN, 0};
  for (size_t taken = 0; taken < MOST_STDIN_TAKEN && poll(&ready, 1, 0) > 0;) {
    ssize_t length = read(0, bytes, sizeof bytes);
    if (length <= 0) return;
    taken += (size_t)length;
  }
}

void finish_work(void) {
  for (int i = 0; i < rank_count; i++)
    if (ranks[i].group > 0) kill(-ranks[i].group, SIGKILL);
  close_group(&group);
  if (takes_stdin && reads_stdin && !isatty(0)) take_stdin();
}
