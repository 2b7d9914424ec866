/** Owns the promise made to the first job that has to wait for room (EASY backfill): nobody behind it may delay it. */

import { type Amounts, fits, minus, plus } from "./room.ts";

/** Something that runs, and when its time is up (epoch ms; Infinity where nobody knows). */
export interface Running {
  readonly amounts: Amounts;
  readonly endsBy: number;
}

/** When the first waiting job will have room at the latest, and what it will leave to others then. */
export interface Reservation {
  /** Epoch ms; Infinity where something that it waits for has no limit. */
  readonly at: number;
  readonly spare: Amounts;
}

/** The reservation for a job that wants `wanted`, given what is free now and what runs. */
export function reserve(wanted: Amounts, free: Amounts, running: readonly Running[]): Reservation {
  let coming = free;
  const ending = running.filter((each) => Number.isFinite(each.endsBy)).sort((a, b) => a.endsBy - b.endsBy);
  for (const each of ending) {
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
