/** Owns a job in another family's words: what is said of each part, what is added, and what cannot be said. */

import { type Loss, type Part, type Saying, type SiteWords, saidFields, sayingsOf } from "../language/neutral.ts";
import { wordsFor } from "../language/writing.ts";
import type { FieldName, JobSpec } from "../model/spec.ts";
import { type ArrayPlan, planArray } from "./arrays.ts";
import type { Family } from "./families.ts";

/** Parts of a job and the words that say them; null words cannot be said. */
export interface Phrase {
  readonly parts: readonly Part[];
  readonly words: readonly string[] | null;
  /** What is not quite the same, or why it cannot be said. */
  readonly how: string | null;
  /** Nobody said it: it holds by itself where the job comes from. */
  readonly isDefault: boolean;
}

/** A job in another family's words. */
export interface Phrased {
  readonly phrases: readonly Phrase[];
  /** What the job asks for, in neutral words. */
  readonly neutral: JobSpec;
  readonly plan: ArrayPlan;
  /** Where the job is to start; null if it starts there by itself. */
  readonly directory: string | null;
}

/** Says a spec of one family in the words of another. */
export function phrased(spec: JobSpec, { from, to, site }: { from: Family; to: Family; site: SiteWords }): Phrased {
  const { spec: neutral, notes } = from.words.neutralOf(spec, site);
  const plan = planArray(neutral.array, to);
  const filled = withDefaults({ ...neutral, array: plan.why === null ? plan.array : null }, { from, to });
  const hows = [...notes, ...(plan.how === null ? [] : [{ parts: ["array" as Part], how: plan.how }])];
  const phrases = sayingsOf(to.words, filled.spec, site).map((one): Phrase => {
    const isDefault = one.parts.every((part) => filled.added.has(part));
    const noted = hows.filter(({ parts }) => parts.some((part) => one.parts.includes(part))).map(({ how }) => how);
    return phrase(one, { to, isDefault, noted });
  });
  const lost: readonly Phrase[] =
    plan.why === null ? [] : [{ parts: ["array"], words: null, how: plan.why, isDefault: false }];
  return { phrases: [...phrases, ...lost], neutral, plan, directory: filled.spec.workingDirectory };
}

function phrase(one: Saying | Loss, about: { to: Family; isDefault: boolean; noted: readonly string[] }): Phrase {
  const { parts } = one;
  const { isDefault, noted } = about;
  if ("why" in one) return { parts, words: null, how: one.why, isDefault };
  const isSilent = saidFields({ ...one.spec } as JobSpec).length === 0;
  const words = isSilent ? [] : wordsFor(about.to.table, one.spec);
  if (words === null) return { parts, words, how: `${about.to.title} has no option that says it`, isDefault };
  return { parts, words, how: [one.how, ...noted].filter((how) => how !== null).join("; ") || null, isDefault };
}

// What holds by itself there is said here, unless it holds here by itself too.
function withDefaults(
  neutral: JobSpec,
  { from, to }: { from: Family; to: Family },
): { spec: JobSpec; added: ReadonlySet<Part> } {
  const [there, here] = [from.words.defaults(neutral), to.words.defaults(neutral)];
  const added = (Object.keys(there) as FieldName[]).filter(
    (field) => neutral[field] === null && JSON.stringify(there[field]) !== JSON.stringify(here[field]),
  );
  const values = Object.fromEntries(added.map((field) => [field, there[field]]));
  return { spec: { ...neutral, ...values }, added: new Set(added) };
}
