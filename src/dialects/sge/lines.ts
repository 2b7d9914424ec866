/** Owns what a line of qstat stands for: a running task, or tasks of a job that wait alike. */

import { silentTarget } from "../../model/away.ts";
import { type Indices, joinedIndices } from "../../model/indices.ts";
import type { Element, Hold } from "../../model/job.ts";
import type { Share } from "../../model/need.ts";
import { conditionOf } from "../../model/queues.ts";
import type { JobHead, JudgedCondition, Listed } from "../../model/verbs.ts";
import { leastSlots, slotsHeld } from "./geometry.ts";
import { elementState, waitingState } from "./states.ts";
import { alarmLetters, type Moment } from "./thresholds.ts";

/** One line. */
export interface Line {
  readonly job: JobHead;
  /** What it was made from; null where that are several things. */
  readonly listed: Listed | null;
  /** The owner's name. */
  readonly owner: string;
  readonly state: string;
  /** Started: it stands in a queue. */
  readonly element: Element | null;
  /** The scheduler has looked at it: it has a priority. */
  readonly considered: boolean;
  /** Submission while it waits, start when it runs. */
  readonly at: number;
  /** `all.q@host`, empty while it waits. */
  readonly queue: string;
  readonly slots: number;
  /** What a started job has of which queue, its own first. */
  readonly shares: readonly Share[];
  readonly tasks: Indices | null;
  /** It is at a target, whose queues are not those here. */
  readonly isAway: boolean;
  /** The target that is silent, so that nobody knows how it stands; null: it is so. */
  readonly silent: string | null;
  /** Why it waits, as far as qstat can be asked for: h u o s d j a. */
  readonly holds: string;
}

/** What lines are made from. */
export interface LineWorld extends Moment {
  readonly listed: readonly Listed[];
  /** Epoch ms. */
  readonly now: number;
}

/** The lines of what is listed, which comes job by job. Tasks of a job that wait in the same state share one. */
export function linesOf({ listed, now, cluster, use }: LineWorld): readonly Line[] {
  const lines: Line[] = [];
  // Where the lines begin of what waits of the job at hand.
  let first = 0;
  for (const one of listed) {
    if (one.kind === "removed") continue;
    if (one.kind === "element") {
      lines.push(startedLine(one, { cluster, use }));
      continue;
    }
    const line = waitingLine(one, now);
    if (lines.at(-1)?.job.id !== line.job.id) first = lines.length;
    const at = placeOf(line, lines, first);
    const known = lines[at];
    lines[at] = known ? joined(known, line) : line;
  }
  return lines;
}

/** Where the line is, from `first` on, that waits like this one; the end, where none does. */
function placeOf({ state, considered }: Line, lines: readonly Line[], first: number): number {
  let at = first;
  for (; at < lines.length; at++) {
    const other = lines[at];
    if (other?.element === null && other.state === state && other.considered === considered) break;
  }
  return at;
}

/** One line for each job that has ended, as `-s z` shows them: the last hundred. */
export function endedLines(listed: readonly Listed[]): readonly Line[] {
  const jobs = new Map<number, Line>();
  const alive = new Set(listed.filter(isAlive).map(({ job }) => job.id));
  for (const { job } of listed)
    if (!alive.has(job.id))
      jobs.set(job.id, {
        ...{ job, listed: null, owner: job.user.name },
        ...{ state: "z", element: null, considered: false, at: job.submittedAt, queue: "", shares: [], holds: "" },
        ...{ isAway: false, silent: null },
        slots: leastSlots(job.spec),
        tasks: job.indices,
      });
  return [...jobs.values()].slice(-100);
}

/** One line for each queue that a started job is in, its own first. */
export function byQueue(line: Line): readonly Line[] {
  if (line.shares.length <= 1) return [line];
  return line.shares.map((share) => ({
    ...line,
    job: { ...line.job, queue: share.queue },
    ...{ queue: `${share.queue}@${line.element?.node}`, slots: share.slots, shares: [share] },
  }));
}

function isAlive(one: Listed): boolean {
  return one.kind === "waiting" || (one.kind === "element" && one.element.state !== "ended");
}

function startedLine(listed: Extract<Listed, { kind: "element" }>, moment: Moment): Line {
  const { job, element } = listed;
  const { cluster } = moment;
  const slots = slotsHeld(job, element, cluster);
  const suspendedBy = {
    queue: conditionOf(cluster, job.queue).suspended,
    load: alarmLetters(job.queue, moment).includes("A"),
  };
  return {
    ...{ job, listed, owner: job.user.name },
    element,
    state: elementState(element, suspendedBy),
    considered: true,
    at: element.startedAt ?? job.submittedAt,
    queue: `${job.queue}@${element.node}`,
    slots,
    shares: element.shares ?? [{ queue: job.queue, slots }],
    tasks: element.index === null ? null : [[element.index, element.index]],
    ...{ isAway: listed.away !== undefined, silent: silentTarget(listed) },
    holds: element.holds.includes("user") ? "u" : "",
  };
}

function waitingLine(listed: Extract<Listed, { kind: "waiting" }>, now: number): Line {
  const { job, part, reason } = listed;
  const dependent = listed.conditions.filter(({ standing }) => standing === "waiting");
  const later = Math.max(part.beginAt, job.beginAt) > now;
  const held = part.holds.length > 0 || dependent.length > 0;
  // Field by field: there may be thousands of these.
  return {
    job,
    listed,
    owner: job.user.name,
    element: null,
    state: waitingState(part, held),
    considered: !held && !later && reason !== "throttle",
    at: job.submittedAt,
    queue: "",
    slots: leastSlots(job.spec),
    shares: none,
    tasks: part.indices,
    isAway: listed.away !== undefined,
    silent: silentTarget(listed),
    holds: holdLetters(part.holds, dependent) + (later ? "a" : ""),
  };
}

const none: Line["shares"] = [];

function holdLetters(holds: readonly Hold[], dependent: readonly JudgedCondition[]): string {
  let letters = "";
  for (const hold of holds) letters += hold.charAt(0);
  for (const { condition } of dependent) letters += condition.kind.startsWith("corresponding") ? "d" : "j";
  return letters;
}

function joined(one: Line, other: Line): Line {
  const tasks = one.tasks && other.tasks ? joinedIndices(one.tasks, other.tasks) : one.tasks;
  return { ...one, listed: null, tasks };
}
