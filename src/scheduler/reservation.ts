/** Owns the promise made to the first job that has to wait for room (EASY backfill): nobody behind it may delay it. */

import { type Amounts, fits, minus, plus } from "./room.ts";

/** Something that runs, and when its time is up (epoch ms; Infinity where nobody knows). */
export interface Ending {
  readonly amounts: Amounts;
  readonly endsBy: number;
}

/** Which element that is. */
export interface Running extends Ending {
  readonly job: number;
  readonly index: number | null;
}

/** When the first waiting job will have room at the latest, and what it will leave to others then. */
export interface Reservation {
  /** Epoch ms; Infinity where something that it waits for has no limit. */
  readonly at: number;
  readonly spare: Amounts;
}

/** The order in which what runs will have ended. */
export function soonest(a: Running, b: Running): number {
  return byEnd(a, b) || a.job - b.job || (a.index ?? -1) - (b.index ?? -1);
}

/** The same where it does not matter which element it is. */
export function byEnd(a: Ending, b: Ending): number {
  // Infinity less Infinity is no number.
  return a.endsBy === b.endsBy ? 0 : a.endsBy < b.endsBy ? -1 : 1;
}

/** The reservation for a job that wants `wanted`, given what is free now and what runs, the soonest to end first. */
export function reserve(wanted: Amounts, free: Amounts, running: readonly Ending[]): Reservation {
  let coming = free;
  for (const each of running) {
    if (!Number.isFinite(each.endsBy)) break;
    coming = plus(coming, each.amounts);
    if (fits(wanted, coming)) return { at: each.endsBy, spare: minus(coming, wanted) };
  }
  return { at: Number.POSITIVE_INFINITY, spare: nothing };
}

/** Whether a job behind may start: it will have ended by then, or takes only what is spare. */
export function delaysNobody(wanted: Amounts, endsBy: number, reservation: Reservation): boolean {
  // A job without a limit is never assumed to end, not even by a time that nobody knows.
  return (Number.isFinite(endsBy) && endsBy <= reservation.at) || fits(wanted, reservation.spare);
}

/** The reservation after a job behind has started that may still run by then. */
export function spending(wanted: Amounts, endsBy: number, reservation: Reservation): Reservation {
  if (Number.isFinite(endsBy) && endsBy <= reservation.at) return reservation;
  return { at: reservation.at, spare: minus(reservation.spare, wanted) };
}

const nothing: Amounts = { cpus: 0, memory: 0, gpus: 0 };
