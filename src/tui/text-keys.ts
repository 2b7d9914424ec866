/** Owns what keys do on the other screens: scrolling, ways back, elements of a log. */

import type { Jobs } from "./jobs.ts";
import type { Deed } from "./keys.ts";
import { entering, only, type State, type Step, type Subject, settled } from "./state.ts";

/** What a key does on any other screen. */
export function elsewhere(state: State, deed: Deed, jobs: Jobs): Step {
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
