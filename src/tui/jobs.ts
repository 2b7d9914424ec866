/** Owns the jobs as the monitor has them, in order: what comes in is put in its place, and nothing else is looked at. */

import type { Reason } from "../model/scheduling.ts";
import type { Tally, WatchedJob } from "../model/watch.ts";
import type { Matches } from "./filter.ts";

/** How jobs are put in order; `group` comes first, and sorts by its text. */
export interface Arrangement {
  readonly matches: Matches;
  readonly value: (job: WatchedJob) => string | number;
  readonly down: boolean;
  readonly group: ((job: WatchedJob) => string) | null;
}

interface Entry {
  readonly job: WatchedJob;
  readonly value: string | number;
  readonly group: string;
  readonly shown: boolean;
}

export interface Group {
  readonly name: string;
  readonly jobs: number;
  readonly tally: Tally;
}

export interface Jobs {
  put(jobs: readonly WatchedJob[]): void;
  remove(ids: readonly number[]): void;
  explain(reasons: readonly (readonly [number, Reason])[]): void;
  arrange(how: Arrangement): void;
  get(id: number): WatchedJob | undefined;
  /** Of those that match, in order. */
  at(place: number): WatchedJob | undefined;
  /** Where a job is; -1 if it does not match. */
  placeOf(id: number): number;
  readonly count: number;
  readonly size: number;
  /** All elements of all jobs, matching or not. */
  readonly tally: Tally;
  /** In order; none unless grouped. */
  groups(): readonly Group[];
  /** All of them, in no order. */
  all(): Iterable<WatchedJob>;
}

const nothing: Tally = { done: 0, running: 0, waiting: 0, failed: 0 };

/** No jobs yet. */
export function createJobs(first: Arrangement): Jobs {
  const entries = new Map<number, Entry>();
  const groups = createGroups();
  const order = createOrder();
  const counts = { total: nothing };
  let how = first;

  const entryOf = (job: WatchedJob): Entry => ({
    ...{ job, value: how.value(job), group: how.group?.(job) ?? "", shown: how.matches(job) },
  });
  const count = (entry: Entry, sign: 1 | -1): void => {
    counts.total = added(counts.total, entry.job.tally, sign);
    if (how.group && entry.shown) groups.count(entry, sign);
  };
  const put = (job: WatchedJob): void => {
    const entry = entryOf(job);
    const old = entries.get(job.head.id);
    if (old) count(old, -1);
    entries.set(job.head.id, entry);
    count(entry, 1);
    order.change(old, entry);
  };
  /** Many at once are cheaper to sort than to put in one by one. */
  const rebuild = (jobs: readonly WatchedJob[]): void => {
    for (const job of jobs) entries.set(job.head.id, entryOf(job));
    order.make(
      [...entries.values()].filter(({ shown }) => shown),
      how.down,
    );
    groups.clear();
    counts.total = nothing;
    for (const entry of entries.values()) count(entry, 1);
  };
  return {
    put(jobs) {
      if (jobs.length < fewJobs) for (const job of jobs) put(job);
      else rebuild(jobs);
    },
    remove(ids) {
      for (const id of ids) {
        const old = entries.get(id);
        if (!old) continue;
        count(old, -1);
        order.change(old, undefined);
        entries.delete(id);
      }
    },
    explain(reasons) {
      for (const job of explained(entries, reasons)) put(job);
    },
    arrange(next) {
      how = next;
      rebuild([...entries.values()].map(({ job }) => job));
    },
    get: (id) => entries.get(id)?.job,
    at: (at) => order.at(at)?.job,
    placeOf(id) {
      const entry = entries.get(id);
      return entry?.shown ? order.place(entry) : -1;
    },
    get count() {
      return order.length();
    },
    get size() {
      return entries.size;
    },
    get tally() {
      return counts.total;
    },
    groups: groups.list,
    *all() {
      for (const { job } of entries.values()) yield job;
    },
  };
}

/** Up to so many changes at a time are put in their places one by one. */
const fewJobs = 1_000;

/** Jobs whose first waiting part waits for another reason now. */
function* explained(
  entries: ReadonlyMap<number, Entry>,
  reasons: readonly (readonly [number, Reason])[],
): Generator<WatchedJob> {
  for (const [id, reason] of reasons) {
    const job = entries.get(id)?.job;
    if (job?.part.kind === "waiting" && job.part.reason !== reason) yield { ...job, part: { ...job.part, reason } };
  }
}

interface Order {
  /** Takes one out and puts the other in; where both have the same place, nothing moves. */
  change(old: Entry | undefined, entry: Entry | undefined): void;
  make(entries: Entry[], down: boolean): void;
  at(place: number): Entry | undefined;
  place(entry: Entry): number;
  length(): number;
}

function createOrder(): Order {
  let order: Entry[] = [];
  let downwards = false;
  const compare = (a: Entry, b: Entry): number => {
    if (a.group !== b.group) return a.group < b.group ? -1 : 1;
    const difference = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
    return (downwards ? -difference : difference) || a.job.head.id - b.job.head.id;
  };
  const place = (entry: Entry): number => {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(order[middle] as Entry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    ...{ place, at: (at) => order[at], length: () => order.length },
    change(old, entry) {
      if (old?.shown && entry?.shown && compare(old, entry) === 0) order[place(old)] = entry;
      else {
        if (old?.shown) order.splice(place(old), 1);
        if (entry?.shown) order.splice(place(entry), 0, entry);
      }
    },
    make(entries, down) {
      downwards = down;
      order = entries.sort(compare);
    },
  };
}

function createGroups() {
  const groups = new Map<string, Group>();
  return {
    clear: () => groups.clear(),
    list: (): readonly Group[] => [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    count({ group, job }: Entry, sign: 1 | -1): void {
      const known = groups.get(group) ?? { name: group, jobs: 0, tally: nothing };
      const jobs = known.jobs + sign;
      if (jobs === 0) groups.delete(group);
      else groups.set(group, { name: group, jobs, tally: added(known.tally, job.tally, sign) });
    },
  };
}

function added(a: Tally, b: Tally, sign: 1 | -1): Tally {
  return {
    done: a.done + sign * b.done,
    running: a.running + sign * b.running,
    waiting: a.waiting + sign * b.waiting,
    failed: a.failed + sign * b.failed,
  };
}
