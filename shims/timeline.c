/* Keeps the timeline of a supervisor's job: what is to happen to it, and when. */
#define _GNU_SOURCE
#include "timeline.h"
#include "frames.h"
#include "processes.h"
#include "reports.h"
#include "supervised.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

struct row {
  long long due_ms;
  int signal;
  char *scope, *tag, *notice;
};

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

long long next_row_ms(void) {
  const struct row *next = earliest_row();
  return next ? next->due_ms : LLONG_MAX;
}

void fire_due_rows(void) {
  for (struct row *row; !job.ended && (row = earliest_row()) && row->due_ms <= steady_clock_ms();) {
    struct row due = *row;
    size_t index = (size_t)(row - job.rows);
    memmove(row, row + 1, (job.row_count - index - 1) * sizeof *row);
    job.row_count--;
    report_tag(due.tag);
    if (*due.notice) write_notice(due.notice);
    if (due.signal > 0) send_signal(due.signal, due.scope);
  }
}

void take_rows(struct cursor *cursor, long long from_ms) {
  long long count = take_number(cursor);
  for (long long i = 0; i < count && !cursor->broken; i++) {
    struct row row = {.due_ms = from_ms + take_number(cursor)};
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

void count_rows_from(long long start_ms) {
  for (size_t i = 0; i < job.row_count; i++) job.rows[i].due_ms += start_ms;
}
