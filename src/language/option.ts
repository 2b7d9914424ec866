/** Owns what an option is: one row with its spelling, what it takes, what it sets, and how that is written back. */

import type { FieldName, JobSpec } from "../model/spec.ts";
import type { Codec } from "./codec.ts";

/** Whether an option has its effect here. An ignored or refused one says why. */
export type Standing =
  | { readonly kind: "honoured" }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** What was said so far, weakest first: fields of the spec, and what is asked of the command itself. */
export interface Draft {
  readonly spec: Partial<JobSpec>;
  readonly asks: Readonly<Record<string, unknown>>;
}

/** What an option takes: nothing, a value, maybe one (`--x[=v]`), or a number of words (Grid Engine's `-pe smp 4`). */
export type Takes = "nothing" | "value" | "maybe" | number;

/** What saying an option does. `apply` gives only what changes. Throws ValueError. */
export interface Effect {
  readonly takes: Takes;
  readonly standing: Standing;
  /** Fields this may set; the tables' tests look here. */
  readonly fields: readonly FieldName[];
  /** What it asks of the command, by name; null if nothing. */
  readonly asks: string | null;
  readonly apply: (values: readonly string[], draft: Draft) => Partial<Draft>;
  /** The values that say the spec's content; null when the spec has nothing to say here, or cannot be said. */
  readonly write: (spec: JobSpec) => readonly string[] | null;
}

/** One option of a command. */
export interface OptionRow {
  /** Without dashes. */
  readonly name: string;
  /** Single letter, or null. */
  readonly letter: string | null;
  readonly effect: Effect;
  /** Environment variable that says the same; null if there is none. */
  readonly variable: string | null;
  /** What the value is called in help. */
  readonly value: string;
  readonly help: string;
  /** Other long names of the same option. */
  readonly aliases: readonly string[];
  /** Further words after `values` (`-binding set linear:4`); 0 for most. */
  readonly more: (values: readonly string[]) => number;
}

/** The optional parts of a row. */
export interface RowDetails {
  readonly variable?: string;
  readonly value?: string;
  readonly aliases?: readonly string[];
  readonly more?: (values: readonly string[]) => number;
}

/** A row: name and letter (empty for none), what it does, a line of help. */
export function option(spelling: string, effect: Effect, about: RowDetails & { help: string }): OptionRow {
  const [name = "", letter = ""] = spelling.split(" -");
  return {
    name,
    letter: letter || null,
    effect,
    variable: about.variable ?? null,
    value: about.value ?? (effect.takes === "nothing" ? "" : "value"),
    help: about.help,
    aliases: about.aliases ?? [],
    more: about.more ?? (() => 0),
  };
}

const honoured: Standing = { kind: "honoured" };
const nothing = { standing: honoured, fields: [] as readonly FieldName[], asks: null, write: () => null };

/** Sets a field to the value's meaning. */
export function sets<K extends FieldName>(field: K, codec: Codec<NonNullable<JobSpec[K]>>): Effect {
  return {
    ...nothing,
    takes: "value",
    fields: [field],
    apply: ([value = ""]) => ({ spec: { [field]: codec.read(value) } as Partial<JobSpec> }),
    write: (spec) => {
      const content = spec[field];
      const written = content === null ? null : codec.write(content as NonNullable<JobSpec[K]>);
      return written === null ? null : [written];
    },
  };
}

/** Sets a field to a fixed value; takes nothing. */
export function means<K extends FieldName>(field: K, content: NonNullable<JobSpec[K]>): Effect {
  return {
    ...nothing,
    takes: "nothing",
    fields: [field],
    apply: () => ({ spec: { [field]: content } as Partial<JobSpec> }),
    write: (spec) => (JSON.stringify(spec[field]) === JSON.stringify(content) ? [] : null),
  };
}

/** Sets a field, adding to what was said before. */
export function adds<K extends FieldName>(
  field: K,
  codec: Codec<NonNullable<JobSpec[K]>>,
  join: (before: NonNullable<JobSpec[K]>, now: NonNullable<JobSpec[K]>) => NonNullable<JobSpec[K]>,
): Effect {
  return {
    ...sets(field, codec),
    apply: ([value = ""], draft) => {
      const before = draft.spec[field] ?? null;
      const now = codec.read(value);
      return {
        spec: { [field]: before === null ? now : join(before as NonNullable<JobSpec[K]>, now) } as Partial<JobSpec>,
      };
    },
  };
}

/** Anything a single field cannot say: several fields, several words, an optional value. */
export function assigns(effect: {
  readonly takes: Takes;
  readonly fields: readonly FieldName[];
  readonly apply: (values: readonly string[], draft: Draft) => Partial<JobSpec>;
  readonly write?: (spec: JobSpec) => readonly string[] | null;
}): Effect {
  return {
    ...nothing,
    takes: effect.takes,
    fields: effect.fields,
    apply: (values, draft) => ({ spec: effect.apply(values, draft) }),
    write: effect.write ?? (() => null),
  };
}

/** Asks something of the command itself, like `--parsable`. Without a codec it takes nothing and the answer is true. */
export function asks(name: string, codec?: Codec<unknown>): Effect {
  return {
    ...nothing,
    takes: codec ? "value" : "nothing",
    asks: name,
    apply: ([value = ""]) => ({ asks: { [name]: codec ? codec.read(value) : true } }),
  };
}

/** Accepted, has no meaning on one machine: `headnode explain` says why. Bad values are still refused. */
export function ignored(why: string, codec?: Codec<unknown>, takes: Takes = "value"): Effect {
  return {
    ...nothing,
    takes,
    standing: { kind: "ignored", why },
    apply: ([value]) => {
      if (value !== undefined) codec?.read(value);
      return {};
    },
  };
}

/** The same as `effect`, but the real thing has no use for it here. The field is kept and shown. */
export function shownOnly(why: string, effect: Effect): Effect {
  return { ...effect, standing: { kind: "ignored", why } };
}

/** Understood, and not done: the command ends with this message. */
export function refused(why: string, takes: Takes = "value"): Effect {
  return { ...nothing, takes, standing: { kind: "refused", why }, apply: () => ({}) };
}

/** The same effect with a value that may be left out (`--nice[=n]`); `fallback` stands for it. */
export function optional(effect: Effect, fallback: string): Effect {
  return { ...effect, takes: "maybe", apply: ([value], draft) => effect.apply([value ?? fallback], draft) };
}
