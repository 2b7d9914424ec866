/** Owns what stands on which line of the queue: headings of groups, jobs, and the parts of those that are unfolded. */

import type { WatchedJob, WatchedPart } from "../model/watch.ts";
import type { Group, Jobs } from "./jobs.ts";

export type Line =
  | { readonly kind: "group"; readonly group: Group; readonly folded: boolean }
  | { readonly kind: "job"; readonly job: WatchedJob }
  /** `part` null: not yet heard of. */
  | { readonly kind: "part"; readonly job: WatchedJob; readonly place: number; readonly part: WatchedPart | null };

/** The parts of an unfolded job that are known: those from `from` on, of so many. */
export interface Parts {
  readonly from: number;
  readonly parts: readonly WatchedPart[];
  readonly total: number;
}

export interface Folding {
  readonly unfolded: ReadonlyMap<number, Parts>;
  readonly foldedGroups: ReadonlySet<string>;
}

type Stretch =
  | { readonly kind: "group"; readonly group: Group; readonly length: 1 }
  | { readonly kind: "jobs"; readonly first: number; readonly length: number }
  | { readonly kind: "parts"; readonly job: number; readonly length: number };

export interface Lines {
  readonly count: number;
  at(place: number): Line | null;
  /** The place of a line by its key, or -1. */
  placeOf(key: string): number;
}

/** What a line is known by, wherever it stands. */
export function keyOf(line: Line): string {
  switch (line.kind) {
    case "group":
      return `group ${line.group.name}`;
    case "job":
      return `job ${line.job.head.id}`;
    default:
      return `part ${line.job.head.id} ${line.place}`;
  }
}

/** The lines of the moment. Costs what is unfolded and grouped, not what there is. */
export function linesOf(jobs: Jobs, folding: Folding): Lines {
  const stretches = [...stretchesOf(jobs, folding)];
  const starts: number[] = [];
  let count = 0;
  for (const { length } of stretches) {
    starts.push(count);
    count += length;
  }
  const lineIn = (stretch: Stretch, offset: number): Line | null => {
    if (stretch.kind === "group")
      return { kind: "group", group: stretch.group, folded: folding.foldedGroups.has(stretch.group.name) };
    const job = stretch.kind === "jobs" ? jobs.at(stretch.first + offset) : jobs.get(stretch.job);
    if (!job) return null;
    if (stretch.kind === "jobs") return { kind: "job", job };
    const known = folding.unfolded.get(stretch.job);
    return { kind: "part", job, place: offset, part: known?.parts[offset - known.from] ?? null };
  };
  return {
    count,
    at(place) {
      const which = starts.findLastIndex((start) => start <= place);
      const stretch = stretches[which];
      const offset = place - (starts[which] ?? 0);
      return stretch && offset < stretch.length ? lineIn(stretch, offset) : null;
    },
    placeOf(key) {
      const [kind = "", name = "", place = ""] = kindOf(key);
      const which = stretches.findIndex((stretch) => holds(stretch, { kind, name, jobs }));
      const stretch = stretches[which];
      if (!stretch) return -1;
      const offset =
        stretch.kind === "jobs"
          ? jobs.placeOf(Number(name)) - stretch.first
          : stretch.kind === "parts"
            ? Number(place)
            : 0;
      return offset < stretch.length ? (starts[which] ?? 0) + offset : -1;
    },
  };
}

function kindOf(key: string): readonly string[] {
  const end = key.indexOf(" ");
  const [kind, name] = [key.slice(0, end), key.slice(end + 1)];
  return kind === "part" ? [kind, ...name.split(" ")] : [kind, name];
}

function holds(
  stretch: Stretch,
  { kind, name, jobs }: { readonly kind: string; readonly name: string; readonly jobs: Jobs },
): boolean {
  if (stretch.kind === "group") return kind === "group" && stretch.group.name === name;
  if (stretch.kind === "parts") return kind === "part" && stretch.job === Number(name);
  const place = kind === "job" ? jobs.placeOf(Number(name)) : -1;
  return place >= stretch.first && place < stretch.first + stretch.length;
}

function* stretchesOf(jobs: Jobs, folding: Folding): Generator<Stretch> {
  const open = [...folding.unfolded]
    .map(([job, { total }]) => ({ job, total, place: jobs.placeOf(job) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place);
  const groups = jobs.groups();
  if (groups.length === 0) yield* jobsBetween(open, 0, jobs.count);
  let first = 0;
  for (const group of groups) {
    yield { kind: "group", group, length: 1 };
    if (!folding.foldedGroups.has(group.name)) yield* jobsBetween(open, first, first + group.jobs);
    first += group.jobs;
  }
}

function* jobsBetween(
  open: readonly { readonly job: number; readonly total: number; readonly place: number }[],
  first: number,
  end: number,
): Generator<Stretch> {
  let at = first;
  for (const { job, total, place } of open) {
    if (place < at || place >= end) continue;
    yield { kind: "jobs", first: at, length: place + 1 - at };
    if (total > 0) yield { kind: "parts", job, length: total };
    at = place + 1;
  }
  if (at < end) yield { kind: "jobs", first: at, length: end - at };
}
