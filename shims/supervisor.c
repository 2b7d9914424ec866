/* Supervises one job: forks it, keeps its timeline, watches its memory or has the kernel do so, sums its usage, ends whatever it leaves behind,
   writes its record. */
#define _GNU_SOURCE
#include "supervisor.h"
#include "frames.h"
#include "group.h"
#include "launch.h"
#include "processes.h"
#include "usage.h"
#include "watch.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define RUNNER 3
#define RECORD 4
#define UNKILLABLE_AFTER_MS 10000

struct row {
  long long due_ms;
  int signal;
  char *scope, *tag, *notice;
};

static struct {
  struct launch launch;
  struct row *rows;
  size_t row_count;
  pid_t leader;
  int starting, status_pipe, errors, ended, end_status;
  long long started_ms;
  char started_text[32];
  const char *tag;
  long long figures[FIGURES]; /* of processes that were waited for */
  struct watch watch;
  struct group group;
  struct buffer orders;
  sigset_t while_waiting;
} job;

/* ---- telling ---- */

static void write_record(const char *text) {
  size_t length = strlen(text);
  for (ssize_t written; length > 0; text += written, length -= (size_t)written) {
    written = write(RECORD, text, length);
    if (written < 0 && errno != EINTR) return; /* a full disk: the runner still knows */
    if (written < 0) written = 0;
  }
}

static void tell_runner(struct buffer *frame) {
  close_frame(frame, 0);
  write_all(RUNNER, frame->data, frame->length);
}

static _Noreturn void report_failure(const char *stage, const char *error, const char *path) {
  struct buffer line = {0}, frame = {0};
  char *text = reserve(&line, strlen(stage) + strlen(error) + strlen(path) + 16);
  sprintf(text, "failed %s %s %s\n", stage, error, path);
  for (char *at = text; at[0] && at[1]; at++)
    if (*at == '\n') *at = '?';
  write_record(text);
  open_frame(&frame, 'F');
  append_string(&frame, job.launch.key);
  append_string(&frame, stage);
  append_string(&frame, error);
  append_string(&frame, path);
  tell_runner(&frame);
  close_group(&job.group);
  _exit(0);
}

static void report_start(void) {
  struct buffer frame = {0};
  char line[64];
  snprintf(line, sizeof line, "started %d %lld\n", (int)job.leader, job.started_ms);
  write_record(line);
  open_frame(&frame, 'S');
  append_string(&frame, job.launch.key);
  append_number(&frame, job.leader);
  append_number(&frame, job.started_ms);
  tell_runner(&frame);
  free(frame.data);
}

/* The first tag is the end's, and the daemon hears of it at once. */
static void take_tag(const char *tag) {
  struct buffer frame = {0};
  if (!*tag || *job.tag) return;
  job.tag = tag;
  open_frame(&frame, 'G');
  append_string(&frame, job.launch.key);
  append_string(&frame, tag);
  tell_runner(&frame);
  free(frame.data);
}

static _Noreturn void report_end(void) {
  int by_signal = WIFSIGNALED(job.end_status);
  int value = by_signal ? WTERMSIG(job.end_status) : WEXITSTATUS(job.end_status);
  long long ended_ms = wall_clock_ms();
  struct buffer line = {0}, frame = {0};
  set_children_io(job.figures);
  conclude_watch(&job.watch, job.figures);
  job.figures[MEMORY_KILLS] += group_kills(&job.group);
  close_group(&job.group);
  char *text = reserve(&line, 128 + FIGURES * 24 + strlen(job.tag));
  text += sprintf(text, "exited %s %d %lld %lld %s", by_signal ? "signal" : "exit", value, job.started_ms, ended_ms, job.tag);
  open_frame(&frame, 'X');
  append_string(&frame, job.launch.key);
  append_string(&frame, by_signal ? "signal" : "exit");
  append_number(&frame, value);
  append_number(&frame, job.started_ms);
  append_number(&frame, ended_ms);
  append_string(&frame, job.tag);
  for (int i = 0; i < FIGURES; i++) {
    text += sprintf(text, " %lld", job.figures[i]);
    append_number(&frame, job.figures[i]);
  }
  sprintf(text, "\n");
  write_record(line.data);
  tell_runner(&frame);
  _exit(0);
}

/* What the job has used so far and uses now. */
static void report_use(void) {
  struct buffer frame = {0};
  struct tree *tree = &job.watch.tree;
  long long figures[FIGURES];
  memcpy(figures, job.figures, sizeof figures);
  use_so_far(&job.watch, figures);
  figures[MEMORY_KILLS] += group_kills(&job.group);
  open_frame(&frame, 'U');
  append_string(&frame, job.launch.key);
  append_number(&frame, tree->rss_kib);
  append_number(&frame, tree->virtual_kib);
  append_number(&frame, (long long)tree->count);
  for (size_t i = 0; i < tree->count; i++) append_number(&frame, tree->rows[i].pid);
  for (int i = 0; i < FIGURES; i++) append_number(&frame, figures[i]);
  tell_runner(&frame);
  free(frame.data);
}

/* ---- the job's processes ---- */

/* Takes in every child that has ended, orphans of the job too; answers whether there are any children left. */
static int reap(void) {
  struct rusage usage;
  int status;
  pid_t pid;
  while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0 || (pid < 0 && errno == EINTR)) {
    if (pid < 0) continue;
    add_rusage(job.figures, &usage);
    if (pid == job.leader) job.ended = 1, job.end_status = status;
  }
  return pid == 0;
}

static int wait_for(long long timeout_ms, fd_set *readable) {
  struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
  return pselect((job.starting ? job.status_pipe : RUNNER) + 1, readable, NULL, NULL, timeout_ms < 0 ? NULL : &timeout, &job.while_waiting);
}

/* Ends everything the job has left behind. What the kernel cannot end (a dead disk) is given up after a
   while; what is left twice in a row with nothing to signal is not the job's. */
static void sweep(void) {
  long long give_up_ms = steady_clock_ms() + UNKILLABLE_AFTER_MS;
#ifndef __linux__
  kill(-job.leader, SIGKILL);
#endif
  for (int quiet = 0; reap() && quiet < 2 && steady_clock_ms() < give_up_ms;) {
    quiet = signal_descendants(getpid(), SIGKILL, NULL, 0) == 0 ? quiet + 1 : 0;
    if (quiet == 0) wait_for(20, NULL);
  }
}

static void send_signal(int number, const char *scope) {
  int everyone = strcmp(scope, "all") == 0;
  if (*scope && scope[strlen(scope) - 1] == '=') {
    signal_bearers(getpid(), number, scope, job.leader);
    return;
  }
#ifdef __linux__
  if (everyone && signal_descendants(getpid(), number, NULL, 0) > 0) return;
#else
  if (everyone && kill(-job.leader, number) == 0) return;
#endif
  kill(job.leader, number);
}

/* ---- the timeline ---- */

static void write_notice(const char *notice) {
  struct buffer text = {0};
  for (const char *at = notice; *at; at++) {
    if (at[0] == '%' && at[1] == 'T') {
      char now[32];
      time_t seconds = time(NULL);
      strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S", localtime(&seconds));
      append(&text, now, strlen(now));
      at++;
    } else {
      append(&text, at, 1);
    }
  }
  const char *path = *job.launch.errors ? job.launch.errors : job.launch.output;
  int fd = job.errors >= 0 ? job.errors : open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && text.length > 0) {
    struct stat facts;
    /* The job's own descriptor: its later writes go behind the notice. The end of the file, even so: somebody may
       have written there through another one. */
    if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) lseek(fd, 0, SEEK_END);
    ssize_t written = write(fd, text.data, text.length);
    (void)written; /* a full disk must not keep the signal from being sent */
  }
  if (fd >= 0 && fd != job.errors) close(fd);
  free(text.data);
}

static struct row *earliest_row(void) {
  struct row *earliest = NULL;
  for (size_t i = 0; i < job.row_count; i++)
    if (!earliest || job.rows[i].due_ms < earliest->due_ms) earliest = &job.rows[i];
  return earliest;
}

static void fire_due_rows(void) {
  for (struct row *row; !job.ended && (row = earliest_row()) && row->due_ms <= steady_clock_ms();) {
    struct row due = *row;
    size_t index = (size_t)(row - job.rows);
    memmove(row, row + 1, (job.row_count - index - 1) * sizeof *row);
    job.row_count--;
    take_tag(due.tag);
    if (*due.notice) write_notice(due.notice);
    if (due.signal > 0) send_signal(due.signal, due.scope);
  }
}

/* Adds rows; their strings stay where they are, so the payload must live as long as the job. */
static void take_rows(struct cursor *cursor) {
  long long count = take_number(cursor), now = steady_clock_ms();
  for (long long i = 0; i < count && !cursor->broken; i++) {
    struct row row = {.due_ms = now + take_number(cursor)};
    row.signal = (int)take_number(cursor);
    row.scope = take_string(cursor);
    row.tag = take_string(cursor);
    row.notice = take_string(cursor);
    if (cursor->broken) return;
    job.rows = realloc(job.rows, (job.row_count + 1) * sizeof *job.rows);
    if (!job.rows) abort();
    job.rows[job.row_count++] = row;
  }
}

/* The launch's memory limits, and the signal that a broken one brings. */
static void take_memory(struct cursor *cursor) {
  long long count = take_number(cursor);
  for (long long i = 0; i < count && !cursor->broken; i++) {
    struct memory_limit limit = {.is_virtual = strcmp(take_string(cursor), "virtual") == 0};
    limit.kib = take_number(cursor);
    limit.signal = (int)take_number(cursor);
    const char *scope = take_string(cursor);
    limit.everyone = strcmp(scope, "all") == 0;
    if (*scope && scope[strlen(scope) - 1] == '=') limit.apart = scope;
    limit.tag = take_string(cursor);
    if (!cursor->broken) add_limit(&job.watch, limit);
  }
}

/* Older daemons say nothing of a group. */
static void take_group(struct cursor *cursor) {
  const char *path = cursor->at < cursor->end ? take_string(cursor) : "";
  for (size_t i = 0; i < job.watch.limit_count && *path; i++) {
    if (job.watch.limits[i].is_virtual) continue;
    open_group(&job.group, path, job.watch.limits[i].kib);
    return;
  }
}

static void look_at_memory(void) {
  const struct memory_limit *broken = look(&job.watch, job.figures);
  if (!broken) return;
  take_tag(broken->tag);
  if (broken->everyone) send_signal(broken->signal, "all");
}

static void obey(char *payload, size_t length) {
  struct cursor cursor = {payload, payload + length, 0};
  take_string(&cursor); /* the key: the runner has seen to it */
  if (strcmp(take_string(&cursor), "replace") == 0) job.row_count = 0;
  take_rows(&cursor);
}

/* Reads the runner's orders. The runner's end means the job's end: nobody could take its record any more. */
static void read_orders(void) {
  ssize_t length = recv(RUNNER, reserve(&job.orders, 4096), 4096, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    kill(job.leader, SIGKILL);
    sweep();
    close_group(&job.group);
    _exit(0);
  }
  job.orders.length += (size_t)length;
  while (job.orders.length >= FRAME_HEAD) {
    size_t size = frame_length(job.orders.data);
    if (job.orders.length - FRAME_HEAD < size) return;
    if (job.orders.data[0] == 'U') {
      consume(&job.orders, FRAME_HEAD + size);
      report_use();
      continue;
    }
    char *payload = malloc(size + 1); /* kept: the timeline points into it */
    if (!payload) abort();
    memcpy(payload, job.orders.data + FRAME_HEAD, size);
    consume(&job.orders, FRAME_HEAD + size);
    obey(payload, size);
  }
}

/* ---- starting ---- */

/* The first limit of what is in memory is the group's. */
static void leave_limit_to_group(void) {
  for (size_t i = 0; i < job.watch.limit_count; i++) {
    struct memory_limit *limit = &job.watch.limits[i];
    if (limit->is_virtual) continue;
    limit->kib = watched_kib(&job.group, limit->kib);
    return;
  }
}

/* The pipe closes when exec succeeds, and carries stage, error and path when something fails before. */
static void read_status(void) {
  char text[8192];
  ssize_t length;
  do length = read(job.status_pipe, text, sizeof text - 1);
  while (length < 0 && errno == EINTR);
  close(job.status_pipe);
  job.starting = 0;
  if (length <= 0) {
    leave_limit_to_group();
    report_start();
    return;
  }
  waitpid(job.leader, NULL, 0);
  struct cursor cursor = {text, text + length, 0};
  const char *stage = take_string(&cursor), *error = take_string(&cursor), *path = take_string(&cursor);
  report_failure(stage, error, path);
}

static _Noreturn void job_process(const struct assignment *assignment, struct streams streams, int status) {
  struct failure failure;
  struct buffer text = {0};
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  setsid();
  setrlimit(RLIMIT_NOFILE, &assignment->open_files);
  enter_group(&job.group);
  become_job(&job.launch, streams, &failure);
  append_string(&text, failure.stage);
  append_string(&text, error_name(failure.error));
  append_string(&text, failure.path);
  write_all(status, text.data, text.length);
  _exit(127);
}

static void start(const struct assignment *assignment) {
  struct failure failure;
  struct streams streams;
  int status[2];
  if (prepare(&job.launch, &streams, &failure) != 0)
    report_failure(failure.stage, error_name(failure.error), failure.path);
#ifdef __linux__
  int piped = pipe2(status, O_CLOEXEC);
#else
  int piped = pipe(status);
  if (piped == 0) fcntl(status[0], F_SETFD, FD_CLOEXEC), fcntl(status[1], F_SETFD, FD_CLOEXEC);
#endif
  job.started_ms = wall_clock_ms();
  if (piped != 0 || (job.leader = fork()) < 0) report_failure("fork", error_name(errno), job.launch.file);
  if (job.leader == 0) job_process(assignment, streams, status[1]);
  close(status[1]);
  if (streams.input >= 0) close(streams.input);
  if (streams.output >= 0 && streams.output != streams.errors) close(streams.output);
  job.errors = streams.errors;
  job.status_pipe = status[0];
  job.starting = 1;
}

/* Leaves only the standard streams, RUNNER and RECORD open: nobody else's sockets may live on in here. */
static void settle_descriptors(const struct assignment *assignment) {
  int socket = fcntl(assignment->socket, F_DUPFD, RECORD + 1), record = fcntl(assignment->record, F_DUPFD, RECORD + 1);
  if (socket < 0 || record < 0 || dup2(socket, RUNNER) < 0 || dup2(record, RECORD) < 0) _exit(1);
  fcntl(RUNNER, F_SETFD, FD_CLOEXEC);
  fcntl(RECORD, F_SETFD, FD_CLOEXEC);
  close_from(RECORD + 1);
}

static void on_child(int number) { (void)number; }

static void settle_signals(void) {
  struct sigaction action = {.sa_handler = on_child};
  sigset_t blocked;
  sigaction(SIGCHLD, &action, NULL);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  sigemptyset(&job.while_waiting);
}

void supervise(const struct assignment *assignment) {
  settle_descriptors(assignment);
  settle_signals();
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  job.tag = "";
  struct cursor cursor = {assignment->payload, assignment->payload + assignment->length, 0};
  take_launch(&cursor, &job.launch);
  take_rows(&cursor);
  take_memory(&cursor);
  take_group(&cursor);
  if (cursor.broken) report_failure("record", "EINVAL", "");
  start(assignment);
  begin_watch(&job.watch, job.leader);
  for (;;) {
    reap();
    if (job.ended && job.starting) read_status();
    if (job.ended) break;
    fire_due_rows();
    if (job.watch.due_ms <= steady_clock_ms()) look_at_memory();
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(RUNNER, &readable);
    if (job.starting) FD_SET(job.status_pipe, &readable);
    struct row *next = earliest_row();
    long long due_ms = next && next->due_ms < job.watch.due_ms ? next->due_ms : job.watch.due_ms;
    long long timeout_ms = due_ms - steady_clock_ms();
    if (wait_for(timeout_ms > 0 ? timeout_ms : 0, &readable) <= 0) continue;
    if (job.starting && FD_ISSET(job.status_pipe, &readable)) read_status();
    if (FD_ISSET(RUNNER, &readable)) read_orders();
  }
  sweep();
  report_end();
}
