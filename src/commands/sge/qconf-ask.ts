/** Owns what a change by qconf is made from. */

import type { Context } from "../../language/context.ts";

/** An option that changes something, without its dash, and the words behind it up to the next option. */
export interface ChangeAsk {
  readonly context: Context;
  readonly option: string;
  readonly words: readonly string[];
}
