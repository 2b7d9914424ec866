/** Owns how the jobs that a filter can mean are found: through an index, never by looking at everything. */

import { type Indices, joinedIndices } from "../model/indices.ts";
import type { Removed } from "../model/job.ts";
import type { Filter } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import { locate } from "./target.ts";

/** What of one job is to be listed. */
export interface Found {
  waits: boolean;
  readonly removed: Removed[];
  readonly elements: StoredElement[];
  /** Null is all of it. */
  indices: Indices | null;
}

/** The jobs of which something is to be listed, in order of id, and what of each. */
export interface FoundJobs {
  readonly ids: readonly number[];
  of(id: number): Found;
}

/** What the filter's ids, names or times reach; the rest of the filter is not looked at. */
export function find(store: Store, filter: Filter): FoundJobs {
  if (filter.ids) return ordered(byIds(store, filter, filter.ids));
  const named = filter.endedSince === undefined ? undefined : fewNamed(store, filter);
  return named ? ordered(byNumber(store, filter, named)) : byState(store, filter);
}

/** Above so many jobs of a name, the times are the shorter way. */
const fewJobs = 1_000;

/** The jobs of the filter's names, if they are few, or if its times leave nothing out. */
function fewNamed(store: Store, { names, endedSince }: Filter): ReadonlySet<number> | undefined {
  const ids = names && new Set(names.flatMap((name) => store.jobs.named(name)));
  return ids && (endedSince === 0 || ids.size <= fewJobs) ? ids : undefined;
}

type Founds = Map<number, Found>;

/** Of most jobs no more than what waits. */
export const whatWaits: Found = { waits: true, removed: [], elements: [], indices: null };

/** `waiting`: jobs of which at least what waits is to be listed, in order of id; nearly always there is no more to most of them. */
function ordered(found: Founds, waiting: readonly number[] = []): FoundJobs {
  if (found.size === 0) return { ids: waiting, of: () => whatWaits };
  for (const id of waiting) {
    const known = found.get(id);
    if (known) known.waits = true;
  }
  const ids = [...new Set([...waiting, ...found.keys()])].sort((a, b) => a - b);
  return { ids, of: (id) => found.get(id) ?? whatWaits };
}

function byIds(store: Store, filter: Filter, ids: NonNullable<Filter["ids"]>): Founds {
  const found: Founds = new Map();
  for (const asked of ids) {
    const target = locate(store, asked);
    if (!target) continue;
    const known = found.get(target.id);
    if (known) {
      known.indices = known.indices && target.indices && joinedIndices(known.indices, target.indices);
      continue;
    }
    addAll(store, filter, { job: target.id, into: entry(found, target.id) });
    entry(found, target.id).indices = target.indices;
  }
  return found;
}

function byNumber(store: Store, filter: Filter, ids: ReadonlySet<number>): Founds {
  const found: Founds = new Map();
  for (const id of ids) addAll(store, filter, { job: id, into: entry(found, id) });
  return found;
}

function byState(store: Store, filter: Filter): FoundJobs {
  const found: Founds = new Map();
  const add = (element: StoredElement): void => void entry(found, element.job).elements.push(element);
  if (filter.endedSince !== undefined && asksFor(filter, "ended")) {
    if (filter.earlierRuns) store.elements.earlierRunsSince(filter.endedSince).forEach(add);
    store.elements.endedSince(filter.endedSince).forEach(add);
    for (const job of store.waiting.removedSince(filter.endedSince))
      addRemoved(store, filter.endedSince, { job, into: entry(found, job) });
  }
  store.elements.alive().forEach(add);
  return ordered(found, asksFor(filter, "waiting") ? store.waiting.jobs() : []);
}

function asksFor(filter: Filter, state: string): boolean {
  return !filter.states || filter.states.some((each) => each === state);
}

function entry(found: Founds, job: number): Found {
  const known = found.get(job);
  if (known) return known;
  const made: Found = { waits: false, removed: [], elements: [], indices: null };
  found.set(job, made);
  return made;
}

/** Adds everything of a job that the filter's times allow. */
function addAll(store: Store, filter: Filter, { job, into }: { readonly job: number; readonly into: Found }): void {
  const since = filter.endedSince;
  into.waits = true;
  if (since === undefined) {
    into.elements.push(...store.elements.aliveOf(job));
    return;
  }
  const recent = (element: StoredElement): boolean => element.endedAt === null || element.endedAt >= since;
  const add = (element: StoredElement): void => void into.elements.push(element);
  if (filter.earlierRuns) store.elements.earlierRuns(job).filter(recent).forEach(add);
  store.elements.of(job).filter(recent).forEach(add);
  addRemoved(store, since, { job, into });
}

function addRemoved(store: Store, since: number, { job, into }: { readonly job: number; readonly into: Found }): void {
  into.removed.push(...store.waiting.removedOf(job).filter(({ removedAt }) => removedAt >= since));
}
