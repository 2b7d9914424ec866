/** Owns the answers that a place gives, and the one that is none. */

import type { LineReply } from "../language/driver.ts";
import type { Part } from "./dialogue.ts";

/** Nobody knows anything new: the target could not be reached, or its scheduler did not answer. */
export interface Silent {
  readonly kind: "silent";
  readonly why: string;
  /** Nobody was reached: nothing of what was asked was done. Left out: nobody knows. */
  readonly untouched?: boolean;
}

/** `pending`: it is still at work there, or nobody knows yet whether it came through. */
export type SubmitAnswer =
  | { readonly kind: "accepted"; readonly native: string }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "pending"; readonly why: string };

/** Whether nothing was learnt. */
export function isSilent(answer: unknown): answer is Silent {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "silent";
}

/** One conversation: so many replies (left out: one for each part) within so many milliseconds, or silence. */
export type Talk = (
  parts: readonly Part[],
  options?: { readonly count?: number; readonly timeoutMs?: number },
) => Promise<readonly LineReply[] | Silent>;
