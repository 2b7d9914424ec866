/** Owns what a target means: which job, what of it waits, and which of its elements have started. */

import {
  commonIndices,
  countIndices,
  type Indices,
  indicesOf,
  joinedIndices,
  withoutIndices,
} from "../model/indices.ts";
import type { Waiting } from "../model/job.ts";
import type { JobHead, Result, Target } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";

/** A job and what of it is meant. */
export interface Meant {
  readonly job: JobHead;
  /** What was meant of an array by its indices; null for all of the job. */
  readonly indices: Indices | null;
  /** The waiting parts, cut to what is meant, and all the rest of what waits. */
  readonly waiting: readonly Waiting[];
  readonly otherWaiting: readonly Waiting[];
  /** What is meant and has not ended. */
  readonly alive: readonly StoredElement[];
  /** Indices that the job doesn't have. */
  readonly missing: Indices;
}

/** What the target means, or the result to give when that is nothing this user may touch. */
export function meantBy(store: Store, target: Target, by: number | null): Meant | Result {
  const found = locate(store, target);
  const job = found && store.jobs.head(found.id);
  if (!found || !job) return { kind: "unknown", id: target.id, indices: target.indices };
  if (by !== null && by !== 0 && by !== job.user.uid) return { kind: "denied", job };
  const { indices } = found;
  const parts = store.waiting.of(job.id);
  return {
    job,
    indices,
    waiting: parts.flatMap((part) => cut(part, indices, commonIndices)),
    otherWaiting: indices === null ? [] : parts.flatMap((part) => cut(part, indices, withoutIndices)),
    alive: store.elements.aliveOf(job.id).filter(({ index }) => isMeant(index, indices)),
    missing: indices ? withoutIndices(indices, job.indices ?? []) : [],
  };
}

/** The job behind any id, and what of it that id means. */
export function locate(store: Store, target: Target): Target | null {
  if (store.jobs.head(target.id)) return target;
  const which = store.elements.byOwnId(target.id);
  if (!which) return null;
  return { id: which.job, indices: which.index === null ? null : [[which.index, which.index]] };
}

/** The results for what is meant but isn't there, or for a job of which nothing is left; those of the verb go before. */
export function withLeftOver(store: Store, meant: Meant, results: readonly Result[]): Result[] {
  const { job, indices, missing } = meant;
  const unknown: Result[] = missing.length > 0 ? [{ kind: "unknown", id: job.id, indices: missing }] : [];
  if (indices === null) {
    if (results.length > 0) return [...results];
    return [{ kind: "alreadyEnded", job, element: store.elements.of(job.id).at(-1) ?? null }];
  }
  return [...results, ...endedOf(store, meant), ...unknown];
}

/** The indices of parts together; null for a plain job. */
export function indicesOfParts(parts: readonly Waiting[]): Indices | null {
  return parts.reduce<Indices | null>((all, { indices }) => (indices ? joinedIndices(all ?? [], indices) : all), null);
}

/** How many elements the parts have. */
export function countParts(parts: readonly Waiting[]): number {
  return parts.reduce((count, { indices }) => count + (indices ? countIndices(indices) : 1), 0);
}

function endedOf(store: Store, { job, indices, waiting, alive, missing }: Meant): Result[] {
  const around = joinedIndices(indicesOfParts(waiting) ?? [], numbers(alive.map(({ index }) => index ?? 0)));
  const ended = withoutIndices(withoutIndices(indices ?? [], around), missing);
  const results: Result[] = [];
  for (const [first, last] of ended)
    for (let index = first; index <= last; index++) {
      const element = store.elements.get({ job: job.id, index });
      results.push({ kind: "alreadyEnded", job, element });
    }
  return results;
}

function numbers(list: readonly number[]): Indices {
  return indicesOf(list.map((number) => ({ first: number, last: number, step: 1 })));
}

function cut(part: Waiting, wanted: Indices | null, how: (of: Indices, other: Indices) => Indices): Waiting[] {
  if (wanted === null) return [part];
  if (part.indices === null) return how === withoutIndices ? [part] : [];
  const indices = how(part.indices, wanted);
  return indices.length > 0 ? [{ ...part, indices }] : [];
}

function isMeant(index: number | null, wanted: Indices | null): boolean {
  return wanted === null || (index !== null && wanted.some(([first, last]) => first <= index && index <= last));
}
