/** Owns the numbers that decide who goes first, as qstat prints them. */

import type { JobHead } from "../../model/verbs.ts";
import type { Line } from "./lines.ts";

/** A line's priority and what it is made of. */
export interface Priority {
  readonly total: number;
  readonly urgency: number;
  readonly normalUrgency: number;
  readonly posix: number;
  readonly normalPosix: number;
  readonly normalTickets: number;
}

/** The usual weights of a Grid Engine's scheduler. */
export const weights = { posix: 1, urgency: 0.1, tickets: 0.01 } as const;

/** Each slot adds as much to a job's urgency. */
const slotUrgency = 1000;

/** The priorities of lines among all that the scheduler looks at. */
export function prioritiesAmong(all: readonly Line[]): (line: Line) => Priority {
  const urgencies = all.filter(({ considered }) => considered).map(urgencyOf);
  // Not Math.min(...urgencies): there may be more lines than a call takes arguments.
  const least = urgencies.reduce((sum, urgency) => Math.min(sum, urgency), Number.POSITIVE_INFINITY);
  const range = urgencies.reduce((sum, urgency) => Math.max(sum, urgency), 0) - least;
  const passedOver = new Set(all.filter(isPassedOver).map(({ job }) => job.id));
  return (line) => {
    const posix = line.job.spec.priority ?? 0;
    // Until the scheduler has looked at a job, and as long as it is held, everything is zero.
    if (!line.considered) return { ...nothing, posix };
    // Of a job that the scheduler has passed over since, what it was made of is forgotten, and the sum is not.
    const forgotten = passedOver.has(line.job.id);
    const urgency = forgotten ? 0 : urgencyOf(line);
    const normalUrgency = range > 0 ? (urgencyOf(line) - least) / range : 0.5;
    const normalPosix = normalPosixOf(line.job);
    const normalTickets = 0.5;
    const total = weights.posix * normalPosix + weights.urgency * normalUrgency + weights.tickets * normalTickets;
    return { total, urgency, normalUrgency, posix, normalPosix: forgotten ? 0 : normalPosix, normalTickets };
  };
}

const nothing = { total: 0, urgency: 0, normalUrgency: 0, posix: 0, normalPosix: 0, normalTickets: 0 } as const;

function isPassedOver({ element, considered, state }: Line): boolean {
  return element === null && (!considered || state.startsWith("E"));
}

function urgencyOf({ slots }: Line): number {
  return slots * slotUrgency;
}

function normalPosixOf({ spec }: JobHead): number {
  return (1024 + (spec.priority ?? 0)) / 2048;
}
