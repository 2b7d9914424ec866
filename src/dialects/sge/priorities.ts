/** Owns the numbers that decide who goes first, as qstat prints them. */

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
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  const passedOver = new Set<number>();
  for (const line of all) {
    if (line.considered) [least, most] = [Math.min(least, urgencyOf(line)), Math.max(most, urgencyOf(line))];
    if (isPassedOver(line)) passedOver.add(line.job.id);
  }
  // Of thousands most are as urgent as the one before.
  let last: (Claim & { readonly priority: Priority }) | undefined;
  return ({ considered, slots, job }) => {
    const claim = { considered, slots, posix: job.spec.priority ?? 0, forgotten: passedOver.has(job.id) };
    if (last === undefined || !isAlike(last, claim))
      last = { ...claim, priority: priorityOf(claim, least, most - least) };
    return last.priority;
  };
}

/** What a line's priority depends on, besides the others. */
interface Claim extends Pick<Line, "considered" | "slots"> {
  readonly posix: number;
  /** Of a job that the scheduler has passed over since, what it was made of is forgotten, and the sum is not. */
  readonly forgotten: boolean;
}

function isAlike(one: Claim, other: Claim): boolean {
  return (
    one.considered === other.considered &&
    one.slots === other.slots &&
    one.posix === other.posix &&
    one.forgotten === other.forgotten
  );
}

/** Urgencies go from `least` over a `range`. */
function priorityOf(claim: Claim, least: number, range: number): Priority {
  const { considered, posix, forgotten } = claim;
  // Until the scheduler has looked at a job, and as long as it is held, everything is zero.
  if (!considered) return { ...nothing, posix };
  const urgency = urgencyOf(claim);
  const normalUrgency = range > 0 ? (urgency - least) / range : 0.5;
  const normalPosix = (1024 + posix) / 2048;
  const normalTickets = 0.5;
  const total = weights.posix * normalPosix + weights.urgency * normalUrgency + weights.tickets * normalTickets;
  const made = forgotten ? { urgency: 0, normalPosix: 0 } : { urgency, normalPosix };
  return { total, ...made, normalUrgency, posix, normalTickets };
}

const nothing = { total: 0, urgency: 0, normalUrgency: 0, posix: 0, normalPosix: 0, normalTickets: 0 } as const;

function isPassedOver({ element, considered, state }: Line): boolean {
  return element === null && (!considered || state.startsWith("E"));
}

function urgencyOf({ slots }: Pick<Line, "slots">): number {
  return slots * slotUrgency;
}
