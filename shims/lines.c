/* Begins launches: what has no place of its own waits, in the order in which it came, for that of a member of its line. */
#define _GNU_SOURCE
#include "lines.h"
#include "jobs.h"
#include "launch.h"
#include "processes.h"
#include "supervisors.h"
#include "talk.h"

#define MANY 12 /* launches that wait in a line: more than begin while the daemon takes its turn */

struct waiting {
  struct waiting *next;
  size_t length;
  struct membership member; /* of the payload behind it */
  char payload[];
};

static struct waiting *waiting, **last = &waiting;

static void forget(struct waiting **link) {
  struct waiting *gone = *link;
  *link = gone->next;
  if (!*link) last = link;
  free(gone);
}

void forget_waiting(const char *key) {
  for (struct waiting **link = &waiting; *link;)
    if (strcmp((*link)->payload, key) == 0) forget(link);
    else link = &(*link)->next;
}

void forget_all_waiting(void) {
  while (waiting) forget(&waiting);
}

/* ---- beginning ---- */

static char *copy_of(const char *text) {
  char *copy = strdup(text);
  if (!copy) abort();
  return copy;
}

static void refuse(const char *key, const char *stage, int error) {
  const char *strings[] = {key, stage, error_name(error), record_path(is_key(key) ? key : ""), NULL};
  tell('F', strings);
}

/* One that is alone and never began is not kept: it may be tried again at once. */
static void fail(struct job *job, const char *stage, int error) {
  const char *strings[] = {job->key, stage, error_name(error), record_path(job->key), NULL};
  if (job->line) return end_job_with(job, 'F', strings);
  tell('F', strings);
  free_job(job);
}

static struct job *add_member(const char *key, const struct membership *member, struct job *place) {
  struct job *job = add_job(key);
  if (!*member->line) return job;
  job->line = copy_of(member->line);
  job->affinity = copy_of(place ? place->affinity : member->affinity);
  if (!place) return job;
  job->after = copy_of(place->key);
  job->note = copy_of(member->note);
  place->followed = 1;
  return job;
}

/* The payload, bound to the processors of its place. */
static struct buffer bound_payload(const struct membership *member, const char *payload, size_t length, const char *affinity) {
  struct buffer bound = {0};
  const char *rest = member->affinity + strlen(member->affinity) + 1;
  append(&bound, payload, (size_t)(member->affinity - payload));
  append_string(&bound, affinity);
  append(&bound, rest, (size_t)(payload + length - rest));
  return bound;
}

static int make_record(const char *key, const struct membership *member, const struct job *place, int *blank) {
  struct buffer after = {0};
  char *text = reserve(&after, place ? strlen(place->key) + strlen(member->note) + 16 : 1);
  *text = 0;
  if (place) sprintf(text, "after %s %s", place->key, member->note);
  for (char *at = text; *at; at++)
    if (*at == '\n') *at = '?';
  if (place) strcat(text, "\n");
  int record = open_record(key, text, blank), error = errno;
  free(text);
  return errno = error, record;
}

/* Begins a job, in a place or in none; 0 where there is a record of its key already. */
static int begin(char *payload, size_t length, const struct membership *member, struct job *place) {
  int blank, record = find_job(payload) ? (errno = EEXIST, -1) : make_record(payload, member, place, &blank);
  if (record < 0 && errno == EEXIST) return 0;
  int error = record < 0 ? errno : 0;
  struct job *job = add_member(payload, member, place);
  if (error) return fail(job, "record", error), 1;
  struct buffer bound = {0};
  if (place && strcmp(place->affinity, member->affinity) != 0) {
    bound = bound_payload(member, payload, length, place->affinity);
    payload = bound.data, length = bound.length;
  }
  job->blank = blank;
  error = supervise_job(job, record, payload, length);
  free(bound.data);
  if (!error) return 1;
  remove_record(job->key, blank); /* nothing was started, so it may be tried again */
  job->blank = -1;
  fail(job, "fork", error);
  return 1;
}

void launch(char *payload, size_t length) {
  const char *only_key[] = {payload, NULL};
  if (!is_key(payload)) return refuse(payload, "record", EINVAL);
  struct membership member = read_membership(payload, length);
  if (!begin(payload, length, &member, NULL)) tell('D', only_key);
}

/* ---- waiting ---- */

void wait_in_line(char *payload, size_t length) {
  struct membership member = read_membership(payload, length);
  if (!is_key(payload) || !*member.line) return refuse(payload, "record", EINVAL);
  struct waiting *added = malloc(sizeof *added + length);
  if (!added) abort();
  memcpy(added->payload, payload, length);
  added->next = NULL;
  added->length = length;
  added->member = read_membership(added->payload, length);
  *last = added;
  last = &added->next;
  fill_places();
}

/* The member of a line that ended first and was not followed. */
static struct job *place_in(const char *line) {
  struct job *first = NULL;
  for (struct job *job = jobs; job; job = job->next)
    if (job->end_number && job->line && !job->followed && strcmp(job->line, line) == 0)
      if (!first || job->end_number < first->end_number) first = job;
  return first;
}

int goes_on(const struct job *job) {
  int count = 0;
  for (struct waiting *each = job->line ? waiting : NULL; each && count < MANY; each = each->next)
    count += strcmp(each->member.line, job->line) == 0;
  return count == MANY;
}

/* What was withdrawn leaves the place to the next one; what fails to begin is itself a place. */
void fill_places(void) {
  const char *full = ""; /* the line that was looked at last; most that wait are of one */
  for (struct waiting **link = &waiting; *link;) {
    struct waiting *next = *link;
    struct job *place = strcmp(next->member.line, full) == 0 ? NULL : place_in(next->member.line);
    if (place) {
      begin(next->payload, next->length, &next->member, place);
      forget(link);
    } else {
      full = next->member.line;
      link = &next->next;
    }
  }
}
