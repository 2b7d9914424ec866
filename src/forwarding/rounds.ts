/** Owns what the parts of a target's rounds share: the target, what is kept in mind between rounds, and how one came out. */

import type { TargetCluster } from "../backends/cluster.ts";
import type { Driver } from "../language/driver.ts";
import type { ForwardTarget, Receipt, Sighting } from "../model/forwarding.ts";
import type { Missing } from "./ends.ts";
import type { Household } from "./household.ts";

/** One target, and who keeps its jobs. */
export interface SiteOptions {
  readonly house: Household;
  readonly target: ForwardTarget;
  readonly driver: Driver;
  readonly cluster: TargetCluster;
}

/** Who waits for what becomes of dispatches, by their numbers. */
export type Waiters = Map<number, (receipt: Receipt) => void>;

/** What one target's rounds keep in mind; a new daemon finds it out again. */
export interface Memory {
  readonly sightings: Map<string, readonly Sighting[]>;
  /** Elements that are missing there, by job and index. */
  readonly missing: Map<string, Missing>;
  /** Who waits for what becomes of dispatches. */
  readonly waiters: Waiters;
  /** Submissions of which it is known what became of them. */
  settled: number;
  /** Why jobs are not taken yet that the target was asked to take. */
  readonly delays: Map<number, string>;
}

/** What was heard, and whether anything moved; or why nobody answered. */
export type Round =
  | { readonly kind: "heard"; readonly moved: boolean }
  | { readonly kind: "silent"; readonly why: string };
