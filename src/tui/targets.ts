/** Owns which jobs an act is for, and whether something is to be asked first. */

import { acts, commandsFor, type Target, targetText } from "./acts.ts";
import type { Jobs } from "./jobs.ts";
import type { Act } from "./keys.ts";
import { currentLine, only, type State, type Step } from "./state.ts";

/** An act on what is marked or under the cursor: done, or asked about first. */
export function acted(state: State, act: Act, jobs: Jobs): Step {
  const targets = targetsOf(state, jobs);
  if (targets.length === 0) return only({ ...state, said: { text: "no job here", bad: true } });
  const { about, asks, value } = acts[act];
  if (value !== "") return only({ ...state, typing: { purpose: "value", text: "", act, targets } });
  const commands = commandsFor(act, targets, "");
  if (!asks) return { state: { ...state, marked: new Set() }, errands: [{ kind: "run", commands }] };
  return only({ ...state, question: { text: `${about} ${targetText(targets)}?`, commands } });
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
