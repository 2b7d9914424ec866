/** Owns what is known of a real cluster: what it has, what it allows, what holds there by itself. */

import type { ComplexDescription } from "./cluster.ts";

/** Nodes that are alike; names as `node[1-4]`. Memory in bytes. */
export interface ProfiledNodes {
  readonly names: string;
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: { readonly count: number; readonly type: string | null } | null;
  readonly features: readonly string[];
}

/** A partition or queue; times in seconds, null is no limit. */
export interface ProfiledQueue {
  readonly name: string;
  readonly isDefault: boolean;
  readonly maxTime: number | null;
  readonly defaultTime: number | null;
  readonly priority: number | null;
  readonly state: "up" | "down" | "drain" | "inactive";
  readonly slots: number | null;
  readonly order: number | null;
}

export interface SiteProfile {
  readonly family: "slurm" | "sge";
  readonly version: string;
  readonly name: string | null;
  readonly nodes: readonly ProfiledNodes[];
  readonly queues: readonly ProfiledQueue[];
  readonly environments: readonly { readonly name: string; readonly slots: number; readonly allocationRule: string }[];
  /** Besides those that every cluster has. */
  readonly complexes: readonly Pick<ComplexDescription, "name" | "shortcut" | "kind" | "consumable">[];
  readonly accounts: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly qualities: readonly string[];
  /** Options of every job, as in the cluster's own files. */
  readonly defaults: readonly string[];
  readonly limits: {
    readonly maxArraySize: number | null;
    readonly killWait: number | null;
    readonly minJobAge: number | null;
    readonly defaultMemoryPerCpu: number | null;
    readonly enforceLimits: boolean;
    readonly enforceAccounts: boolean;
    readonly cancelIfNeverMet: boolean;
    readonly notifyTime: number | null;
  };
}

/** Where nothing is known. */
export const noLimits: SiteProfile["limits"] = {
  ...{ maxArraySize: null, killWait: null, minJobAge: null, defaultMemoryPerCpu: null, notifyTime: null },
  ...{ enforceLimits: false, enforceAccounts: false, cancelIfNeverMet: false },
};
