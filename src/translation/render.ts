/** Owns a submitted job in another family's words: what its own command is given, and the script that goes with it. */

import { type SiteWords, saidFields } from "../language/neutral.ts";
import { wordsFor } from "../language/writing.ts";
import type { Numbering } from "../model/forwarding.ts";
import type { DialectName } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";
import { type Entry, entry } from "./account.ts";
import { families } from "./families.ts";
import { interpreterOf } from "./interpreters.ts";
import { laidOut } from "./layout.ts";
import { phrased } from "./phrases.ts";

/** The job's script, whose words its spec is in, and what the site calls things. */
export interface SubmittedScript {
  readonly from: DialectName;
  readonly text: string;
  /** What the script's first line says, or an option; null if nothing does. */
  readonly interpreter: string | null;
  readonly site: SiteWords;
}

/** What to submit there. */
export interface Rendered {
  readonly script: string;
  /** Options of the submitting command, without the script's name. */
  readonly args: readonly string[];
  /** How the numbers of an array differ there. */
  readonly numbering: Numbering;
  readonly account: readonly Entry[];
}

/**
 * A job's spec in a family's words. All of it is in the arguments, and the script's directives are no longer read, so
 * that what was said on the command line or in variables holds there too.
 */
export function renderIn(to: DialectName, spec: JobSpec, script: SubmittedScript): Rendered {
  const job = { from: families[script.from], to: families[to], site: script.site };
  if (script.from === to)
    return { script: script.text, args: unchanged(spec, to), numbering: { kind: "same" }, account: [] };
  const interpreter = interpreterOf({ spec, said: [], interpreter: script.interpreter }, job);
  const phrases = phrased(interpreter.spec, job);
  const placed = { words: new Map(), added: [], entries: [] };
  const shell = spec.shell ?? script.interpreter ?? "";
  const { script: text, account } = laidOut(script.text, { ...placed, phrases, interpreter, shell, ...job });
  const told = phrases.phrases.flatMap(({ parts, words, how }): readonly Entry[] => {
    const was = parts.join(", ");
    if (words === null) return [entry({ fate: "lost", was, why: how })];
    if (words.length === 0 && how === null) return [];
    return [entry({ fate: how === null ? "changed" : "approximated", was, now: words.join(" "), why: how })];
  });
  const args = phrases.phrases.flatMap(({ words }) => words ?? []);
  return { script: text, args, numbering: phrases.plan.renumbering, account: [...told, ...account] };
}

// Its own words: what the options' table writes, field by field.
function unchanged(spec: JobSpec, name: DialectName): readonly string[] {
  const { table } = families[name];
  // What one option says together, as an array and how many of it may run at a time, is written together.
  const together = (field: keyof JobSpec): Partial<JobSpec> =>
    field === "array" && name === "slurm"
      ? { array: spec.array, arrayThrottle: spec.arrayThrottle }
      : { [field]: spec[field] };
  return saidFields(spec).flatMap((field) => wordsFor(table, together(field)) ?? []);
}
