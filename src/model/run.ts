/** Owns what `headnode run` asks of the daemon, and what it hears while the jobs go on: one JSON text a line. */

import type { DialectName, Outcome } from "./job.ts";

/** What is to be run. */
export interface RunAsk {
  readonly scripts: readonly RunScript[];
  /** Elements that failed in an earlier run: the job, and its indices as text (empty for a plain job). */
  readonly again: readonly { readonly job: number; readonly indices: string }[];
  /** Which share of all elements, from 1; the whole is `{ part: 1, of: 1 }`. */
  readonly shard: { readonly part: number; readonly of: number };
  /** Failures after which the rest is cancelled; 0 is never. */
  readonly failFast: number;
  /** How often what failed is run again. */
  readonly retries: number;
}

/** A script and how it is submitted. */
export interface RunScript {
  readonly path: string;
  readonly dialect: DialectName;
  readonly args: readonly string[];
}

/** Where an element's output goes. A file that is appended to is followed from `from` on (bytes). */
export interface RunFile {
  readonly path: string;
  readonly from: number;
}

/** What an element is called and where its output is. */
interface OfElement {
  readonly job: number;
  /** Null for a plain job. */
  readonly index: number | null;
}

/** What the daemon tells. */
export type RunEvent =
  | {
      readonly kind: "submitted";
      readonly job: number;
      readonly name: string;
      readonly script: string;
      /** Indices as text; null for a plain job. */
      readonly indices: string | null;
      readonly count: number;
      /** The job whose failed elements are run again; null for the first time. */
      readonly again: number | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: "nothing"; readonly script: string; readonly text: string }
  | (OfElement & { readonly kind: "started"; readonly stdout: RunFile; readonly stderr: RunFile | null })
  | (OfElement & {
      readonly kind: "ended";
      readonly outcome: Outcome;
      readonly code: number | null;
      readonly signal: number | null;
      readonly remark: string;
      /** Milliseconds from start to end. */
      readonly took: number;
    })
  | { readonly kind: "removed"; readonly job: number; readonly indices: string | null; readonly count: number };
