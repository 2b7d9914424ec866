/** Owns what a job may wait for, and when a wait is over, can never be over, or goes on. */

import type { Indices } from "./indices.ts";

/**
 * What must have happened to a predecessor. `ok`: ended well; `notOk`: ended badly; `end`: ended;
 * `stagedOut`: its data were taken away, which here is its end;
 * `start`: started or cancelled; `corresponding…`: the same, element by element of two arrays.
 */
export type Condition =
  | {
      readonly kind: "ok" | "notOk" | "end" | "stagedOut" | "start" | "correspondingOk" | "correspondingEnd";
      /** The predecessor's id; null for a name that is looked up at submission. */
      readonly job: number | null;
      /** A name or pattern that stands for jobs of the same user. */
      readonly name: string | null;
      /** One element of the predecessor, or null for all of it. */
      readonly index: number | null;
      /** Seconds that must have passed since. */
      readonly delay: number;
    }
  | { readonly kind: "singleton" };

/** Conditions that must all hold, or of which one must. */
export interface Dependency {
  readonly need: "all" | "any";
  readonly conditions: readonly Condition[];
}

/** Where a wait stands. *Not yet* and *never* are different answers. */
export type Standing = "met" | "waiting" | "never";

/** What is known of a predecessor: how many of its elements stand where. `null` where there is no such job. */
export interface Progress {
  readonly unstarted: number;
  readonly active: number;
  readonly ok: number;
  readonly notOk: number;
  /** Epoch milliseconds of the latest start or cancellation; null if none. */
  readonly startedAt: number | null;
  /** The whole set of indices, to tell a missing partner from a waiting one; null for a plain job. */
  readonly indices: Indices | null;
}

/** Answers about predecessors; `index` null asks for the whole job. */
export interface Predecessors {
  progress(job: number, index: number | null): Progress | null;
  /** Whether an earlier live job of the same user and name exists. */
  earlierNamesake(): boolean;
}

/** Where one condition stands at `now` (epoch ms) for the element `index` of the waiting job. */
export function standingOf(
  condition: Condition,
  asks: { predecessors: Predecessors; index: number | null; now: number },
): Standing {
  if (condition.kind === "singleton") return asks.predecessors.earlierNamesake() ? "waiting" : "met";
  if (condition.job === null) return "met";
  const corresponding = condition.kind === "correspondingOk" || condition.kind === "correspondingEnd";
  const progress = asks.predecessors.progress(condition.job, corresponding ? asks.index : condition.index);
  // A predecessor nobody knows counts as fulfilled in both families.
  if (!progress) return corresponding ? missingPartner(condition, asks) : "met";
  return judge(condition.kind, progress, { delay: condition.delay, now: asks.now });
}

/** Where a whole dependency stands. */
export function standingOfAll(
  dependency: Dependency,
  asks: { predecessors: Predecessors; index: number | null; now: number },
): Standing {
  const standings = dependency.conditions.map((condition) => standingOf(condition, asks));
  const [decisive, other]: [Standing, Standing] = dependency.need === "all" ? ["never", "met"] : ["met", "never"];
  if (standings.includes(decisive)) return decisive;
  return standings.every((standing) => standing === other) ? other : "waiting";
}

function missingPartner(
  condition: Condition & { job: number | null },
  asks: { predecessors: Predecessors; index: number | null; now: number },
): Standing {
  const whole = asks.predecessors.progress(condition.job as number, null);
  if (!whole || condition.kind === "correspondingEnd") return "met";
  // Slurm: an element without a partner is never satisfied once the array has ended.
  return whole.unstarted + whole.active > 0 ? "waiting" : "never";
}

function judge(kind: string, progress: Progress, when: { delay: number; now: number }): Standing {
  const left = progress.unstarted + progress.active;
  switch (kind) {
    case "start":
      if (progress.unstarted > 0 || progress.startedAt === null) return "waiting";
      return when.now >= progress.startedAt + when.delay * 1000 ? "met" : "waiting";
    case "ok":
    case "correspondingOk":
      if (progress.notOk > 0) return "never";
      return left === 0 ? "met" : "waiting";
    case "notOk":
      // Slurm: an array fails as a whole as soon as one of its elements did, and all have ended.
      if (left > 0) return "waiting";
      return progress.notOk > 0 ? "met" : "never";
    default:
      return left === 0 ? "met" : "waiting";
  }
}
