/** Owns what a submission asks of qsub itself, besides what the job asks for. */

import type { Settled } from "../../language/settle.ts";

/** The questions, answered. */
export interface Asks {
  readonly binary: boolean;
  readonly help: boolean;
  /** Wait for the end. */
  readonly sync: boolean;
  /** Start at once or not at all. */
  readonly now: boolean;
  readonly terse: boolean;
  readonly verify: boolean;
  readonly validation: "e" | "w" | "n" | "p" | "v";
}

/** What was asked. */
export function asksOf({ asks, all }: Settled): Asks {
  return {
    binary: asks.binary === true,
    help: asks.help === true,
    // Any `-sync y` counts: `-sync n` on the command line does not undo the script's.
    sync: all.some(({ row, values }) => row.name === "sync" && values[0]?.toLowerCase().startsWith("y")),
    now: asks.now === true,
    terse: asks.terse === true,
    verify: asks.verify === true,
    validation: validations.find((letter) => letter === asks.validation) ?? "n",
  };
}
const validations = ["e", "w", "n", "p", "v"] as const;
