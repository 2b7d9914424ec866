/** Owns the account of a translation: what became of each option, variable and command. */

import type { DialectName } from "../model/job.ts";

/**
 * `kept`: the same value; `changed`: other words for the same; `approximated`: nearly the same, `why` says how;
 * `lost`: cannot be said; `left`: stands in the script as it was; `added`: what the target would not do by itself.
 */
export type Fate = "kept" | "changed" | "approximated" | "lost" | "left" | "added";

/** What became of one thing. */
export interface Entry {
  /** From 1; null for what no line says. */
  readonly line: number | null;
  readonly column: number | null;
  readonly fate: Fate;
  /** As it was; empty if it was not said. */
  readonly was: string;
  /** As it is; empty if nothing says it any more. */
  readonly now: string;
  /** What is different, and why; null if nothing is. */
  readonly why: string | null;
  /** Whether the job misses it. */
  readonly isLoss: boolean;
}

/** A script in another family's words. */
export interface Translation {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly script: string;
  readonly account: readonly Entry[];
}

/** An entry; what is lost is a loss, what is left only if nobody says otherwise. */
export function entry(some: Pick<Entry, "fate" | "was"> & Partial<Entry>): Entry {
  return {
    line: null,
    column: null,
    now: "",
    why: null,
    isLoss: some.fate === "lost" || some.fate === "left",
    ...some,
  };
}

/** How many losses there are. */
export function losses(account: readonly Entry[]): number {
  return account.filter(({ isLoss }) => isLoss).length;
}

/** The account as people read it, and a line that counts. */
export function accountText(file: string, { from, to, account }: Translation): string {
  const width = Math.max(0, ...account.map(({ fate }) => fate.length));
  const lines = account.map(({ line, fate, was, now, why }) => {
    const place = line === null ? file : `${file}:${line}`;
    const change = was === "" ? now : now === "" || now === was ? was : `${was} → ${now}`;
    return `${place}: ${fate.padEnd(width)}  ${change}${why === null ? "" : ` (${why})`}`;
  });
  const counts = fates
    .map((fate) => [fate, account.filter((one) => one.fate === fate).length] as const)
    .filter(([, count]) => count > 0);
  const sum = counts.map(([fate, count]) => `${count} ${fate}`).join(", ") || "nothing to translate";
  return `${[...lines, `${file}: ${from} to ${to}: ${sum}`].join("\n")}\n`;
}

const fates: readonly Fate[] = ["kept", "changed", "approximated", "added", "left", "lost"];
