/** Owns the signals Slurm knows by name, and `--signal`. */

import { codec, ValueError } from "../../language/codec.ts";
import type { Warning } from "../../model/spec.ts";

/** Names with their numbers on Linux; Slurm knows no others, but takes any number. */
const known: readonly (readonly [string, number])[] = [
  ["HUP", 1],
  ["INT", 2],
  ["QUIT", 3],
  ["ABRT", 6],
  ["KILL", 9],
  ["USR1", 10],
  ["USR2", 12],
  ["ALRM", 14],
  ["TERM", 15],
  ["CONT", 18],
  ["STOP", 19],
  ["TSTP", 20],
  ["TTIN", 21],
  ["TTOU", 22],
  ["URG", 23],
  ["XCPU", 24],
];

/** The number of a signal by name, with `SIG` or without, or by number; null if there is none. */
export function signalNumber(text: string): number | null {
  if (/^[0-9]+$/.test(text)) return Number(text) || null;
  const name = text.toUpperCase().replace(/^SIG/, "");
  return known.find(([each]) => each === name)?.[1] ?? null;
}

/** What Slurm calls a signal: its name, or its number. */
export function signalName(number: number): string {
  return known.find(([, each]) => each === number)?.[0] ?? String(number);
}

/** A signal by name or number. */
export const signals = codec<number>(
  "specification",
  (text) => {
    const number = signalNumber(text);
    if (number === null) throw new ValueError("expected a signal", { kind: "specification", column: 1 });
    return number;
  },
  signalName,
);

const defaultSeconds = 60;
const maximalSeconds = 65535;

/** `[B:]signal[@seconds]`; `R` concerns reservations and is dropped. */
export const warning = codec<Warning>("specification", readWarning, writeWarning);

function readWarning(text: string): Warning {
  const [, flags = "", word = "", seconds] = /^(?:([RB]+):)?([^@:]+)(?:@([0-9]*))?$/i.exec(text) ?? [];
  const signal = signalNumber(word);
  const before = seconds === undefined ? defaultSeconds : Number(seconds);
  if (signal === null || before > maximalSeconds)
    throw new ValueError(`expected [B:]signal[@seconds], at most ${maximalSeconds} seconds`, {
      kind: "specification",
      column: 1,
    });
  return { signal, before, to: /B/i.test(flags) ? "shell" : "steps" };
}

function writeWarning({ signal, before, to }: Warning): string {
  return `${to === "shell" ? "B:" : ""}${signalName(signal)}${before === defaultSeconds ? "" : `@${before}`}`;
}
