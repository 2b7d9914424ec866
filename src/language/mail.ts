/** Owns what a job may have asked to be told by mail, and what a dialect makes of it. */

import type { Element } from "../model/job.ts";
import type { JobHead } from "../model/verbs.ts";

/** What happened to one element. */
export type Occasion =
  | { readonly kind: "began" | "suspended" | "continued" }
  | { readonly kind: "requeued" }
  /** Over, or waiting again; `why` is the error that it waits with. */
  | { readonly kind: "ended"; readonly why: string | null }
  /** Somebody deleted what ran. */
  | { readonly kind: "deleted"; readonly by: string }
  /** So much of its time is over, in percent. */
  | { readonly kind: "timeUsed"; readonly percent: number };

/** The element that a mail is about, as it is after what happened. */
export interface Subject {
  readonly job: JobHead;
  readonly element: Element;
  readonly host: string;
  /** Of all the array: whether this is the first element to start, whether nothing is left, and those that started. */
  readonly whole: { readonly first: boolean; readonly over: boolean; elements(): readonly Element[] };
}

/** A mail as it is to be sent. */
export interface Letter {
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}
