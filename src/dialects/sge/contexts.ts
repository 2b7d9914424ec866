/** Owns a job's context: `-ac` adds to it, `-dc` takes away, `-sc` sets it anew. */

import { assigns, type Effect } from "../../language/option.ts";
import { variables } from "./codecs.ts";

/** The effect of one of the three options. A name without a value has the value NONE. */
export function contextEffect(kind: "add" | "delete" | "set"): Effect {
  return assigns({
    takes: "value",
    fields: ["contexts"],
    apply: ([value = ""], { spec }) => {
      const entries = variables.read(value).map(({ name, value: content }) => `${name}=${content || "NONE"}`);
      const before = kind === "set" ? [] : (spec.contexts ?? []);
      return { contexts: changed(before, entries, kind !== "delete") };
    },
    write: ({ contexts }) => (kind === "set" && contexts?.length ? [contexts.join(",")] : null),
  });
}

function changed(before: readonly string[], entries: readonly string[], keep: boolean): readonly string[] {
  const all = new Map([...before, ...(keep ? entries : [])].map((entry) => [nameOf(entry), entry]));
  for (const entry of keep ? [] : entries) all.delete(nameOf(entry));
  return [...all.values()];
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf("="));
}
