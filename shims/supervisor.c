/* Supervises jobs, one at a time: forks each, keeps its timeline, watches its memory or has the kernel do so, sums its
   usage, ends whatever it leaves behind. Where nothing is left it takes another one. */
#define _GNU_SOURCE
#include "supervisor.h"
#include "begin.h"
#include "frames.h"
#include "processes.h"
#include "reports.h"
#include "supervised.h"
#include "timeline.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define RECORD 4
#ifdef __linux__
#define MAY_SERVE_AGAIN 1
#else /* orphans are not handed over, so that nobody knows whether anything is left */
#define MAY_SERVE_AGAIN 0
#endif
#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0
#endif
#define UNKILLABLE_AFTER_MS 10000

struct supervised job;
static struct rlimit open_files;
static struct buffer orders;
static sigset_t while_waiting;

/* ---- the job's processes ---- */

/* Takes in every child that has ended, orphans of the job too. */
static void reap(void) {
  struct rusage usage;
  int status;
  pid_t pid;
  while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0 || (pid < 0 && errno == EINTR)) {
    if (pid < 0) continue;
    add_rusage(job.figures, &usage);
    if (pid == job.leader) job.ended = 1, job.end_status = status;
  }
  job.childless = pid < 0;
}

/* Answers below 0 when a child may have ended. */
static int wait_for(long long timeout_ms, fd_set *readable) {
  struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
  return pselect((job.starting ? job.status_pipe : RUNNER) + 1, readable, NULL, NULL, &timeout, &while_waiting);
}

/* Ends everything the job has left behind. What the kernel cannot end (a dead disk) is given up after a
   while; what is left twice in a row with nothing to signal is not the job's. */
static void sweep(void) {
  long long give_up_ms = steady_clock_ms() + UNKILLABLE_AFTER_MS;
#ifndef __linux__
  kill(-job.leader, SIGKILL);
#endif
  for (int quiet = 0; !job.childless && quiet < 2 && steady_clock_ms() < give_up_ms; reap()) {
    quiet = signal_descendants(getpid(), SIGKILL, NULL, 0) == 0 ? quiet + 1 : 0;
    if (quiet == 0) wait_for(20, NULL);
  }
}

void send_signal(int number, const char *scope) {
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

/* ---- what it is told ---- */

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
  report_tag(broken->tag);
  if (broken->everyone) send_signal(broken->signal, "all");
}

/* The timeline points into what is kept. */
static char *keep_payload(const char *bytes, size_t length) {
  char *payload = malloc(length + 1);
  job.payloads = realloc(job.payloads, (job.payload_count + 1) * sizeof *job.payloads);
  if (!payload || !job.payloads) abort();
  memcpy(payload, bytes, length);
  return job.payloads[job.payload_count++] = payload;
}

static void reschedule(char *payload, size_t length) {
  struct cursor cursor = {payload, payload + length, 0};
  take_string(&cursor); /* the key: the runner has seen to it */
  if (strcmp(take_string(&cursor), "replace") == 0) job.row_count = 0;
  take_rows(&cursor, steady_clock_ms());
}

/* Reads the runner's orders. The runner's end means the job's end: nobody could take its record any more. */
static void read_orders(void) {
  ssize_t length = recv(RUNNER, reserve(&orders, 4096), 4096, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    kill(job.leader, SIGKILL);
    reap();
    sweep();
    close_group(&job.group);
    _exit(0);
  }
  orders.length += (size_t)length;
  while (orders.length >= FRAME_HEAD) {
    char kind = orders.data[0];
    size_t size = frame_length(orders.data);
    if (orders.length - FRAME_HEAD < size) return;
    char *payload = kind == 'T' ? keep_payload(orders.data + FRAME_HEAD, size) : NULL;
    consume(&orders, FRAME_HEAD + size);
    if (kind == 'U') report_use();
    if (payload) reschedule(payload, size);
  }
}

/* ---- one job after the other ---- */

static void take_job(char *payload, size_t length) {
  job.tag = "";
  struct cursor cursor = {payload, payload + length, 0};
  take_launch(&cursor, &job.launch);
  take_rows(&cursor, 0); /* from the start, which is still to come */
  take_memory(&cursor);
  take_group(&cursor);
  if (cursor.broken) report_failure("record", "EINVAL", "");
}

static void attend(void) {
  begin_watch(&job.watch, job.leader);
  while (!job.ended) {
    fire_due_rows();
    if (job.watch.due_ms <= steady_clock_ms()) look_at_memory();
    if (reports_due_ms() <= steady_clock_ms()) flush_reports();
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(RUNNER, &readable);
    if (job.starting) FD_SET(job.status_pipe, &readable);
    long long due_ms = next_row_ms() < job.watch.due_ms ? next_row_ms() : job.watch.due_ms;
    if (reports_due_ms() < due_ms) due_ms = reports_due_ms();
    long long timeout_ms = due_ms - steady_clock_ms();
    int ready = wait_for(timeout_ms > 0 ? timeout_ms : 0, &readable);
    if (ready < 0) reap();
    if (job.starting && (job.ended || (ready > 0 && FD_ISSET(job.status_pipe, &readable)))) conclude_start();
    if (ready > 0 && FD_ISSET(RUNNER, &readable)) read_orders();
  }
}

/* Nothing of a job is left that could be seen in the next one. */
static void forget_job(void) {
  add_children_io(job.figures);
  close(job.record);
  if (job.errors >= 0) close(job.errors);
  for (size_t i = 0; i < job.payload_count; i++) free(job.payloads[i]);
  void *lists[] = {job.payloads, job.rows, job.launch.limits, job.launch.arguments, job.launch.environment, job.watch.limits, job.watch.tree.rows};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(lists[i]);
  memset(&job, 0, sizeof job);
  if (chdir("/") != 0) _exit(0);
}

/* Reads on, and takes the descriptor that comes with a launch. The runner's end is this process's. */
static void read_on(void) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec room = {reserve(&orders, 32768), 32768};
  struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(RUNNER, &message, MSG_CMSG_CLOEXEC);
  if (length < 0 && errno == EINTR) return;
  if (length <= 0) _exit(0);
  orders.length += (size_t)length;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (head && head->cmsg_type == SCM_RIGHTS) memcpy(&job.record, CMSG_DATA(head), sizeof job.record);
}

/* What else comes was meant for the job before. */
static void await_job(void) {
  for (;;) {
    size_t size = orders.length < FRAME_HEAD ? 0 : frame_length(orders.data);
    if (orders.length < FRAME_HEAD || orders.length - FRAME_HEAD < size) {
      read_on();
      continue;
    }
    char *payload = orders.data[0] == 'L' ? keep_payload(orders.data + FRAME_HEAD, size) : NULL;
    consume(&orders, FRAME_HEAD + size);
    if (payload) return take_job(payload, size);
  }
}

/* ---- the process ---- */

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
  sigemptyset(&while_waiting);
}

void supervise(const struct assignment *assignment) {
  settle_descriptors(assignment);
  settle_signals();
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  open_files = assignment->open_files;
  job.record = RECORD;
  take_job(assignment->payload, assignment->length);
  for (;;) {
    begin_job(&open_files);
    attend();
    sweep();
    report_end(job.childless && MAY_SERVE_AGAIN);
    if (!job.childless || !MAY_SERVE_AGAIN) _exit(0);
    forget_job();
    await_job();
  }
}
