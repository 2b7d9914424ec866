/* Starts the supervisors of jobs and hears what they say. */
#define _GNU_SOURCE
#include "supervisors.h"
#include "launch.h"
#include "lines.h"
#include "processes.h"
#include "supervisor.h"
#include "talk.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define MOST_IDLE 16
#define LARGEST_HANDED (64u << 10) /* bytes; a socket takes more than that at once */

struct supervisor *supervisors;
size_t supervisor_count;
struct rlimit open_files;
static int strangers;

/* ---- giving them jobs ---- */

/* In one piece, with the record: 0 when that is impossible. */
static int hand_over(struct supervisor *supervisor, int record, char *payload, size_t length) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  char head[FRAME_HEAD];
  struct iovec pieces[] = {{head, FRAME_HEAD}, {payload, length}};
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *right = CMSG_FIRSTHDR(&message);
  put_head(head, 'L', length);
  *right = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof record)};
  memcpy(CMSG_DATA(right), &record, sizeof record);
  return sendmsg(supervisor->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)(FRAME_HEAD + length);
}

static void dismiss(struct supervisor *supervisor) {
  struct supervisor **link = &supervisors;
  while (*link != supervisor) link = &(*link)->next;
  *link = supervisor->next;
  close(supervisor->socket);
  free(supervisor->inbox.data);
  free(supervisor->handed.data);
  free(supervisor);
  supervisor_count--;
}

static struct supervisor *idle_supervisor(void) {
  struct supervisor *supervisor = supervisors;
  while (supervisor && !supervisor->idle) supervisor = supervisor->next;
  return supervisor;
}

/* Gives a job to an idle supervisor; one that does not take it in one piece goes. NULL: there is none. */
static struct supervisor *employ_idle(int record, char *payload, size_t length) {
  struct supervisor *supervisor = length > LARGEST_HANDED ? NULL : idle_supervisor();
  while (supervisor && !hand_over(supervisor, record, payload, length)) {
    dismiss(supervisor);
    supervisor = idle_supervisor();
  }
  if (!supervisor) return NULL;
  supervisor->idle = 0;
  append(&supervisor->handed, payload, length);
  return supervisor;
}

/* NULL and errno when there can be no other process. */
static struct supervisor *employ_new(int record, char *payload, size_t length) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return NULL;
  fcntl(pair[0], F_SETFD, FD_CLOEXEC);
  pid_t pid = fork();
  if (pid == 0) {
    struct assignment assignment = {pair[1], record, payload, length, open_files};
    supervise(&assignment);
  }
  int error = errno;
  close(pair[1]);
  if (pid < 0) return close(pair[0]), errno = error, NULL;
  struct supervisor *supervisor = malloc(sizeof *supervisor);
  if (!supervisor) abort();
  *supervisor = (struct supervisor){.next = supervisors, .pid = pid, .socket = pair[0]};
  supervisor_count++;
  return supervisors = supervisor;
}

static int employ(struct supervisor *supervisor, struct job *job) {
  if (!supervisor) return 0;
  supervisor->job = job;
  job->supervisor = supervisor;
  return 1;
}

int supervise_job(struct job *job, int record, char *payload, size_t length) {
  struct supervisor *supervisor = employ_idle(record, payload, length);
  if (!supervisor) supervisor = employ_new(record, payload, length);
  int error = errno;
  close(record);
  return employ(supervisor, job) ? 0 : error;
}

/* ---- hearing them ---- */

/* A supervisor that went without a word was killed; its job is killed with it and recorded like a crash. */
static void end_abandoned(struct job *job) {
  char line[128], started[24], ended[24];
#ifndef __linux__
  if (job->leader > 0) kill(-job->leader, SIGKILL); /* nobody hands us its orphans */
#endif
  strangers = 1;
  long long now = wall_clock_ms();
  snprintf(started, sizeof started, "%lld", job->started_ms ? job->started_ms : now);
  snprintf(ended, sizeof ended, "%lld", now);
  snprintf(line, sizeof line, "exited signal 9 %s %s \n", started, ended);
  write_record(job->key, line);
  const char *strings[] = {job->key, "signal", "9", started, ended, "", NULL};
  end_job_with(job, 'X', strings);
}

static void note_start(struct job *job, char *frame, size_t size) {
  struct cursor cursor = {frame + FRAME_HEAD, frame + size, 0};
  take_string(&cursor);
  job->leader = (pid_t)take_number(&cursor);
  job->started_ms = take_number(&cursor);
}

static void hear_frame(struct supervisor *supervisor, char *frame, size_t size) {
  struct job *job = supervisor->job;
  supervisor->handed.length = 0;
  if (job && frame[0] == 'S') note_start(job, frame, size);
  if (frame[0] == 'I') supervisor->idle = 1;
  if (frame[0] == 'S' && job && goes_on(job)) tell_listener_soon(frame, size);
  else if (strchr("SUG", frame[0])) tell_listener(frame, size);
  if (frame[0] != 'X' && frame[0] != 'F') return;
  supervisor->job = NULL;
  if (job) end_job(job, frame, size);
}

/* One that was gone before it had read its job has begun nothing: another one gets it. */
static void pass_on(struct supervisor *gone) {
  struct job *job = gone->job;
  int record = open(record_path(job->key), O_WRONLY | O_APPEND | O_CLOEXEC);
  int is_passed = record >= 0 && employ(employ_new(record, gone->handed.data, gone->handed.length), job);
  const char *strings[] = {job->key, "fork", "EAGAIN", record_path(job->key), NULL};
  if (record >= 0) close(record);
  if (is_passed) return;
  write_record(job->key, "failed fork EAGAIN \n");
  end_job_with(job, 'F', strings);
}

static size_t idle_count(void) {
  size_t count = 0;
  for (struct supervisor *supervisor = supervisors; supervisor; supervisor = supervisor->next) count += supervisor->idle != 0;
  return count;
}

void hear_supervisor(struct supervisor *supervisor) {
  struct buffer *inbox = &supervisor->inbox;
  ssize_t length = recv(supervisor->socket, reserve(inbox, 4096), 4096, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length > 0) inbox->length += (size_t)length;
  while (inbox->length >= FRAME_HEAD) {
    size_t size = FRAME_HEAD + frame_length(inbox->data);
    if (inbox->length < size) break;
    hear_frame(supervisor, inbox->data, size);
    consume(inbox, size);
  }
  int is_spare = supervisor->idle && idle_count() > MOST_IDLE;
  if (length > 0 && !is_spare) return;
  if (supervisor->job && length < 0 && errno == ECONNRESET && supervisor->handed.length) pass_on(supervisor);
  else if (supervisor->job) end_abandoned(supervisor->job);
  dismiss(supervisor);
}

void order_supervisor(struct job *job, char kind, const char *payload, size_t length) {
  char head[FRAME_HEAD];
  put_head(head, kind, length);
  job->supervisor->handed.length = 0; /* if that is not read, the job may have been */
  if (write_all(job->supervisor->socket, head, FRAME_HEAD) == 0) write_all(job->supervisor->socket, payload, length);
}

/* ---- children ---- */

/* Ends children that are not supervisors. */
static void end_strangers(void) {
  pid_t *spared = malloc((supervisor_count + 1) * sizeof *spared);
  size_t count = 0;
  if (!spared) abort();
  for (struct supervisor *supervisor = supervisors; supervisor; supervisor = supervisor->next)
    spared[count++] = supervisor->pid;
  signal_descendants(getpid(), SIGKILL, spared, count);
  free(spared);
}

void reap_children(void) {
  int status, unclean = 0;
  while (waitpid(-1, &status, WNOHANG) > 0) unclean |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  if (unclean || strangers) end_strangers();
  strangers = 0;
}
