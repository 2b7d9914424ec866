/* Begins a supervised job: opens its streams, makes its first process, and learns whether its program runs. */
#define _GNU_SOURCE
#include "begin.h"
#include "frames.h"
#include "processes.h"
#include "timeline.h"
#include "reports.h"
#include "supervised.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Whether a child of vfork really has this process's memory, and can leave there why it failed: under qemu or valgrind it
   has a copy. The first child shows it; volatile, for the compiler knows nothing of that child. */
static volatile int shares_memory;
static struct failure failed;

/* The first limit of what is in memory is the group's. */
static void leave_limit_to_group(void) {
  for (size_t i = 0; i < job.watch.limit_count; i++) {
    struct memory_limit *limit = &job.watch.limits[i];
    if (limit->is_virtual) continue;
    limit->kib = watched_kib(&job.group, limit->kib);
    return;
  }
}

static void tell_start(void) {
  leave_limit_to_group();
  report_start();
}

static _Noreturn void tell_failure(const char *stage, const char *error, const char *path) {
  waitpid(job.leader, NULL, 0);
  report_failure(stage, error, path);
}

/* The pipe closes when exec succeeds, and carries stage, error and path when something fails before. */
void conclude_start(void) {
  char text[8192];
  ssize_t length;
  do length = read(job.status_pipe, text, sizeof text - 1);
  while (length < 0 && errno == EINTR);
  close(job.status_pipe);
  job.starting = 0;
  if (length <= 0) return tell_start();
  struct cursor cursor = {text, text + length, 0};
  const char *stage = take_string(&cursor), *error = take_string(&cursor), *path = take_string(&cursor);
  tell_failure(stage, error, path);
}

static _Noreturn void job_process(struct streams streams, int status, const struct rlimit *open_files) {
  struct buffer text = {0};
  shares_memory = 1;
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  setsid();
  setrlimit(RLIMIT_NOFILE, open_files);
  enter_group(&job.group);
  become_job(&job.launch, streams, &failed);
  append_string(&text, failed.stage);
  append_string(&text, error_name(failed.error));
  append_string(&text, failed.path);
  if (status >= 0) write_all(status, text.data, text.length);
  _exit(127);
}

/* Quick: without a copy of this process's memory, which takes longer than all the rest; the child only makes itself the
   job, and must not wait for anybody but the kernel. */
static pid_t fork_job(struct streams streams, const struct rlimit *open_files, int status, int is_quick) {
#ifdef __linux__
  pid_t child = is_quick ? vfork() : fork();
#else
  pid_t child = fork();
  (void)is_quick;
#endif
  if (child == 0) job_process(streams, status, open_files);
  return child;
}

static int make_pipe(int *ends) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  if (pipe(ends) != 0) return -1;
  return fcntl(ends[0], F_SETFD, FD_CLOEXEC) | fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
}

static void close_streams(struct streams streams) {
  if (streams.input >= 0) close(streams.input);
  if (streams.output >= 0 && streams.output != streams.errors) close(streams.output);
  job.errors = streams.errors;
}

void begin_job(const struct rlimit *open_files) {
  struct streams streams;
  int status[2] = {-1, -1};
  if (prepare(&job.launch, &streams, &failed) != 0) report_failure(failed.stage, error_name(failed.error), failed.path);
  failed.stage = NULL;
  int is_quick = streams.input != WAITING && streams.output != WAITING && streams.errors != WAITING;
  int piped = is_quick && shares_memory ? 0 : make_pipe(status);
  job.started_ms = wall_clock_ms();
  count_rows_from(steady_clock_ms());
  if (piped != 0 || (job.leader = fork_job(streams, open_files, status[1], is_quick)) < 0)
    report_failure("fork", error_name(errno), job.launch.file);
  close_streams(streams);
  if (status[1] >= 0) close(status[1]);
  job.status_pipe = status[0];
  job.starting = status[0] >= 0;
  if (is_quick && job.starting) conclude_start();
  else if (is_quick && failed.stage) tell_failure(failed.stage, error_name(failed.error), failed.path);
  else if (is_quick) tell_start();
}
