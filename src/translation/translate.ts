/** Owns the translation of a whole script: directive lines in place, the commands' variables, and the account of it all. */

import type { Part, SiteWords } from "../language/neutral.ts";
import type { Said } from "../language/reading.ts";
import type { DialectName } from "../model/job.ts";
import { emptySpec, type FieldName, type JobSpec } from "../model/spec.ts";
import { type Entry, entry, type Translation } from "./account.ts";
import { askWords } from "./asks.ts";
import { type Family, families, type ReadScript, type ScriptText } from "./families.ts";
import { interpreterOf } from "./interpreters.ts";
import { laidOut, type Placed } from "./layout.ts";
import { type Phrase, type Phrased, phrased } from "./phrases.ts";

/** What is translated to what. */
export interface Wanted {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly site: SiteWords;
}

/** An option that was said, the parts of the job that it says, and what says them there. */
interface Told {
  readonly said: Said;
  readonly line: number;
  readonly parts: readonly Part[];
}

/** Translates a script. Throws UsageError with its place if its directives cannot be read. */
export function translate(script: ScriptText, wanted: Wanted): Translation {
  const { from, to } = wanted;
  if (from === to) return { from, to, script: script.text, account: [] };
  const job = { from: families[from], to: families[to], site: wanted.site };
  const read = families[from].read(script);
  const interpreter = interpreterOf(read, job);
  const phrases = phrased(interpreter.spec, job);
  const placed = placements({ phrases, told: toldBy(read, script, job), ...job });
  const shell = read.spec.shell ?? read.interpreter ?? "";
  return { from, to, ...laidOut(script.text, { ...placed, phrases, interpreter, shell, ...job }) };
}

type Job = { readonly from: Family; readonly to: Family; readonly site: SiteWords };

// Each option alone tells which parts of the job it says.
function toldBy({ said }: ReadScript, { now }: ScriptText, { from, site }: Job): readonly Told[] {
  let asks: Readonly<Record<string, unknown>> = { now };
  return said.flatMap((one) => {
    if (one.where.line === null) return [];
    const refused = one.row.effect.standing.kind === "refused";
    const change = refused ? {} : one.row.effect.apply(one.values, { spec: {}, asks });
    asks = { ...asks, ...change.asks };
    const alone = from.words.neutralOf({ ...emptySpec(), ...change.spec }, site).spec;
    const parts = refused ? [] : [...partsOf(alone), ...(change.spec === undefined ? one.row.effect.fields : [])];
    return [{ said: one, line: one.where.line, parts }];
  });
}

function partsOf(spec: JobSpec): readonly Part[] {
  return (Object.keys(spec) as FieldName[]).flatMap((field): readonly Part[] => {
    if (spec[field] === null) return [];
    return field === "requests" ? (spec.requests ?? []).map(({ name }): Part => `requests.${name}`) : [field];
  });
}

function placements(all: Job & { phrases: Phrased; told: readonly Told[] }): Placed {
  const { phrases, told, from, to } = all;
  const words = new Map<number, string[]>();
  const put = (line: number, some: readonly string[]) => words.set(line, [...(words.get(line) ?? []), ...some]);
  const counts = effective(told);
  const placed = new Set<Phrase>();
  const entries: Entry[] = [];
  for (const one of told) {
    const own = phrases.phrases.filter(({ parts }) => parts.some((part) => one.parts.includes(part)));
    const isLast = one.parts.length === 0 || one.parts.some((part) => counts.get(part)?.includes(one));
    for (const phrase of isLast ? own : []) {
      if (!placed.has(phrase) && phrase.words) put(one.line, phrase.words);
      placed.add(phrase);
    }
    const asked = one.parts.length === 0 ? askWords(one.said, from.name, to.name) : null;
    if (asked) put(one.line, asked);
    entries.push(entryOf(one, { own, asked, isLast, to }));
  }
  const left = phrases.phrases.filter((phrase) => !placed.has(phrase));
  return {
    words,
    added: left.flatMap(({ words: some }) => (some?.length ? [[...some]] : [])),
    entries: [...entries, ...left.flatMap(addedEntry(to))],
  };
}

// What is said twice counts where it is said last; what adds up counts everywhere.
function effective(told: readonly Told[]): ReadonlyMap<Part, readonly Told[]> {
  const last = new Map<Part, readonly Told[]>();
  for (const one of told)
    for (const part of one.parts) last.set(part, part === "export" ? [...(last.get(part) ?? []), one] : [one]);
  return last;
}

function entryOf(
  one: Told,
  about: { own: readonly Phrase[]; asked: readonly string[] | null; isLast: boolean; to: Family },
): Entry {
  const { said } = one;
  const was = [said.said, ...said.values].join(" ");
  const place = { line: one.line, column: said.where.column, was };
  if (!about.isLast) return entry({ ...place, fate: "changed", why: "said again further down" });
  if (about.asked) return entry({ ...place, fate: "kept", now: about.asked.join(" ") });
  if (one.parts.length === 0) return entry({ ...place, fate: "lost", why: `${about.to.title} has no counterpart` });
  const lost = about.own.filter(({ words }) => words === null);
  const now = about.own.flatMap(({ words }) => words ?? []).join(" ");
  const hows = [...new Set(about.own.flatMap(({ how }) => how ?? []))].join("; ") || null;
  if (lost.length > 0) return entry({ ...place, fate: "lost", now, why: hows });
  if (hows !== null) return entry({ ...place, fate: "approximated", now, why: hows });
  const value = said.values.join(" ");
  const isSame = now === "" || value === "" || now.endsWith(` ${value}`) || now.endsWith(`=${value}`);
  return entry({ ...place, fate: isSame ? "kept" : "changed", now });
}

function addedEntry(to: Family): (phrase: Phrase) => readonly Entry[] {
  return ({ words, how, parts }) => {
    if (words?.length)
      return [
        entry({ fate: "added", was: "", now: words.join(" "), why: how ?? `${to.title} does otherwise by itself` }),
      ];
    return how === null ? [] : [entry({ fate: "approximated", was: "", now: parts.join(", "), why: how })];
  };
}
