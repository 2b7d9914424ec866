/** Owns the latest time at which a job will start, if everything that is ahead of it takes all the time it may. */

import { countIndices } from "../model/indices.ts";
import { leastSize, sized } from "../model/need.ts";
import type { Expected, Policy, QueuedJob, Snapshot } from "../model/scheduling.ts";
import { examinePart } from "./examine.ts";
import { partOf } from "./grounds.ts";
import { byEnd, type Ending, reserve } from "./reservation.ts";
import { type Amounts, fits, minus, plus, roomOf, wantedBy } from "./room.ts";

/** Elements that are looked at before nobody can say. */
const farthest = 20_000;

/**
 * Epoch ms by which the job's first waiting element starts: everything runs in order, each to its time limit, and what is
 * held or waits for others is passed over. Infinity where something without a limit is in the way; null where the job
 * itself is held, waits for others or can never start.
 */
export function latestStartOf(
  whole: Snapshot,
  policy: Policy,
  at: { readonly job: number; readonly now: number },
): number | null {
  const target = [...whole.queued].find(({ id }) => id === at.job)?.need.target;
  const snapshot = partOf(whole, target);
  const { total, open } = roomOf(snapshot.nodes, snapshot.holding);
  const line = lineOf(snapshot, at.now);
  let looked = 0;
  for (const job of snapshot.queued) {
    const wanted = wantedBy(sized(job.need, leastSize(job.need)), total, policy);
    const count = job.id === at.job ? 1 : elementsThatMayStart(job, at.now);
    looked += count;
    if (looked > farthest) return Number.POSITIVE_INFINITY;
    if (job.id === at.job) return fits(wanted, open) ? startOfTarget(line, job, { wanted, now: at.now }) : null;
    if (!fits(wanted, open)) continue;
    for (let element = 0; element < count; element++) advance(line, wanted, job.need.wallTime);
    if (line.at === Number.POSITIVE_INFINITY) return line.at;
  }
  return null;
}

/** Jobs that are looked at, and milliseconds ahead, as far as Slurm plans: bf_max_job_test and bf_window. */
const planned = { jobs: 1000, ahead: 86_400_000 };

/**
 * The same for every job that waits for its turn, by number, where it will start within a day; what may start now, is
 * throttled or waits for something else than room is left out.
 */
export function expectedStarts(snapshot: Snapshot, policy: Policy, now: number): ReadonlyMap<number, Expected> {
  const targets = [...new Set(snapshot.nodes.map(({ target }) => target)).add(undefined)];
  const starts = targets.map((target) => startsOf(partOf(snapshot, target), policy, now));
  return new Map(starts.flatMap((each) => [...each]));
}

function startsOf(snapshot: Snapshot, policy: Policy, now: number): ReadonlyMap<number, Expected> {
  const { total, open } = roomOf(snapshot.nodes, snapshot.holding);
  const names = snapshot.nodes.filter(({ mark }) => !mark).map(({ name }) => name);
  const line = lineOf(snapshot, now);
  const found = new Map<number, Expected>();
  let looked = 0;
  for (const job of snapshot.queued) {
    const wanted = wantedBy(sized(job.need, leastSize(job.need)), total, policy);
    if (snapshot.closed?.has(job.queue) || !fits(wanted, open)) continue;
    const count = Math.min(elementsDue(job, now), planned.jobs - looked);
    looked += count;
    for (let element = 0; element < count; element++) {
      advance(line, wanted, job.need.wallTime);
      if (line.at > now + planned.ahead) return found;
      if (element === 0 && line.at > now) found.set(job.id, { at: line.at, nodes: names.slice(0, job.need.nodes) });
    }
    if (looked >= planned.jobs) break;
  }
  return found;
}

// Of a throttled array nothing starts before something of it has ended.
function elementsDue(job: QueuedJob, now: number): number {
  const room = job.throttle > 0 ? Math.max(0, job.throttle - job.active) : Number.POSITIVE_INFINITY;
  const due = job.waiting.filter((part) => examinePart(job, part, now).kind === "eligible");
  return Math.min(
    room,
    due.reduce((sum, { indices }) => sum + (indices ? countIndices(indices) : 1), 0),
  );
}

/** The queue as it is worked off. */
interface Line {
  free: Amounts;
  at: number;
  running: Ending[];
}

function lineOf({ nodes, holding }: Snapshot, now: number): Line {
  const { free, held: heldOf } = roomOf(nodes, holding);
  const running = holding.map((held) => ({ amounts: heldOf(held), endsBy: held.startedAt + held.need.wallTime }));
  return { free: free(), at: now, running };
}

function startOfTarget(
  line: Line,
  job: QueuedJob,
  { wanted, now }: { readonly wanted: Amounts; readonly now: number },
): number | null {
  const parts = job.waiting.map((part) => examinePart(job, part, now));
  const due = parts.flatMap((examined) =>
    examined.kind === "eligible" ? [now] : examined.until > 0 ? [examined.until] : [],
  );
  if (due.length === 0) return null;
  advance(line, wanted, job.need.wallTime);
  return Math.max(line.at, Math.min(...due));
}

// A job that begins later may come before this one all the same.
function elementsThatMayStart(job: QueuedJob, now: number): number {
  return job.waiting.reduce((sum, part) => {
    const examined = examinePart(job, part, now);
    if (examined.kind === "waits" && examined.until === 0) return sum;
    return sum + (part.indices?.reduce((count, [first, last]) => count + last - first + 1, 0) ?? 1);
  }, 0);
}

/** The next element starts as soon as there is room, and not before the one ahead of it. */
function advance(line: Line, wanted: Amounts, wallTime: number): void {
  if (!fits(wanted, line.free)) {
    line.at = Math.max(line.at, reserve(wanted, line.free, line.running.toSorted(byEnd)).at);
    if (line.at === Number.POSITIVE_INFINITY) return;
  }
  const over = line.running.filter(({ endsBy }) => endsBy <= line.at);
  line.running = line.running.filter(({ endsBy }) => endsBy > line.at);
  for (const { amounts } of over) line.free = plus(line.free, amounts);
  line.free = minus(line.free, wanted);
  line.running.push({ amounts: wanted, endsBy: line.at + wallTime });
}
