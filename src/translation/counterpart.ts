/** Owns what a variable of one scheduler becomes in another's words, and from which facts. */

import type { Numbering } from "../model/forwarding.ts";
import type { DialectName } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";

/** What of the job decides which variable is meant. */
export interface JobFacts {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly neutral: JobSpec;
  readonly renumbering: Numbering;
}

/** What stands for a variable: another one, an expression of the shell, or nothing. */
export type Counterpart =
  | { readonly kind: "variable"; readonly name: string; readonly fallback?: string; readonly how: string | null }
  /** The number of an element, which is another one there. */
  | { readonly kind: "element"; readonly name: string; readonly renumbering: Numbering; readonly how: null }
  | { readonly kind: "text"; readonly text: string; readonly how: string | null }
  | { readonly kind: "none"; readonly why: string };
