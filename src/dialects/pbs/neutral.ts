/** Owns what PBS's own words are in those that all families share. */

import { type Neutral, neutralExport, type Part } from "../../language/neutral.ts";
import type { JobSpec } from "../../model/spec.ts";

const events: Readonly<Record<string, string>> = { b: "BEGIN", e: "END", a: "FAIL" };

/** A spec in neutral words. */
export function neutralOf(spec: JobSpec): Neutral {
  const isArray = spec.array !== null;
  const [out] = (spec.stdout ?? []).map((path) => neutralPattern(path, "o", isArray));
  const [err] = (spec.stderr ?? []).map((path) => neutralPattern(path, "e", isArray));
  const note = (part: Part, how: string | null | undefined) => (how ? [{ parts: [part], how }] : []);
  return {
    spec: {
      ...spec,
      nice: spec.priority === null ? spec.nice : 0 - spec.priority,
      priority: null,
      queues: spec.queues?.map((queue) => queue.replace(/@.*/, "")) ?? null,
      mailEvents:
        spec.mailEvents &&
        ["b", "e", "a"].filter((letter) => spec.mailEvents?.includes(letter)).map((letter) => events[letter] ?? ""),
      export: spec.export && neutralExport(spec.export),
      requests: spec.requests?.length ? spec.requests : null,
      stdout: out ? [out.path] : null,
      stderr: err && spec.joinStreams !== true ? [err.path] : null,
    },
    notes: [...note("stdout", out?.how), ...note("stderr", err?.how)],
  };
}

const variables: Readonly<Record<string, string>> = {
  PBS_JOBID: "j",
  PBS_JOBNAME: "x",
  PBS_ARRAY_INDEX: "a",
  PBS_ARRAYID: "a",
  USER: "u",
};

// The server puts ^array_index^ in; what $ stands for depends on the version.
function neutralPattern(path: string, stream: "o" | "e", isArray: boolean): { path: string; how: string | null } {
  const text = path
    .replaceAll("%", "%%")
    .replaceAll("^array_index^", "%a")
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => {
      const letter = variables[braced ?? bare];
      return letter === undefined ? whole : letter === "j" && isArray ? "%A" : `%${letter}`;
    });
  if (/(^|\/)\.{0,2}$/.test(text))
    return { path: `${text.replace(/\/$/, "")}/${defaultName(stream, isArray)}`, how: null };
  return {
    path: text,
    how: text.includes("$") ? `${/\$\{?\w+/.exec(text)?.[0]} stays as it is in the file's name` : null,
  };
}

/** The name that PBS gives by itself, in neutral placeholders. */
export function defaultName(stream: "o" | "e", isArray: boolean): string {
  return isArray ? `%x.${stream}%A.%a` : `%x.${stream}%j`;
}
