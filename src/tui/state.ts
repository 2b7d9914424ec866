/** Owns what the monitor shows and what becomes of it when a key is pressed or something is heard: a reducer. */

import type { Look, WatchedJob } from "../model/watch.ts";
import { acts, type CommandLine, commandsFor, shellText, type Target } from "./acts.ts";
import { readFilter } from "./filter.ts";
import type { Arrangement, Jobs } from "./jobs.ts";
import { type Act, type Deed, deedOf, type Screen } from "./keys.ts";
import { type Folding, keyOf, type Line, linesOf, type Parts } from "./lines.ts";
import { indicesText, rankOf, standingOf } from "./listed.ts";
import { columnsOf, type Vocabulary, vocabularies } from "./words.ts";

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

/** What the state becomes. Jobs are read, never changed. */
export function reduce(state: State, happening: Happening, jobs: Jobs): Step {
  switch (happening.kind) {
    case "key":
      return keyed(state, happening, jobs);
    case "resized":
      return only(settled({ ...state, size: happening.size }, jobs));
    case "moved":
      return only(settled(state, jobs));
    case "whole":
      return only(settled({ ...state, whole: true, connected: true }, jobs));
    case "lost":
      return only({ ...state, connected: false });
    case "said":
      return only({ ...state, said: happening.text === "" ? null : { text: happening.text, bad: happening.bad } });
    default:
      return only(looked(state, happening.look, jobs));
  }
}

const only = (state: State): Step => ({ state, errands: [] });

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
function settled(state: State, jobs: Jobs): State {
  const lines = linesOf(jobs, state);
  const followed = state.cursorKey === null ? -1 : lines.placeOf(state.cursorKey);
  return placed(state, followed >= 0 ? followed : state.cursor, jobs);
}

function placed(state: State, wanted: number, jobs: Jobs): State {
  const lines = linesOf(jobs, state);
  const cursor = Math.max(0, Math.min(wanted, lines.count - 1));
  const room = roomFor(state.size);
  const most = Math.max(0, lines.count - room);
  const top = Math.min(most, Math.max(cursor - room + 1, Math.min(state.top, cursor)));
  // At the very top the cursor stays there and new jobs come in under it.
  const line = cursor === 0 && state.top === 0 ? null : lines.at(cursor);
  return { ...state, cursor, top, cursorKey: line && keyOf(line) };
}

function looked(state: State, look: Look, jobs: Jobs): State {
  if (!state.unfolded.has(look.job)) return state;
  const { from, total, parts } = look;
  return settled({ ...state, unfolded: new Map(state.unfolded).set(look.job, { from, total, parts }) }, jobs);
}

/** The line under the cursor. */
export function currentLine(state: State, jobs: Jobs): Line | null {
  return linesOf(jobs, state).at(state.cursor);
}

function keyed(state: State, { key, text }: { readonly key: string; readonly text: string }, jobs: Jobs): Step {
  if (state.question) return answered(state, state.question, key);
  if (state.typing) return typed(state, state.typing, { key, text, jobs });
  const deed = deedOf(key, state.screen);
  if (!deed) return only(state);
  const silent = { ...state, said: null };
  if (deed in acts) return acted(silent, deed as Act, jobs);
  return state.screen === "queue" ? inQueue(silent, deed, jobs) : elsewhere(silent, deed, jobs);
}

function answered(state: State, { commands }: Question, key: string): Step {
  const closed = { ...state, question: null };
  if (key === "y" || key === "return")
    return { state: { ...closed, marked: new Set() }, errands: [{ kind: "run", commands }] };
  return only(key === "C-c" || key === "n" || key === "escape" || key === "q" ? closed : state);
}

interface Typed {
  readonly key: string;
  readonly text: string;
  readonly jobs: Jobs;
}

function typed(state: State, typing: Typing, { key, text, jobs }: Typed): Step {
  if (key === "return") return entered({ ...state, typing: null }, typing);
  if (key === "escape" || key === "C-c") return retyped({ ...state, typing: null }, { ...typing, text: "" }, jobs);
  if (key === "backspace") return retyped(state, { ...typing, text: [...typing.text].slice(0, -1).join("") }, jobs);
  if (key === "C-u") return retyped(state, { ...typing, text: "" }, jobs);
  if (key !== "space" && (text === "" || key.startsWith("C-"))) return only(state);
  return retyped(state, { ...typing, text: typing.text + text }, jobs);
}

function retyped(state: State, typing: Typing, jobs: Jobs): Step {
  const next = { ...state, typing: state.typing && typing };
  if (typing.purpose !== "filter") return only(next);
  return arranged({ ...next, filter: typing.text }, jobs);
}

function entered(state: State, { purpose, text, act, targets }: Typing): Step {
  if (purpose === "search") return { state, errands: [{ kind: "logDeed", deed: "search", text }] };
  if (purpose === "filter" || !act || !targets || text === "") return only(state);
  return {
    state: { ...state, marked: new Set() },
    errands: [{ kind: "run", commands: commandsFor(act, targets, text) }],
  };
}

/** The state with the order of its jobs to be made anew; the cursor goes to the top. */
function arranged(state: State, _jobs: Jobs): Step {
  const next = { ...state, cursor: 0, top: 0, cursorKey: null };
  return { state: next, errands: [{ kind: "arrange", how: arrangementOf(next) }] };
}

const after = <T>(list: readonly T[], item: T): T => list[(list.indexOf(item) + 1) % list.length] as T;

function inQueue(state: State, deed: Deed, jobs: Jobs): Step {
  const page = roomFor(state.size) - 1;
  const to = (cursor: number): Step => only(placed(state, cursor, jobs));
  switch (deed) {
    case "up":
      return to(state.cursor - 1);
    case "down":
      return to(state.cursor + 1);
    case "pageUp":
      return to(state.cursor - page);
    case "pageDown":
      return to(state.cursor + page);
    case "first":
      return only(placed({ ...state, top: 0 }, 0, jobs));
    case "last":
      return to(Number.MAX_SAFE_INTEGER);
    case "mark":
      return marked(state, jobs);
    case "markAll":
      return only({ ...state, marked: new Set(shownIds(jobs)) });
    case "unmark":
      return state.marked.size > 0 ? only({ ...state, marked: new Set() }) : arranged({ ...state, filter: "" }, jobs);
    case "filter":
      return only({ ...state, typing: { purpose: "filter", text: state.filter } });
    case "sort":
      return arranged({ ...state, down: false, sorted: after(sortable(state), state.sorted) }, jobs);
    case "reverse":
      return arranged({ ...state, down: !state.down }, jobs);
    case "group":
      return arranged({ ...state, grouping: after(groupings, state.grouping), foldedGroups: new Set() }, jobs);
    case "words":
      return arranged({ ...state, words: after(vocabularies, state.words), sorted: -1, down: false }, jobs);
    case "quit":
      return { state, errands: [{ kind: "quit" }] };
    default:
      return onLine(state, deed, jobs);
  }
}

function sortable({ words }: State): readonly number[] {
  return [-1, ...columnsOf[words].keys()];
}

function* shownIds(jobs: Jobs): Generator<number> {
  for (let place = 0; place < jobs.count; place++) {
    const job = jobs.at(place);
    if (job) yield job.head.id;
  }
}

function marked(state: State, jobs: Jobs): Step {
  const line = currentLine(state, jobs);
  const next = new Set(state.marked);
  if (line && line.kind !== "group") {
    const { id } = line.job.head;
    if (!next.delete(id)) next.add(id);
  }
  return only(placed({ ...state, marked: next }, state.cursor + 1, jobs));
}

function onLine(state: State, deed: Deed, jobs: Jobs): Step {
  const line = currentLine(state, jobs);
  if (deed === "usage" || deed === "help") return only(entering(state, deed));
  if (!line) return only(state);
  if (deed === "unfold" || deed === "fold" || (deed === "open" && line.kind === "group"))
    return only(
      folded(state, line, {
        unfold: deed === "unfold" || (deed === "open" && line.kind === "group" && line.folded),
        jobs,
      }),
    );
  if (line.kind === "group") return only(state);
  const subject = subjectOf(line);
  if (deed === "log") return { state: { ...entering(state, "log"), subject }, errands: [{ kind: "log", subject }] };
  if (deed === "open" || deed === "detail")
    return { state: { ...entering(state, "detail"), subject }, errands: [{ kind: "detail", subject }] };
  return only(state);
}

function subjectOf(line: Exclude<Line, { kind: "group" }>): Subject {
  const job = line.job.head.id;
  if (line.kind === "job") {
    const { part } = line.job;
    return { job, index: part.kind === "element" ? part.index : (line.job.head.indices?.[0]?.[0] ?? null) };
  }
  const first = line.part ? Number.parseInt(indicesText(line.part), 10) : Number.NaN;
  return { job, index: Number.isNaN(first) ? null : first };
}

const noParts: Parts = { from: 0, parts: [], total: 0 };

function folded(state: State, line: Line, { unfold, jobs }: { readonly unfold: boolean; readonly jobs: Jobs }): State {
  if (line.kind === "group") {
    const foldedGroups = new Set(state.foldedGroups);
    if (unfold) foldedGroups.delete(line.group.name);
    else foldedGroups.add(line.group.name);
    return settled({ ...state, foldedGroups }, jobs);
  }
  const { id, indices } = line.job.head;
  const unfolded = new Map(state.unfolded);
  if (!unfold) unfolded.delete(id);
  else if (indices !== null && !unfolded.has(id)) unfolded.set(id, noParts);
  return settled({ ...state, unfolded, cursorKey: unfold ? state.cursorKey : `job ${id}` }, jobs);
}

function entering(state: State, screen: Screen): State {
  return { ...state, screen, back: [state.screen, ...state.back], scroll: 0, showsEnvironment: false };
}

function elsewhere(state: State, deed: Deed, jobs: Jobs): Step {
  const page = state.size.rows - 3;
  const { subject } = state;
  if (deed === "quit") return { state, errands: [{ kind: "quit" }] };
  if (deed === "leave") {
    const [screen = "queue", ...back] = state.back;
    return only(settled({ ...state, screen, back, scroll: 0 }, jobs));
  }
  if (deed === "help" || deed === "usage") return only(entering(state, deed));
  if (deed === "environment") return only({ ...state, showsEnvironment: !state.showsEnvironment });
  if (subject && deed === "detail") return { state: entering(state, "detail"), errands: [{ kind: "detail", subject }] };
  if (subject && deed === "log") return { state: entering(state, "log"), errands: [{ kind: "log", subject }] };
  if (state.screen === "log") return inLog(state, deed, jobs);
  const moves: Partial<Record<Deed, number>> = { up: -1, down: 1, pageUp: -page, pageDown: page };
  if (deed === "first") return only({ ...state, scroll: 0 });
  const move = deed === "last" ? Number.MAX_SAFE_INTEGER / 2 : (moves[deed] ?? 0);
  return only({ ...state, scroll: Math.max(0, state.scroll + move) });
}

function inLog(state: State, deed: Deed, jobs: Jobs): Step {
  if (deed === "search") return only({ ...state, typing: { purpose: "search", text: "" } });
  if (deed !== "nextElement" && deed !== "previousElement")
    return { state, errands: [{ kind: "logDeed", deed, text: "" }] };
  const subject = state.subject && neighbour(state.subject, jobs, deed === "nextElement" ? 1 : -1);
  return subject ? { state: { ...state, subject }, errands: [{ kind: "log", subject }] } : only(state);
}

/** The next element of the array; the first after the last. */
function neighbour({ job, index }: Subject, jobs: Jobs, way: 1 | -1): Subject | null {
  const runs = jobs.get(job)?.head.indices;
  if (!runs || index === null) return null;
  const at = runs.findIndex(([first, last]) => first <= index && index <= last);
  const run = runs[at];
  if (run && index + way >= run[0] && index + way <= run[1]) return { job, index: index + way };
  const next = runs[(at + way + runs.length) % runs.length];
  return next ? { job, index: way > 0 ? next[0] : next[1] } : null;
}

function acted(state: State, act: Act, jobs: Jobs): Step {
  const targets = targetsOf(state, jobs);
  if (targets.length === 0) return only({ ...state, said: { text: "no job here", bad: true } });
  const { about, asks, value } = acts[act];
  if (value !== "") return only({ ...state, typing: { purpose: "value", text: "", act, targets } });
  const commands = commandsFor(act, targets, "");
  if (!asks) return { state: { ...state, marked: new Set() }, errands: [{ kind: "run", commands }] };
  const [first] = targets;
  const what =
    targets.length > 1 || !first
      ? `${targets.length} jobs`
      : `job ${first.id}${first.index === null ? "" : `_${first.index}`}`;
  return only({ ...state, question: { text: `${about} ${what}?`, commands } });
}

/** What is marked, else what the cursor is on. */
function targetsOf(state: State, jobs: Jobs): readonly Target[] {
  const target = (id: number, index: number | null): readonly Target[] => {
    const job = jobs.get(id);
    return job ? [{ id, index, dialect: job.head.dialect }] : [];
  };
  if (state.screen !== "queue" && state.subject) {
    const { job, index } = state.subject;
    return target(job, state.screen === "log" ? index : null);
  }
  if (state.marked.size > 0) return [...state.marked].flatMap((id) => target(id, null));
  const line = currentLine(state, jobs);
  if (!line || line.kind === "group") return [];
  if (line.kind === "job" || !line.part) return target(line.job.head.id, null);
  const { part } = line;
  if (part.kind === "element") return target(line.job.head.id, part.index);
  return (part.indices ?? [])
    .flatMap(([first, last]) => (first === last ? target(line.job.head.id, first) : target(line.job.head.id, null)))
    .slice(0, 1);
}

/** What a question's commands look like in a shell. */
export function questionText({ commands }: Question): string {
  return shellText(commands);
}
