/** Owns what becomes of the monitor when a key is pressed or something is heard: a reducer. */

import type { Look } from "../model/watch.ts";
import { acts, commandsFor } from "./acts.ts";
import type { Jobs } from "./jobs.ts";
import { type Act, deedOf } from "./keys.ts";
import { inQueue } from "./queue-keys.ts";
import { arranged, type Happening, only, type Question, type State, type Step, settled, type Typing } from "./state.ts";
import { acted } from "./targets.ts";
import { elsewhere } from "./text-keys.ts";

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

function looked(state: State, look: Look, jobs: Jobs): State {
  if (!state.unfolded.has(look.job)) return state;
  const { from, total, parts } = look;
  return settled({ ...state, unfolded: new Map(state.unfolded).set(look.job, { from, total, parts }) }, jobs);
}

function keyed(state: State, { key, text }: { readonly key: string; readonly text: string }, jobs: Jobs): Step {
  if (state.question) return answered(state, state.question, key);
  if (state.typing) return typed(state, state.typing, { key, text });
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

function typed(state: State, typing: Typing, { key, text }: { readonly key: string; readonly text: string }): Step {
  if (key === "return") return entered({ ...state, typing: null }, typing);
  if (key === "escape" || key === "C-c") return retyped({ ...state, typing: null }, { ...typing, text: "" });
  if (key === "backspace") return retyped(state, { ...typing, text: [...typing.text].slice(0, -1).join("") });
  if (key === "C-u") return retyped(state, { ...typing, text: "" });
  if (key !== "space" && (text === "" || key.startsWith("C-"))) return only(state);
  return retyped(state, { ...typing, text: typing.text + text });
}

function retyped(state: State, typing: Typing): Step {
  const next = { ...state, typing: state.typing && typing };
  if (typing.purpose !== "filter") return only(next);
  return arranged({ ...next, filter: typing.text });
}

function entered(state: State, { purpose, text, act, targets }: Typing): Step {
  if (purpose === "search") return { state, errands: [{ kind: "logDeed", deed: "search", text }] };
  if (purpose === "filter" || !act || !targets || text === "") return only(state);
  return {
    state: { ...state, marked: new Set() },
    errands: [{ kind: "run", commands: commandsFor(act, targets, text) }],
  };
}
