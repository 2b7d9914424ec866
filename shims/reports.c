/* Tells record and runner what becomes of a supervisor's job. */
#define _GNU_SOURCE
#include "reports.h"
#include "frames.h"
#include "processes.h"
#include "supervised.h"
#include <limits.h>
#include <sys/wait.h>

/* So long may the runner not know that a job runs, if its end comes meanwhile. */
#define TOGETHER_MS 5

static struct buffer lines, frames; /* said together */
static long long due_ms = LLONG_MAX;

long long reports_due_ms(void) { return due_ms; }

static void write_lines(void) {
  const char *text = lines.data;
  size_t length = lines.length;
  for (ssize_t written; length > 0; text += written, length -= (size_t)written) {
    written = write(job.record, text, length);
    if (written < 0 && errno != EINTR) return; /* a full disk: the runner still knows */
    if (written < 0) written = 0;
  }
}

void flush_reports(void) {
  write_lines();
  write_all(RUNNER, frames.data, frames.length);
  lines.length = frames.length = 0;
  due_ms = LLONG_MAX;
}

static size_t open_report(char kind) {
  size_t frame = open_frame(&frames, kind);
  append_string(&frames, job.launch.key);
  return frame;
}

void report_start(void) {
  char *line = reserve(&lines, 64);
  lines.length += (size_t)sprintf(line, "started %d %lld\n", (int)job.leader, job.started_ms);
  size_t frame = open_report('S');
  append_number(&frames, job.leader);
  append_number(&frames, job.started_ms);
  close_frame(&frames, frame);
  due_ms = steady_clock_ms() + TOGETHER_MS;
}

/* The daemon hears of it at once. */
void report_tag(const char *tag) {
  if (!*tag || *job.tag) return;
  job.tag = tag;
  size_t frame = open_report('G');
  append_string(&frames, tag);
  close_frame(&frames, frame);
  flush_reports();
}

void report_use(void) {
  struct tree *tree = &job.watch.tree;
  long long figures[FIGURES];
  memcpy(figures, job.figures, sizeof figures);
  use_so_far(&job.watch, figures);
  figures[MEMORY_KILLS] += group_kills(&job.group);
  size_t frame = open_report('U');
  append_number(&frames, tree->rss_kib);
  append_number(&frames, tree->virtual_kib);
  append_number(&frames, (long long)tree->count);
  for (size_t i = 0; i < tree->count; i++) append_number(&frames, tree->rows[i].pid);
  for (int i = 0; i < FIGURES; i++) append_number(&frames, figures[i]);
  close_frame(&frames, frame);
  flush_reports();
}

static void sum_up(void) {
  set_children_io(job.figures);
  conclude_watch(&job.watch, job.figures);
  job.figures[MEMORY_KILLS] += group_kills(&job.group);
  close_group(&job.group);
}

void report_end(int free_again) {
  int by_signal = WIFSIGNALED(job.end_status);
  int value = by_signal ? WTERMSIG(job.end_status) : WEXITSTATUS(job.end_status);
  const char *how = by_signal ? "signal" : "exit";
  long long ended_ms = wall_clock_ms();
  sum_up();
  char *line = reserve(&lines, 128 + FIGURES * 24 + strlen(job.tag)), *text = line;
  text += sprintf(text, "exited %s %d %lld %lld %s", how, value, job.started_ms, ended_ms, job.tag);
  size_t frame = open_report('X');
  append_string(&frames, how);
  append_number(&frames, value);
  append_number(&frames, job.started_ms);
  append_number(&frames, ended_ms);
  append_string(&frames, job.tag);
  for (int i = 0; i < FIGURES; i++) {
    text += sprintf(text, " %lld", job.figures[i]);
    append_number(&frames, job.figures[i]);
  }
  text += sprintf(text, "\n");
  lines.length += (size_t)(text - line);
  close_frame(&frames, frame);
  if (free_again) close_frame(&frames, open_frame(&frames, 'I'));
  flush_reports();
}

_Noreturn void report_failure(const char *stage, const char *error, const char *path) {
  char *line = reserve(&lines, strlen(stage) + strlen(error) + strlen(path) + 16);
  lines.length += (size_t)sprintf(line, "failed %s %s %s\n", stage, error, path);
  for (char *at = line; at[0] && at[1]; at++)
    if (*at == '\n') *at = '?';
  size_t frame = open_report('F');
  append_string(&frames, stage);
  append_string(&frames, error);
  append_string(&frames, path);
  close_frame(&frames, frame);
  flush_reports();
  close_group(&job.group);
  _exit(0);
}
