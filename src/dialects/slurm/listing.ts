/** Owns the lines of squeue: which parts of jobs are a line each, and what they are called. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { eachIndex, type Indices } from "../../model/indices.ts";
import type { Element } from "../../model/job.ts";
import type { Expected, Reason } from "../../model/scheduling.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead, Listed } from "../../model/verbs.ts";
import { foldIndices } from "./arrays.ts";
import { type Geometry, geometryOf } from "./geometry.ts";

/** What all lines of a listing share. */
export interface Listing {
  readonly cluster: ClusterDescription;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Characters of an index list; 0 is any number. */
  readonly bitLength: number;
  /** Whether sizes are shown in the largest unit that loses nothing. */
  readonly convert: boolean;
  readonly isArray: (id: number) => boolean;
  /** When a job that waits for its turn will have it; left out: not looked for. */
  readonly expected?: (id: number) => Expected | null;
}

/** One line. */
export interface Line extends Listing {
  readonly listed: Listed;
  readonly job: JobHead;
  /** Null for what never started. */
  readonly element: Element | null;
  /** Elements this line stands for; null for a plain job or a started element. */
  readonly indices: Indices | null;
  /** The one index a line of its own is for, of many that have not started. */
  readonly single: number | null;
  readonly geometry: Geometry;
}

/** Listed parts as lines, one each. */
export function linesOf(parts: readonly Listed[], listing: Listing): readonly Line[] {
  return parts.map(lineMaker(listing));
}

/** Makes the lines of a listing one by one. */
export function lineMaker(listing: Listing): (listed: Listed) => Line {
  const geometry = knownGeometries(listing.cluster);
  return (listed) => lineOf(listed, listing, geometry(listed));
}

/** Lines with those for several indices taken apart where `each` says so. */
export function* expanded(lines: readonly Line[], each: (listed: Listed) => boolean): Generator<Line> {
  for (const line of lines) {
    if (line.indices === null || !each(line.listed)) yield line;
    else for (const index of eachIndex(line.indices)) yield { ...line, indices: [[index, index]], single: index };
  }
}

/** Jobs that ask for the same share their spec in memory, and what it comes to is found out once. */
function knownGeometries(cluster: ClusterDescription): (listed: Listed) => Geometry {
  const [started, waiting] = [new Map<JobSpec, Geometry>(), new Map<JobSpec, Geometry>()];
  return ({ kind, job: { spec } }) => {
    const known = kind === "waiting" ? waiting : started;
    const found = known.get(spec) ?? geometryOf(kind === "waiting" ? countedBefore(spec) : spec, cluster);
    known.set(spec, found);
    return found;
  };
}

const nobodyKnows = () => null;

function lineOf(listed: Listed, listing: Listing, geometry: Geometry): Line {
  const { job } = listed;
  // Field by field: there are as many of these as lines, and copying what they share would cost more than all the rest.
  return {
    cluster: listing.cluster,
    now: listing.now,
    bitLength: listing.bitLength,
    convert: listing.convert,
    isArray: listing.isArray,
    expected: listing.expected ?? nobodyKnows,
    listed,
    job,
    element: listed.kind === "element" ? listed.element : null,
    indices:
      listed.kind === "waiting" ? listed.part.indices : listed.kind === "removed" ? listed.removed.indices : null,
    single: listed.kind === "element" ? null : aloneIndex(listed),
    geometry,
  };
}

/** What is counted before anything is given: a whole node and what comes with GPUs is asked for, but not counted. */
function countedBefore(spec: JobSpec): JobSpec {
  const cpusPerNode = spec.overcommit ? null : spec.cpusPerNode;
  return { ...spec, exclusive: null, cpusPerGpu: null, cpusPerNode };
}

/** An element that was changed alone is a job of its own in Slurm, started or not. */
export function aloneIndex(listed: Exclude<Listed, { kind: "element" }>): number | null {
  const { own, indices } = listed.kind === "waiting" ? listed.part : listed.removed;
  const [first, ...more] = indices ?? [];
  return own && first && more.length === 0 && first[0] === first[1] ? first[0] : null;
}

/** The index a line is about; null for a plain job or many indices. */
export function indexOf(line: Line): number | null {
  return line.element?.index ?? line.single;
}

/** Indices as `%K` shows them: `3`, `2-6%1`; null for a plain job. */
export function indexText(line: Line): string | null {
  const index = indexOf(line);
  if (index !== null) return String(index);
  return line.indices === null ? null : foldIndices(line.indices, line.job.throttle, line.bitLength);
}

/** Slurm composes an id in 31 characters. */
const idLength = 31;

/** `5`, `5_3`, `5_[2-6%1]`. */
export function lineId(line: Line): string {
  const text = indexText(line);
  if (text === null) return String(line.job.id);
  const id = indexOf(line) === null ? `_[${text}]` : `_${text}`;
  return `${line.job.id}${id}`.slice(0, idLength);
}

/** The id a line's job is known by: an element's own, the array's for what has not started. */
export function ownId({ element, job }: Line): number {
  return element?.id ?? job.id;
}

/** Seconds since the start, or until the end. */
export function elapsedOf({ element, now }: Line): number {
  if (!element || element.startedAt === null) return 0;
  return Math.max(0, Math.floor(((element.endedAt ?? now) - element.startedAt) / 1000));
}

/** When and where what waits for its turn will start; null for anything else. */
export function expectedOf({ listed, expected }: Line): Expected | null {
  const waitsForRoom = listed.kind === "waiting" && turnReasons.includes(listed.reason);
  return waitsForRoom ? (expected?.(listed.job.id) ?? null) : null;
}

const turnReasons: readonly Reason[] = ["resources", "priority", "reserved"];

/** Epoch ms of the start, past or expected; null where nobody knows. */
export function startOf(line: Line): number | null {
  const { listed, now } = line;
  if (listed.kind === "removed") return listed.removed.removedAt;
  if (listed.kind === "element") return listed.element.startedAt;
  const at = listed.part.beginAt;
  return at > now ? at : (expectedOf(line)?.at ?? null);
}

/** Epoch ms of the end, past or expected. */
export function endOf(line: Line): number | null {
  if (line.listed.kind === "removed") return line.listed.removed.removedAt;
  if (line.element?.endedAt) return line.element.endedAt;
  const start = startOf(line);
  const { wallTime } = line.geometry;
  return start === null || !Number.isFinite(wallTime) ? null : start + wallTime * 1000;
}

/** The priority shown; what is held has none. */
export function priorityOf({ job, listed }: Line): number {
  const held =
    listed.kind === "waiting" ? listed.part.holds : listed.kind === "removed" ? job.holds : listed.element.holds;
  return held.length > 0 ? 0 : job.priority;
}
