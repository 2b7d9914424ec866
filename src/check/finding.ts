/** Owns what a check is and what it finds: a row of a table, and a place in a script with what is wrong there. */

import type { Subject } from "./subject.ts";

/** `error`: the scheduler refuses it. `warning`: it will not do what it says. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** A change of the script's text that cannot change its meaning for the worse. Columns count characters from 1. */
export interface Edit {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly text: string;
}

/** One place where a check found something. Lines and columns count from 1. */
export interface Spot {
  readonly line: number;
  readonly column: number;
  /** Characters to underline; at least 1. */
  readonly length: number;
  readonly message: string;
  readonly edits?: readonly Edit[];
}

/** A spot and the check that found it. */
export interface Finding extends Spot {
  readonly id: string;
  readonly severity: Severity;
}

/** One check. `what`, `why` and `remedy` are sentences for `headnode check --explain`. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly look: (subject: Subject) => Iterable<Spot>;
}
