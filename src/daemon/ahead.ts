/** Owns which elements were handed to the backend before there is room for them, by job, in the order in which they will begin. */

import type { StoredElement } from "../store/element-rows.ts";

/** An element that is to take the place of another one of its job. */
export interface Handed {
  readonly key: string;
  /** As it will be, but for its place and its time. */
  readonly element: StoredElement;
  /** `making`: its files are on their way. `sent`: the backend has it. `begun`: it is a row, though it is not known in whose place. */
  readonly stage: "making" | "sent" | "begun";
}

export interface Ahead {
  of(job: number): readonly Handed[];
  /** Everything that has not begun as far as is known. */
  waiting(): readonly Handed[];
  /** How many of those the backend has. */
  sent(): number;
  add(handed: Handed): void;
  /** This very one is further; false where it was taken back meanwhile, though it may have been handed over once more. */
  advance(handed: Handed, stage: "sent" | "begun"): boolean;
  /** The first of the job that the backend has: it begins in the place that became free, and is no longer here. */
  next(job: number): Handed | null;
  /** They will not begin. */
  drop(keys: ReadonlySet<string>): void;
  /** The backend is gone, and with it all that it had not begun. */
  forget(): void;
  /** The id that an element was given when it was handed over, which it keeps when it was taken back. */
  idOf(key: string): number | undefined;
  /** An element of this job ran for so many milliseconds. */
  ran(job: number, span: number): void;
  /** The job whose elements ended so soon, lately, that the way to the next one counts. */
  brisk(): number | null;
  /** How it is now: the answer goes back to that, but for what was dropped since. */
  savepoint(): () => void;
}

/** Milliseconds that an element may take for its successor to be handed over ahead: beyond, nobody would notice. */
const briskMs = 250;

export function createAhead(): Ahead {
  let lines: ReadonlyMap<number, readonly Handed[]> = new Map();
  let counted = { lines, count: 0 };
  let brisk: number | null = null;
  const ids = new Map<string, number>();
  let idsOf = 0;
  const dropped = new Set<string>();
  const of = (job: number): readonly Handed[] => lines.get(job) ?? [];
  const set = (job: number, line: readonly Handed[]): void => {
    const others = [...lines].filter(([other]) => other !== job);
    lines = new Map(line.length > 0 ? [...others, [job, line]] : others);
  };
  const without = (all: typeof lines, keys: ReadonlySet<string>): typeof lines =>
    new Map([...all].map(([job, line]) => [job, line.filter(({ key }) => !keys.has(key))] as const));
  return {
    of,
    waiting: () => [...lines.values()].flatMap((line) => line.filter(({ stage }) => stage !== "begun")),
    sent() {
      if (counted.lines !== lines) counted = { lines, count: countOf(lines) };
      return counted.count;
    },
    add(handed) {
      const { job, id } = handed.element;
      // What was taken back of an earlier one is hardly asked for again.
      if (job !== idsOf) ids.clear();
      idsOf = job;
      ids.set(handed.key, id);
      set(job, [...of(job), handed]);
    },
    advance(handed, stage) {
      const { job } = handed.element;
      const line = of(job);
      if (!line.includes(handed)) return false;
      set(
        job,
        line.map((each) => (each === handed ? { ...each, stage } : each)),
      );
      return true;
    },
    next(job) {
      const [first, ...rest] = of(job);
      if (!first || first.stage === "making") return null;
      ids.delete(first.key);
      set(job, rest);
      return first;
    },
    drop(keys) {
      for (const key of keys) dropped.add(key);
      lines = without(lines, keys);
    },
    forget() {
      lines = new Map();
    },
    idOf: (key) => ids.get(key),
    ran(job, span) {
      if (span <= briskMs) brisk = job;
      else if (brisk === job) brisk = null;
    },
    brisk: () => brisk,
    savepoint() {
      const before = lines;
      dropped.clear();
      return () => {
        lines = without(before, dropped);
      };
    },
  };
}

function countOf(lines: ReadonlyMap<number, readonly Handed[]>): number {
  let count = 0;
  for (const line of lines.values()) for (const { stage } of line) if (stage === "sent") count += 1;
  return count;
}
