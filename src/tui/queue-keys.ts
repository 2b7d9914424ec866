/** Owns what keys do in the queue: the cursor, marks, order, folding, and ways to other screens. */

import type { Jobs } from "./jobs.ts";
import type { Deed } from "./keys.ts";
import type { Line, Parts } from "./lines.ts";
import { indicesText } from "./listed.ts";
import {
  arranged,
  currentLine,
  entering,
  groupings,
  only,
  placed,
  roomFor,
  type State,
  type Step,
  type Subject,
  settled,
} from "./state.ts";
import { columnsOf, vocabularies } from "./words.ts";

const after = <T>(list: readonly T[], item: T): T => list[(list.indexOf(item) + 1) % list.length] as T;

/** What a key does in the queue. */
export function inQueue(state: State, deed: Deed, jobs: Jobs): Step {
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
      return state.marked.size > 0 ? only({ ...state, marked: new Set() }) : arranged({ ...state, filter: "" });
    case "filter":
      return only({ ...state, typing: { purpose: "filter", text: state.filter } });
    case "sort":
      return arranged({ ...state, down: false, sorted: after(sortable(state), state.sorted) });
    case "reverse":
      return arranged({ ...state, down: !state.down });
    case "group":
      return arranged({ ...state, grouping: after(groupings, state.grouping), foldedGroups: new Set() });
    case "words":
      return arranged({ ...state, words: after(vocabularies, state.words), sorted: -1, down: false });
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
