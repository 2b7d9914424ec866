/** Owns who runs the script: its first line in one family, an option in the others. */

import type { JobSpec } from "../model/spec.ts";
import { type Entry, entry } from "./account.ts";
import type { Family, ReadScript } from "./families.ts";

/** The spec with the interpreter as the target asks for it, and the first line if it has to be another one. */
export interface Interpreter {
  readonly spec: JobSpec;
  readonly firstLine: string | null;
  readonly entries: readonly Entry[];
}

/** Who runs the script there. */
export function interpreterOf(
  { spec, interpreter }: ReadScript,
  { from, to }: { from: Family; to: Family },
): Interpreter {
  if (to.interpreter === "first line") return asFirstLine(spec, interpreter, from);
  if (spec.shell !== null || from.interpreter === "option" || interpreter === null)
    return { spec, firstLine: null, entries: [] };
  const [path = "", ...words] = interpreter.split(/\s+/);
  const shell = path.endsWith("/env") && /^(ba|da|k|z|tc|c)?sh$/.test(words[0] ?? "") ? `/bin/${words[0]}` : path;
  if (shell.endsWith("/env"))
    return {
      spec,
      firstLine: null,
      entries: [
        remark(
          interpreter,
          `${to.title} reads no first line unless the site says so (shell_start_mode): -S takes a path`,
        ),
      ],
    };
  const left =
    words.length > 0 && shell === path ? [remark(interpreter, `-S takes a path only, without ${words.join(" ")}`)] : [];
  return { spec: { ...spec, shell }, firstLine: null, entries: left };
}

// sbatch takes nothing that does not begin with #!.
function asFirstLine(spec: JobSpec, interpreter: string | null, from: Family): Interpreter {
  const plain = { ...spec, shell: null };
  if (
    interpreter !== null &&
    (spec.shell === null || interpreter.split(/\s+/)[0] === spec.shell || sameShell(interpreter, spec.shell))
  )
    return { spec: plain, firstLine: null, entries: [] };
  const firstLine = `#!${spec.shell ?? "/bin/sh"}`;
  const why =
    spec.shell === null
      ? `sbatch wants a first line; in ${from.title} the queue would have said who runs it`
      : "the first line says who runs it";
  const was = interpreter === null ? "" : `#!${interpreter}`;
  return {
    spec: plain,
    firstLine,
    entries: [entry({ line: 1, fate: was === "" ? "added" : "changed", was, now: firstLine, why })],
  };
}

function sameShell(interpreter: string, shell: string): boolean {
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const [path = "", word = ""] = interpreter.split(/\s+/);
  return name(path.endsWith("/env") ? word : path) === name(shell);
}

function remark(interpreter: string, why: string): Entry {
  return entry({ line: 1, fate: "approximated", was: `#!${interpreter}`, now: "", why });
}
