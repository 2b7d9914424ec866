/** Owns the decision what starts now: in order, as far as it fits, and behind the first that doesn't only what delays it not. */

import type { Waiting } from "../model/job.ts";
import { leastSize, type Need, type Share, sized, sizesOf } from "../model/need.ts";
import {
  type Decision,
  type Policy,
  type QueuedJob,
  type Reason,
  type ReasonKey,
  reasonKey,
  type Snapshot,
} from "../model/scheduling.ts";
import { examinePart, expired, latestStart } from "./examine.ts";
import { freest, type Ground, groundsFor, groundsOf, keepRoom } from "./grounds.ts";
import type { Occupancy } from "./occupancy.ts";
import { type Pools, poolsOf } from "./pools.ts";
import { delaysNobody, spending } from "./reservation.ts";
import { type Amounts, fits, type Room, wantedBy } from "./room.ts";
import { unseen } from "./unseen.ts";

/**
 * What is to happen at `now` (epoch ms). Looks at no more jobs than the policy says (those that are held, not yet due or
 * waiting for others don't count) and stops where nothing is free, so its work doesn't grow with what waits.
 */
export function schedule(snapshot: Snapshot | Kept, policy: Policy, now: number): Decision[] {
  if (policy.depth === 0) return [];
  const pass = startPass(snapshot, policy, now);
  for (const job of snapshot.queued) {
    const cancelled = expired(job, now);
    if (cancelled.length > 0) {
      pass.decisions.push(...cancelled);
      if (cancelled.some((each) => each.kind === "cancel" && each.index === null)) continue;
    }
    if (isShut(snapshot, job)) continue;
    considerJob(pass, job);
    if (pass.looked >= policy.depth || freest(pass.grounds).cpus === 0) break;
    if (!policy.backfill && pass.grounds.every(({ reservation }) => reservation !== null)) break;
  }
  if (Number.isFinite(pass.wakeAt)) pass.decisions.push({ kind: "wake", at: pass.wakeAt });
  return pass.decisions;
}

/** What is shown where the occupancy is kept from pass to pass. */
export interface Kept extends Pick<Snapshot, "queued" | "closed"> {
  readonly occupancy: Occupancy;
}

/** Everything one pass knows; it lives as long as the call. */
interface Pass {
  readonly now: number;
  readonly policy: Policy;
  readonly grounds: readonly Ground[];
  readonly pools: Pools;
  /** Of those that a job may be in, the ones that start something now. */
  readonly queuesOf: (job: QueuedJob) => readonly string[];
  readonly decisions: Decision[];
  /** How many of a throttled job were started in this pass: a job whose elements differ is shown part by part. */
  readonly started: Map<number, number>;
  looked: number;
  wakeAt: number;
}

function startPass(snapshot: Snapshot | Kept, policy: Policy, now: number): Pass {
  const nothing = { decisions: [], started: new Map(), looked: 0 };
  return {
    ...{ now, policy, ...groundAndPools(snapshot, policy), ...nothing },
    queuesOf: (job) => openQueues(snapshot, job),
    wakeAt: Number.POSITIVE_INFINITY,
  };
}

function groundAndPools(snapshot: Snapshot | Kept, policy: Policy): Pick<Pass, "grounds" | "pools"> {
  if (!("occupancy" in snapshot)) {
    const pools = poolsOf(snapshot.capacities ?? new Map(), snapshot.holding, policy);
    return { grounds: groundsOf(snapshot, policy), pools };
  }
  const { room, running, pools } = snapshot.occupancy;
  return { grounds: [{ target: undefined, room, running, reservation: null }], pools };
}

/** Nearly always no queue is closed, and then none is looked at. */
function isShut(snapshot: Pick<Snapshot, "closed">, job: QueuedJob): boolean {
  return snapshot.closed?.size ? openQueues(snapshot, job).length === 0 : job.queues?.length === 0;
}

function openQueues(
  { closed }: Pick<Snapshot, "closed">,
  { queue: own, queues = [own] }: QueuedJob,
): readonly string[] {
  return closed && closed.size > 0 ? queues.filter((queue) => !closed.has(queue)) : queues;
}

function considerJob(pass: Pass, job: QueuedJob): void {
  let active = job.active + (pass.started.get(job.id) ?? 0);
  let eligible = false;
  if (job.deadline > 0) pass.wakeAt = Math.min(pass.wakeAt, latestStart(job) + 1);
  for (const part of job.waiting) {
    const examined = examinePart(job, part, pass.now);
    if (examined.kind === "waits") {
      if (examined.until > 0) pass.wakeAt = Math.min(pass.wakeAt, examined.until);
      continue;
    }
    eligible = true;
    for (const index of candidates(job, part)) {
      if (job.throttle > 0 && active >= job.throttle) break;
      if (!place(pass, job, index)) break;
      active++;
      if (job.throttle > 0) pass.started.set(job.id, active - job.active);
    }
  }
  if (eligible) pass.looked++;
}

/** Elements of the part that may start as far as dependencies go, ascending; made one by one, as few are needed. */
function* candidates(job: QueuedJob, part: Waiting): Generator<number | null> {
  if (part.indices === null) {
    yield null;
    return;
  }
  for (const [first, last] of part.indices)
    for (let index = first; index <= last; index++) if (!job.perElement || job.standing(index) === "met") yield index;
}

/** Starts the element if there is room and it delays nobody; the first that finds none gets a reservation. */
function place(pass: Pass, job: QueuedJob, index: number | null): boolean {
  const found = placeFor(pass, job);
  if (!found) return false;
  const { ground, need, shares, wanted } = found;
  const queue = shares[0]?.queue ?? "";
  const endsBy = pass.now + need.wallTime;
  if (ground.reservation) ground.reservation = spending(wanted, endsBy, ground.reservation);
  ground.running.add({ job: job.id, index, amounts: wanted, endsBy });
  const several = shares.length > 1 || need.cpus !== job.need.cpus ? { shares } : {};
  pass.decisions.push({
    kind: "start",
    job: job.id,
    index,
    queue,
    ...several,
    ...ground.room.take(wanted, need.nodes),
  });
  pass.pools.take(need, shares);
  return true;
}

interface Found {
  readonly ground: Ground;
  readonly need: Need;
  readonly shares: readonly Share[];
  readonly wanted: Amounts;
}

/** Where the job may start now, with as many processors as it can have. */
function placeFor(pass: Pass, job: QueuedJob): Found | null {
  const { pools, policy } = pass;
  const grounds = groundsFor(pass.grounds, job, policy);
  // Behind a reservation nothing is to be found out of what has no room: nearly all of a long queue.
  const isBehind = !job.need.sizes && grounds.some(({ reservation }) => reservation !== null);
  const fitsNow = ({ room }: Ground): boolean => fits(wantedBy(job.need, room.total, policy), room.free());
  if (isBehind && !grounds.some(fitsNow)) return null;
  const queues = pass.queuesOf(job);
  const most = job.need.sizes ? Math.max(freest(grounds).cpus, leastSize(job.need)) : job.need.cpus;
  let waits: Need | null = null;
  for (const cpus of sizesOf(job.need, most)) {
    const need = sized(job.need, cpus);
    const shares = pools.placing(need, queues);
    // A full queue is no reason to keep room that others could use.
    if (!shares) continue;
    waits = need;
    for (const ground of grounds) {
      const found = { ground, need, shares, wanted: wantedBy(need, ground.room.total, policy) };
      if (mayStart(pass, found)) return found;
    }
  }
  if (waits) keepRoom(grounds, waits, policy);
  return null;
}

function mayStart({ policy, now }: Pass, { ground: { room, reservation }, need, wanted }: Found): boolean {
  if (!fits(wanted, room.free())) return false;
  return !reservation || (policy.backfill && delaysNobody(wanted, now + need.wallTime, reservation));
}

/** Why each part of each job waits, by `reasonKey`. Work grows with what waits. */
export function explain(snapshot: Snapshot, policy: Policy, now: number): Map<ReasonKey, Reason> {
  if (policy.depth === 0) return unseen(snapshot.queued, now);
  const reasons = new Map<ReasonKey, Reason>();
  const pass = startPass(snapshot, policy, now);
  const blockedAt = new Map<string | undefined, Set<string>>();
  for (const job of snapshot.queued)
    for (const part of job.waiting) {
      // What keeps a part from starting whatever is free blocks nobody.
      const reason = reasonOf(job, part, now) ?? turnReason(pass, job, blockedAt);
      reasons.set(reasonKey(job.id, part), reason);
    }
  return reasons;
}

/** Why it is not the job's turn. `blockedAt`: by target, queues in which a job waits for room already; adds the job's own. */
function turnReason(pass: Pass, job: QueuedJob, blockedAt: Map<string | undefined, Set<string>>): Reason {
  const { target, unsuited } = job.need;
  const blocked = blockedAt.get(target) ?? new Set();
  blockedAt.set(target, blocked);
  const grounds = groundsFor(pass.grounds, job, pass.policy);
  const least = sized(job.need, leastSize(job.need));
  const wantedOn = (room: Room) => wantedBy(least, room.total, pass.policy);
  const reason =
    queueReason(pass, job) ??
    nearest(grounds.map(({ room }) => roomReason(wantedOn(room), room, { blocked, queue: job.queue })));
  const coming = unsuited === undefined && grounds.some(({ room }) => fits(wantedOn(room), room.total));
  if (turnReasons.includes(reason) && coming) blocked.add(job.queue);
  return reason;
}

function reasonOf(job: QueuedJob, part: Waiting, now: number): Reason | null {
  const examined = examinePart(job, part, now);
  if (examined.kind === "waits") return examined.reason;
  if (job.throttle > 0 && job.active >= job.throttle) return "throttle";
  if (!job.perElement || part.indices === null) return null;
  const first = job.standing(part.indices[0]?.[0] ?? null);
  if (first === "met") return null;
  return first === "never" ? "dependencyNeverMet" : "dependency";
}

function queueReason(pass: Pass, job: QueuedJob): Reason | null {
  const queues = pass.queuesOf(job);
  if (queues.length === 0) return job.queues?.length === 0 ? "resources" : "queueDown";
  return pass.pools.placing(sized(job.need, leastSize(job.need)), queues) ? null : "resources";
}

/** The one that is nearest to a start. */
function nearest(reasons: readonly Reason[]): Reason {
  const byNearness: readonly Reason[] = ["none", ...turnReasons];
  return byNearness.find((reason) => reasons.includes(reason)) ?? reasons[0] ?? "nodesDown";
}

const turnReasons: readonly Reason[] = ["resources", "priority", "reserved"];

/** `blocked`: queues in which a job waits for room already. */
function roomReason(
  wanted: Amounts,
  { total, open, free }: Room,
  { blocked, queue }: { readonly blocked: ReadonlySet<string>; readonly queue: string },
): Reason {
  if (fits(wanted, total) && !fits(wanted, open)) return "nodesDown";
  if (blocked.size > 0 && fits(wanted, total)) return blocked.has(queue) ? "priority" : "reserved";
  // What fits and has nobody ahead starts with the next turn.
  return fits(wanted, free()) ? "none" : "resources";
}
