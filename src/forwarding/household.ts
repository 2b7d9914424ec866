/** Owns what forwarding asks of whoever keeps the jobs, and what it tells. */

import type { TargetCluster } from "../backends/cluster.ts";
import type { Clock } from "../model/clock.ts";
import type { ForwardTarget } from "../model/forwarding.ts";
import type { JudgedCondition } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";

/** How an element ended, as its own family words it in the accounts. */
export interface EndThere {
  readonly code: number | null;
  readonly signal: number | null;
  readonly tag: "" | "limit" | "node-failure";
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Household {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** All targets there are, by name. */
  readonly target: (name: string) => ForwardTarget | null;
  readonly connect: (target: ForwardTarget) => TargetCluster;
  /** Where the conditions of a waiting job stand here. */
  readonly conditions: (job: number) => readonly JudgedCondition[];
  /** What the job's family says of such an end. */
  readonly remarkOf: (element: StoredElement, end: EndThere) => string;
  /** Rows of the job were changed. */
  readonly changed: (job: number) => void;
  /** The element is running or has ended, for those who wait for it. */
  readonly started: (element: StoredElement) => void;
  readonly ended: (element: StoredElement) => void;
}
