/* Keeps the jobs of the runner, and tells of them. */
#include "jobs.h"
#include "lines.h"
#include "talk.h"

struct job *jobs;
static struct job **last = &jobs;

struct job *find_job(const char *key) {
  struct job *job = jobs;
  while (job && strcmp(job->key, key) != 0) job = job->next;
  return job;
}

struct job *add_job(const char *key) {
  struct job *job = calloc(1, sizeof *job);
  if (!job) abort();
  strcpy(job->key, key);
  job->blank = -1;
  *last = job;
  last = &job->next;
  return job;
}

void free_job(struct job *job) {
  struct job **link = &jobs;
  while (*link != job) link = &(*link)->next;
  *link = job->next;
  if (!*link) last = link;
  char *texts[] = {job->ending.data, job->line, job->affinity, job->after, job->note};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free(job);
}

void end_job(struct job *job, const char *frame, size_t length) {
  static unsigned long ends;
  append(&job->ending, frame, length);
  job->end_number = ++ends;
  job->supervisor = NULL;
  if (goes_on(job)) tell_listener_soon(frame, length);
  else tell_listener(frame, length);
}

void end_job_with(struct job *job, char kind, const char **strings) {
  struct buffer frame = {0};
  open_frame(&frame, kind);
  for (; *strings; strings++) append_string(&frame, *strings);
  close_frame(&frame, 0);
  end_job(job, frame.data, frame.length);
  free(frame.data);
}

static void tell_running(const struct job *job) {
  char pid[24], started[24];
  snprintf(pid, sizeof pid, "%d", (int)job->leader);
  snprintf(started, sizeof started, "%lld", job->started_ms);
  const char *strings[] = {job->key, pid, started, NULL};
  tell('R', strings);
}

void list_jobs(void) {
  const char *kind[] = {"c", "lines", NULL};
  for (struct job *job = jobs; job; job = job->next) {
    const char *strings[] = {job->key, job->after, job->note, NULL};
    if (job->after) tell('N', strings);
  }
  for (struct job *job = jobs; job; job = job->next)
    if (!job->end_number) tell_running(job);
  for (struct job *job = jobs; job; job = job->next)
    if (job->end_number) tell_listener(job->ending.data, job->ending.length);
  tell('E', kind);
}
