/** Owns what translating needs of a dialect: specs in words that all families share, and a family's own words for them. */

import type { Export, FieldName, JobSpec } from "../model/spec.ts";

/** What the slots of a parallel environment are: threads on one host, ranks anywhere, or ranks, so many on each host. */
export type EnvironmentKind = "threads" | "ranks" | number;

/** What is called differently on each site. */
export interface SiteWords {
  /** Parallel environments by name, as somebody described them. */
  readonly environments: Readonly<Record<string, EnvironmentKind>>;
  /** The request that limits memory, for each slot. */
  readonly memory: string;
  /** The request that counts GPUs. */
  readonly gpus: string;
}

/** A part of a neutral spec: a field, or one named request as `requests.NAME`. */
export type Part = FieldName | `requests.${string}`;

/** How a family says some parts: a piece of a spec in its own words, empty if it is so anyway. `how` tells what is not quite the same. */
export interface Saying {
  readonly parts: readonly Part[];
  readonly spec: Partial<JobSpec>;
  readonly how: string | null;
}

/** Parts that a family cannot say. */
export interface Loss {
  readonly parts: readonly Part[];
  readonly why: string;
}

/** Says some fields together; called if one of them is said. */
export interface Group {
  readonly fields: readonly FieldName[];
  readonly say: (neutral: JobSpec, site: SiteWords) => readonly (Saying | Loss)[];
}

/** Whether a family can say a field: the same, nearly (how), or not at all (why). */
export type Way =
  | { readonly kind: "same" }
  | { readonly kind: "nearly"; readonly how: string }
  | { readonly kind: "cannot"; readonly why: string };

/** A spec in neutral words, and what was not quite the same in the family's own. */
export interface Neutral {
  readonly spec: JobSpec;
  readonly notes: readonly { readonly parts: readonly Part[]; readonly how: string }[];
}

/**
 * A family's words and the neutral ones. Neutral are: tasks, processors and memory as Slurm counts them, file names with
 * Slurm's placeholders, mail events in its words (and SUSPENDED), the user's say in the order as `nice`.
 */
export interface Words {
  readonly neutralOf: (spec: JobSpec, site: SiteWords) => Neutral;
  readonly groups: readonly Group[];
  readonly ways: Readonly<Record<FieldName, Way>>;
  /** What holds where nothing is said. */
  readonly defaults: (neutral: JobSpec) => Partial<JobSpec>;
}

/** The same. */
export const same: Way = { kind: "same" };
/** Nearly the same. */
export const nearly = (how: string): Way => ({ kind: "nearly", how });
/** Not at all. */
export const cannot = (why: string): Way => ({ kind: "cannot", why });

/** Parts as they are said, with what is not quite the same. */
export function saying(parts: readonly Part[], spec: Partial<JobSpec>, how: string | null = null): Saying {
  return { parts, spec, how };
}

/** What holds where a job starts in the home directory, with nothing exported and files of its own named by `fileName`. */
export function homeDefaults(fileName: (stream: "o" | "e", isArray: boolean) => string): Words["defaults"] {
  return ({ array, stderr, joinStreams }) => ({
    stdout: [fileName("o", array !== null)],
    ...(joinStreams === true ? {} : { stderr: stderr ?? [fileName("e", array !== null)] }),
    joinStreams: false,
    export: { base: "none", variables: [], text: "" },
    workingDirectory: "~",
  });
}

/** The environment by one option, single variables by another. */
export function sayExportApart({ export: said }: JobSpec): readonly Saying[] {
  if (said === null) return [];
  const whole = said.base === "all" ? [saying(["export"], { export: { ...said, variables: [] } })] : [];
  const some = said.variables.length ? [saying(["export"], { export: { ...said, base: "none" } })] : [];
  return whole.length + some.length === 0 ? [saying(["export"], {})] : [...whole, ...some];
}

/** Events that ALL means beside those that have letters. */
const generalEvents = ["INVALID_DEPEND", "REQUEUE", "STAGE_OUT"];

/** Mail events by the letters a family has for them. */
export function sayMailBy(letters: Readonly<Record<string, string>>): (neutral: JobSpec) => readonly Saying[] {
  return ({ mailEvents }) => {
    const all = mailEvents ?? [];
    const known = all.flatMap((event) => letters[event] ?? []).sort();
    const left = all.filter((event) => !letters[event] && !(known.length >= 3 && generalEvents.includes(event)));
    const how = left.length ? `no mail for ${left.join(", ")}` : null;
    return [saying(["mailEvents"], { mailEvents: known.length ? known : ["n"] }, how)];
  };
}

/** How a family says all of a neutral spec: every part is in a saying or a loss. */
export function sayingsOf(words: Words, neutral: JobSpec, site: SiteWords): readonly (Saying | Loss)[] {
  const grouped = new Set(words.groups.flatMap(({ fields }) => fields));
  const alone = saidFields(neutral).filter((field) => !grouped.has(field));
  return [
    ...words.groups
      .filter(({ fields }) => fields.some((field) => neutral[field] !== null))
      .flatMap(({ say }) => say(neutral, site)),
    ...alone.map((field) => sayAlone(field, words.ways[field], neutral)),
  ];
}

/** What is exported, in neutral words: everything or nothing, and variables; the text is Slurm's. */
export function neutralExport({ base, variables }: Export): Export {
  const words = variables.map(({ name, value }) => (value === null ? name : `${name}=${value}`));
  const first = base === "all" ? ["ALL"] : words.length ? [] : ["NONE"];
  return { base: base === "all" ? "all" : "none", variables, text: [...first, ...words].join(",") };
}

/** The fields of a spec that are said. */
export function saidFields(spec: JobSpec): readonly FieldName[] {
  return (Object.keys(spec) as FieldName[]).filter((field) => spec[field] !== null);
}

function sayAlone(field: FieldName, way: Way, neutral: JobSpec): Saying | Loss {
  if (way.kind === "cannot") return { parts: [field], why: way.why };
  return { parts: [field], spec: { [field]: neutral[field] }, how: way.kind === "nearly" ? way.how : null };
}
