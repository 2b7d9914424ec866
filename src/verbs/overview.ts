/** Owns the queue as a monitor sees it: each job with how many of its elements stand where, and one that stands for all. */

import type { Removed, Waiting } from "../model/job.ts";
import { type Reason, type ReasonKey, reasonKey } from "../model/scheduling.ts";
import type { Page } from "../model/verbs.ts";
import { type Tally, type WatchedJob, type WatchedPart, watchedElement, watchedHead } from "../model/watch.ts";
import type { Means } from "./means.ts";
import { countParts } from "./target.ts";

/** A job as it stands; null where there is none. What ended, and why something waits, is not asked for here. */
export function overview({ store }: Means, id: number): WatchedJob | null {
  const job = store.jobs.head(id);
  const counts = store.elements.tally(id);
  if (!job || !counts) return null;
  const waiting = store.waiting.of(id);
  const { active: running, ok: done, notOk: failed } = counts;
  const tally: Tally = { done, running, failed, waiting: countParts(waiting) };
  return { head: watchedHead(job), tally, part: standIn(store, id, { waiting, running }) };
}

/** Ids of all jobs that are not over, and of those of which something ended since (epoch ms). */
export function recent({ store }: Means, since: number): readonly number[] {
  const alive = store.elements.alive().map(({ job }) => job);
  const all = [...store.waiting.jobs(), ...alive, ...store.overview.endedSince(since)];
  return [...new Set([...all, ...store.waiting.removedSince(since)])].sort((a, b) => a - b);
}

/** Parts of a job in order: what waits, what was removed, then its elements; and how many there are in all. */
export function page(means: Means, id: number, { from, count }: { from: number; count: number }): Page {
  const { store, engine } = means;
  const waits = store.waiting.of(id);
  const reasons = waits.length > 0 ? engine.reasons() : new Map<ReasonKey, Reason>();
  const others: readonly WatchedPart[] = [
    ...waits.map((part) => waitingPart(part, reasons.get(reasonKey(id, part)) ?? "none")),
    ...store.waiting.removedOf(id).map(removedPart),
  ];
  const first = others.slice(from, from + count);
  const left = { from: Math.max(0, from - others.length), count: count - first.length };
  const elements = left.count > 0 ? store.overview.page(id, left) : [];
  return { parts: [...first, ...elements.map(watchedElement)], total: others.length + store.overview.started(id) };
}

/** What runs stands for the job, else what waits, else what ended last, else what was removed. */
function standIn(
  store: Means["store"],
  id: number,
  { waiting, running }: { readonly waiting: readonly Waiting[]; readonly running: number },
): WatchedPart {
  const active = running > 0 ? store.overview.active(id) : null;
  if (active) return watchedElement(active);
  const [first] = waiting;
  if (first) return waitingPart(first, first.holds.length > 0 ? "heldByUser" : "none");
  const last = store.overview.last(id);
  const [removed] = store.waiting.removedOf(id);
  if (last && !(removed && removed.removedAt > (last.endedAt ?? 0) && last.outcome === "completed"))
    return watchedElement(last);
  if (removed) return removedPart(removed);
  return waitingPart({ job: id, indices: null, holds: [], error: null, restarts: 0, beginAt: 0 }, "none");
}

function waitingPart({ job: _, ...part }: Waiting, reason: Reason): WatchedPart {
  return { kind: "waiting", ...part, reason };
}

function removedPart({ job: _, ...removed }: Removed): WatchedPart {
  return { kind: "removed", ...removed };
}
