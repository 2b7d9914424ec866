/* Looks at a job's memory often at first, so that short jobs are seen, then as often as limits need it. */
#define _GNU_SOURCE
#include "watch.h"
#include "processes.h"
#include <signal.h>
#include <stdlib.h>

#define FIRST_LOOK_MS 30
#define NEAR_LOOK_MS 250  /* more than half of a limit is used */
#define NEXT_LOOK_MS 1000 /* less: what takes twice as much as it may is ended within two seconds all the same */
#define EASY_LOOK_MS 2000 /* there is no limit */
#define AFTER_KILL_MS 50
#define PATIENT_LOOKS 8 /* near a limit: two seconds */

void add_limit(struct watch *watch, struct memory_limit limit) {
  watch->limits = realloc(watch->limits, (watch->limit_count + 1) * sizeof limit);
  if (!watch->limits) abort();
  watch->limits[watch->limit_count++] = limit;
}

void begin_watch(struct watch *watch, pid_t leader) {
  watch->leader = leader;
  watch->due_ms = steady_clock_ms() + FIRST_LOOK_MS;
}

static void note(long long *most, long long value) {
  if (value > *most) *most = value;
}

/* Address space counts for as long as processors work in it. */
static void see(struct watch *watch, const long long *figures, int with_io) {
  struct tree *tree = &watch->tree;
  read_descendants(tree, watch->leader, with_io);
  long long used = figures[USER_MICROS] + figures[SYSTEM_MICROS] + tree->figures[USER_MICROS] + tree->figures[SYSTEM_MICROS];
  long long more = used / 1000 - watch->processor_ms;
  if (more > 0) {
    watch->virtual_kib_millis += tree->virtual_kib * more;
    watch->processor_ms += more;
  }
  note(&watch->max_rss_kib, tree->rss_kib);
  note(&watch->max_virtual_kib, tree->virtual_kib);
}

/* Forked processes share most of what they have: only what is really there counts, but it takes longer to learn. */
static int is_passed(const struct tree *tree, const struct memory_limit *limit) {
  if (limit->is_virtual) return tree->virtual_kib > limit->kib;
  return tree->rss_kib > limit->kib && resident_kib(tree) > limit->kib;
}

static int still_dies(const struct watch *watch) {
  for (size_t i = 0; i < watch->tree.count; i++)
    if (watch->tree.rows[i].pid == watch->victim.pid && watch->tree.rows[i].started == watch->victim.started) return 1;
  return 0;
}

/* Marks what others see to; answers whether they still may: what is left of the job keeps to the limit. */
static int is_left_to_others(struct watch *watch, struct memory_limit *limit) {
  long long own_kib = 0;
  if (!limit->apart || bears(watch->leader, limit->apart)) return 0;
  for (size_t i = 0; i < watch->tree.count; i++) {
    struct process_use *row = &watch->tree.rows[i];
    row->apart = bears(row->pid, limit->apart);
    if (!row->apart) own_kib += row->rss_kib;
  }
  if (own_kib > limit->kib) return 0;
  if (limit->patience++ < PATIENT_LOOKS) return 1;
  for (size_t i = 0; i < watch->tree.count; i++) watch->tree.rows[i].apart = 0;
  return 0;
}

static void end_largest(struct watch *watch, const struct memory_limit *limit) {
  const struct process_use *largest = NULL;
  for (size_t i = 0; i < watch->tree.count; i++) {
    const struct process_use *row = &watch->tree.rows[i];
    long long size = limit->is_virtual ? row->virtual_kib : row->rss_kib;
    if (row->apart) continue;
    if (!largest || size > (limit->is_virtual ? largest->virtual_kib : largest->rss_kib)) largest = row;
  }
  if (!largest || still_dies(watch)) return;
  watch->victim = *largest;
  watch->kills++;
  signal_exactly(largest->pid, largest->started, limit->signal);
}

static long long pause_ms(const struct watch *watch) {
  long long doubled = FIRST_LOOK_MS << (watch->looks < 8 ? watch->looks : 8);
  long long usual = watch->limit_count > 0 ? NEXT_LOOK_MS : EASY_LOOK_MS;
  for (size_t i = 0; i < watch->limit_count; i++) {
    long long used = watch->limits[i].is_virtual ? watch->tree.virtual_kib : watch->tree.rss_kib;
    if (used > watch->limits[i].kib / 2) usual = NEAR_LOOK_MS;
  }
  return doubled < usual ? doubled : usual;
}

const struct memory_limit *look(struct watch *watch, const long long *figures) {
  const struct memory_limit *passed = NULL;
  watch->looks++;
  see(watch, figures, 0);
  watch->due_ms = steady_clock_ms() + pause_ms(watch);
  for (size_t i = 0; i < watch->limit_count && !passed; i++) {
    struct memory_limit *limit = &watch->limits[i];
    if ((limit->everyone && limit->passed && limit->signal != SIGKILL) || !is_passed(&watch->tree, limit)) continue;
    if (is_left_to_others(watch, limit)) continue;
    limit->patience = 0;
    if (!limit->everyone) {
      end_largest(watch, limit);
      watch->due_ms = steady_clock_ms() + AFTER_KILL_MS;
    }
    limit->passed = 1;
    passed = limit;
  }
  return passed;
}

void use_so_far(struct watch *watch, long long *figures) {
  set_children_io(figures);
  see(watch, figures, 1);
  for (int i = 0; i < FIGURES; i++) figures[i] += watch->tree.figures[i];
  conclude_watch(watch, figures);
}

void conclude_watch(const struct watch *watch, long long *figures) {
  note(&figures[MAX_RSS_KIB], watch->max_rss_kib);
  note(&figures[MAX_VIRTUAL_KIB], watch->max_virtual_kib);
  note(&figures[MAX_VIRTUAL_KIB], figures[MAX_RSS_KIB]);
  figures[VIRTUAL_KIB_MILLIS] += watch->virtual_kib_millis;
  figures[MEMORY_KILLS] += watch->kills;
}
