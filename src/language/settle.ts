/** Owns how everything that was said, weakest first, becomes one spec: who said what, what was ignored, what was refused. */

import type { RefusedError, UsageError } from "../model/errors.ts";
import { emptySpec, type FieldName, type JobSpec } from "../model/spec.ts";
import { ValueError } from "./codec.ts";
import type { Draft } from "./option.ts";
import type { Said } from "./reading.ts";

/** The result of reading: what the job asks for, what is asked of the command, and where each thing was said. */
export interface Settled {
  readonly spec: JobSpec;
  readonly asks: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<FieldName, Said>;
  /** Said, accepted and without effect on one machine. */
  readonly ignored: readonly Said[];
  readonly all: readonly Said[];
}

/** How a dialect words what cannot be read. */
export interface Wording {
  /** A bad value; the error's column is within the value. */
  badValue(said: Said, error: ValueError): UsageError;
  refused(said: Said, why: string): RefusedError;
}

/** Applies what was said in order; `known` are asks that hold beforehand, like the time. Throws the dialect's error at the first bad value or refused option. */
export function settle(all: readonly Said[], wording: Wording, known: Readonly<Record<string, unknown>> = {}): Settled {
  let draft: Draft = { spec: {}, asks: known };
  const origins = new Map<FieldName, Said>();
  for (const said of all) {
    const { standing, fields } = said.row.effect;
    if (standing.kind === "refused") throw wording.refused(said, standing.why);
    const change = applied(said, draft, wording);
    draft = { spec: { ...draft.spec, ...change.spec }, asks: { ...draft.asks, ...change.asks } };
    for (const field of fields) if (change.spec && field in change.spec) origins.set(field, said);
  }
  return {
    spec: { ...emptySpec(), ...draft.spec },
    asks: draft.asks,
    origins,
    ignored: all.filter((said) => said.row.effect.standing.kind === "ignored"),
    all,
  };
}

function applied(said: Said, draft: Draft, wording: Wording): Partial<Draft> {
  try {
    return said.row.effect.apply(said.values, draft);
  } catch (error) {
    if (error instanceof ValueError) throw wording.badValue(said, error);
    throw error;
  }
}
