/** Owns what the monitor shows: the state that keys and news change, and where its cursor is. */

import type { Look, WatchedJob } from "../model/watch.ts";
import { type CommandLine, shellText, type Target } from "./acts.ts";
import { readFilter } from "./filter.ts";
import type { Arrangement, Jobs } from "./jobs.ts";
import type { Act, Deed, Screen } from "./keys.ts";
import { type Folding, keyOf, type Line, linesOf } from "./lines.ts";
import { rankOf, standingOf } from "./listed.ts";
import { columnsOf, type Vocabulary } from "./words.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A job, or one element of it, whose details or output are shown. */
export interface Subject {
  readonly job: number;
  readonly index: number | null;
}

/** What is being typed, and what for. */
export interface Typing {
  readonly purpose: "filter" | "search" | "value";
  readonly text: string;
  /** For a value: of which act, on what. */
  readonly act?: Act;
  readonly targets?: readonly Target[];
}

export interface Question {
  readonly text: string;
  readonly commands: readonly CommandLine[];
}

export const groupings = ["none", "state", "name", "queue"] as const;
export type Grouping = (typeof groupings)[number];

export interface State extends Folding {
  readonly screen: Screen;
  /** Screens to go back to, the last one first. */
  readonly back: readonly Screen[];
  readonly size: Size;
  readonly words: Vocabulary;
  readonly cursor: number;
  readonly top: number;
  /** The line under the cursor, wherever it moves; null follows the place. */
  readonly cursorKey: string | null;
  readonly filter: string;
  readonly grouping: Grouping;
  /** Number of the column; -1 is the order of interest. */
  readonly sorted: number;
  readonly down: boolean;
  readonly marked: ReadonlySet<number>;
  readonly typing: Typing | null;
  readonly question: Question | null;
  readonly said: { readonly text: string; readonly bad: boolean } | null;
  /** Of text screens. */
  readonly scroll: number;
  readonly subject: Subject | null;
  readonly showsEnvironment: boolean;
  readonly connected: boolean;
  readonly whole: boolean;
}

/** What the outside is to do. */
export type Errand =
  | { readonly kind: "quit" }
  | { readonly kind: "arrange"; readonly how: Arrangement }
  | { readonly kind: "run"; readonly commands: readonly CommandLine[] }
  | { readonly kind: "detail"; readonly subject: Subject }
  | { readonly kind: "log"; readonly subject: Subject }
  | { readonly kind: "logDeed"; readonly deed: Deed; readonly text: string };

/** What happens. */
export type Happening =
  | { readonly kind: "key"; readonly key: string; readonly text: string }
  | { readonly kind: "resized"; readonly size: Size }
  | { readonly kind: "moved" }
  | { readonly kind: "whole" }
  | { readonly kind: "lost" }
  | { readonly kind: "looked"; readonly look: Look }
  | { readonly kind: "said"; readonly text: string; readonly bad: boolean };

export interface Step {
  readonly state: State;
  readonly errands: readonly Errand[];
}

/** The first state. */
export function firstState(size: Size, words: Vocabulary, filter: string): State {
  return {
    ...{ screen: "queue", back: [], size, words, cursor: 0, top: 0, cursorKey: null, filter, grouping: "none" },
    ...{ sorted: -1, down: false, marked: new Set(), typing: null, question: null, said: null, scroll: 0 },
    ...{ subject: null, showsEnvironment: false, unfolded: new Map(), foldedGroups: new Set() },
    ...{ connected: true, whole: false },
  };
}

/** Lines of jobs there is room for: all but the bars and the heading. */
export function roomFor({ rows }: Size): number {
  return Math.max(1, rows - 5);
}

/** A state, and nothing to do. */
export const only = (state: State): Step => ({ state, errands: [] });

/** The order of the jobs that a state wants. */
export function arrangementOf({ words, filter, grouping, sorted, down }: State): Arrangement {
  const value = columnsOf[words][sorted]?.sort ?? byInterest;
  return { matches: readFilter(filter), value, down, group: groupOf[grouping] };
}

const groupOf: Readonly<Record<Grouping, ((job: WatchedJob) => string) | null>> = {
  none: null,
  state: standingOf,
  name: ({ head }) => head.name,
  queue: ({ head }) => head.queue,
};

/** What runs, then what waits in its turn, then what ended, latest first. */
function byInterest(job: WatchedJob): number {
  const { part, head } = job;
  const rank = Math.min(rankOf(job), 4) * 1e15;
  if (rank >= 4e15) {
    const end = part.kind === "removed" ? part.removedAt : part.kind === "element" ? (part.endedAt ?? 0) : 0;
    return rank + 1e14 - end;
  }
  return part.kind === "waiting"
    ? rank + 1e13 - head.priority
    : rank + (part.kind === "element" ? (part.startedAt ?? 0) : 0);
}

/** The cursor stays with its line, and what is shown has the cursor in it. */
export function settled(state: State, jobs: Jobs): State {
  const lines = linesOf(jobs, state);
  const followed = state.cursorKey === null ? -1 : lines.placeOf(state.cursorKey);
  return placed(state, followed >= 0 ? followed : state.cursor, jobs);
}

/** The cursor on that line, if there is one, and in what is shown. */
export function placed(state: State, wanted: number, jobs: Jobs): State {
  const lines = linesOf(jobs, state);
  const cursor = Math.max(0, Math.min(wanted, lines.count - 1));
  const room = roomFor(state.size);
  const most = Math.max(0, lines.count - room);
  const top = Math.min(most, Math.max(cursor - room + 1, Math.min(state.top, cursor)));
  // At the very top the cursor stays there and new jobs come in under it.
  const line = cursor === 0 && state.top === 0 ? null : lines.at(cursor);
  return { ...state, cursor, top, cursorKey: line && keyOf(line) };
}

/** The line under the cursor. */
export function currentLine(state: State, jobs: Jobs): Line | null {
  return linesOf(jobs, state).at(state.cursor);
}

/** The state with the order of its jobs to be made anew; the cursor goes to the top. */
export function arranged(state: State): Step {
  const next = { ...state, cursor: 0, top: 0, cursorKey: null };
  return { state: next, errands: [{ kind: "arrange", how: arrangementOf(next) }] };
}

/** Another screen, with a way back. */
export function entering(state: State, screen: Screen): State {
  return { ...state, screen, back: [state.screen, ...state.back], scroll: 0, showsEnvironment: false };
}

/** What a question's commands look like in a shell. */
export function questionText({ commands }: Question): string {
  return shellText(commands);
}
