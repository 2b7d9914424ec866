/** Owns how a row of qsub's table is made: an option of the language, and how Grid Engine complains about it. */

import type { ValueError } from "../../language/codec.ts";
import { type Effect, ignored, type OptionRow, option, type RowDetails } from "../../language/option.ts";

/** What is said of an option that cannot be read. `before` is printed without a prefix. */
export interface Complaint {
  readonly before: string;
  readonly text: string;
  readonly exitCode: number;
}

/** What Grid Engine does with an option besides its effect. */
export interface Manner {
  /** Said when the argument is missing; `lastWord` is the last word there was. */
  readonly missing: (lastWord: string) => string;
  readonly bad: (said: { readonly name: string; readonly value: string; readonly error: ValueError }) => Complaint;
  /** Saying it twice is worth a warning. */
  readonly single: boolean;
  /** A stronger source's word replaces all that weaker sources said, where it would otherwise add up. */
  readonly replaces: boolean;
  /** Belongs to another command of the family: reported after everything else. */
  readonly foreign: boolean;
  /** The master's reason to refuse it; null where it takes it. */
  readonly denied: (value: string, user: string) => string | null;
}

/** An option and its manner. */
export interface QsubRow {
  readonly option: OptionRow;
  readonly manner: Manner;
}

/** A row: name, effect, help, and where Grid Engine's manner differs from the usual. */
export function row(
  name: string,
  effect: Effect,
  about: Partial<Manner> & RowDetails & { readonly help: string },
): QsubRow {
  const usual: Manner = {
    missing: () => `-${name} option must have argument`,
    bad: ({ value }) => complaint(`invalid option argument "-${name} ${value}"`),
    single: false,
    replaces: false,
    foreign: false,
    denied: () => null,
  };
  return { option: option(name, effect, about), manner: { ...usual, ...about } };
}

/** An option of qrsh, qlogin, qsh or qalter, which qsub's parser knows and qsub does not take. */
export function foreign(name: string, takes: number, help: string): QsubRow {
  const effect: Effect = {
    ...ignored("", undefined, takes === 0 ? "nothing" : takes),
    standing: { kind: "refused", why: "an option of another command" },
  };
  return row(name, effect, { help, foreign: true });
}

/** A complaint without anything before it; 7 is the exit code of most bad values. */
export function complaint(text: string, exitCode = 7): Complaint {
  return { before: "", text, exitCode };
}
