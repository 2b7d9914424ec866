/* Starts the supervisors of jobs and hears what they say. */
#define _GNU_SOURCE
#include "supervisors.h"
#include "launch.h"
#include "processes.h"
#include "supervisor.h"
#include "talk.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct supervisor *supervisors;
size_t supervisor_count;
struct rlimit open_files;
static int strangers;

int supervise_job(struct job *job, int record, char *payload, size_t length) {
  int pair[2], error = 0;
  pid_t pid = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    pid = fork();
    if (pid == 0) {
      struct assignment assignment = {pair[1], record, payload, length, open_files};
      supervise(&assignment);
    }
    error = errno;
    close(pair[1]);
    if (pid < 0) close(pair[0]);
  } else {
    error = errno;
  }
  close(record);
  if (pid < 0) return error;
  struct supervisor *supervisor = calloc(1, sizeof *supervisor);
  if (!supervisor) abort();
  *supervisor = (struct supervisor){.next = supervisors, .pid = pid, .socket = pair[0], .job = job};
  supervisors = supervisor;
  supervisor_count++;
  job->supervisor = supervisor;
  return 0;
}

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
  if (job && frame[0] == 'S') note_start(job, frame, size);
  if (frame[0] != 'X' && frame[0] != 'F') return tell_listener(frame, size);
  supervisor->job = NULL;
  if (job) end_job(job, frame, size);
}

static void dismiss(struct supervisor *supervisor) {
  struct supervisor **link = &supervisors;
  while (*link != supervisor) link = &(*link)->next;
  *link = supervisor->next;
  close(supervisor->socket);
  free(supervisor->inbox.data);
  free(supervisor);
  supervisor_count--;
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
  if (length > 0) return;
  if (supervisor->job) end_abandoned(supervisor->job);
  dismiss(supervisor);
}

void order_supervisor(struct job *job, char kind, const char *payload, size_t length) {
  char head[FRAME_HEAD];
  put_head(head, kind, length);
  if (write_all(job->supervisor->socket, head, FRAME_HEAD) == 0) write_all(job->supervisor->socket, payload, length);
}

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
