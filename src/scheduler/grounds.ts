/** Owns which nodes are counted together: those of this machine, and each plain machine by itself. */

import { nodeNames } from "../model/cluster.ts";
import { leastSize, type Need, sized } from "../model/need.ts";
import type { Policy, QueuedJob, Snapshot } from "../model/scheduling.ts";
import { occupancyOf } from "./occupancy.ts";
import { type Reservation, type Running, reserve } from "./reservation.ts";
import { type Amounts, fits, type Room, wantedBy } from "./room.ts";
import type { SortedList } from "./sorted-list.ts";

/** Where a job has to find everything that it wants. */
export interface Ground {
  /** Of plain machines: their target. */
  readonly target: string | undefined;
  readonly room: Room;
  readonly running: SortedList<Running>;
  /** For the first job that had to wait for room. */
  reservation: Reservation | null;
}

/** All grounds there are, this machine first. */
export function groundsOf(snapshot: Snapshot, policy: Policy): readonly Ground[] {
  const groundOf = (part: Pick<Snapshot, "nodes" | "holding">, target: string | undefined): Ground => {
    const { room, running } = occupancyOf(part, policy);
    return { target, room, running, reservation: null };
  };
  const hosts = snapshot.nodes.filter(({ target }) => target !== undefined);
  if (hosts.length === 0) return [groundOf(snapshot, undefined)];
  const own = groundOf(partOf(snapshot, undefined), undefined);
  const each = hosts.map((host) => {
    const holding = snapshot.holding.filter(
      (held) => held.need.target === host.target && nodeNames(held).includes(host.name),
    );
    return groundOf({ nodes: [host], holding }, host.target);
  });
  return [own, ...each];
}

/** What of it belongs to one target, or to this machine. */
export function partOf(snapshot: Snapshot, target: string | undefined): Snapshot {
  const isOwn = (one: { readonly target?: string }): boolean => one.target === target;
  if (target === undefined && snapshot.nodes.every(isOwn)) return snapshot;
  return {
    ...snapshot,
    nodes: snapshot.nodes.filter(isOwn),
    holding: snapshot.holding.filter(({ need }) => isOwn(need)),
    queued: [...snapshot.queued].filter(({ need }) => isOwn(need)),
  };
}

/** Those that the job may be on. One that is greater than every machine of its target is for the largest. */
export function groundsFor(
  grounds: readonly Ground[],
  { need }: Pick<QueuedJob, "need">,
  policy: Pick<Policy, "oversized">,
): readonly Ground[] {
  const own = grounds.filter(({ target }) => target === need.target);
  if (own.length < 2) return own;
  const least = sized(need, leastSize(need));
  const roomy = own.filter(({ room }) => fits(least, room.total));
  if (roomy.length > 0 || policy.oversized === "waits") return roomy.length > 0 ? roomy : own;
  const most = Math.max(...own.map(({ room }) => room.total.cpus));
  return own.filter(({ room }) => room.total.cpus === most);
}

/** Keeps room for a job that finds none, where it will have it first; nothing where room is kept already. */
export function keepRoom(grounds: readonly Ground[], need: Need, policy: Pick<Policy, "oversized">): void {
  if (grounds.some(({ reservation }) => reservation !== null)) return;
  let first: { readonly ground: Ground; readonly reservation: Reservation } | null = null;
  for (const ground of grounds) {
    const wanted = wantedBy(need, ground.room.total, policy);
    if (fits(wanted, ground.room.free()) || !fits(wanted, ground.room.open)) continue;
    const reservation = reserve(wanted, ground.room.free(), ground.running.values());
    if (first === null || reservation.at < first.reservation.at) first = { ground, reservation };
  }
  if (first) first.ground.reservation = first.reservation;
}

/** The amounts on the ground that has most of them free. */
export function freest(grounds: readonly Ground[]): Amounts {
  const free = grounds.map(({ room }) => room.free());
  return free.reduce((best, one) => (one.cpus > best.cpus ? one : best), none);
}

const none: Amounts = { cpus: 0, memory: 0, gpus: 0 };
