/** Owns what a target is, what is known of a job that was handed to one, and what a target reports of it. */

import type { Indices } from "./indices.ts";
import type { Alteration, DialectName, Outcome } from "./job.ts";
import type { Reason } from "./scheduling.ts";
import type { Usage } from "./usage.ts";

/** The target that is this machine, under headnode itself; it is always there. */
export const localTarget = "local";

/** A cluster, or plain machines, that jobs are handed to. */
export interface ForwardTarget {
  readonly name: string;
  /** Whose commands are called there; `hosts`: plain machines without a scheduler, started on by the runner's protocol. */
  readonly kind: Exclude<DialectName, "pbs"> | "hosts";
  /** `here`: on this machine; else `ssh:user@host:port`. */
  readonly over: string;
  /** Added to the environment of every command there. */
  readonly variables: Readonly<Record<string, string>>;
  /** Options of ssh, as words. */
  readonly sshOptions: readonly string[];
  /** `shared`: paths mean the same there; `copy`: the job's directory goes there and back. */
  readonly files: "shared" | "copy";
  /** Where headnode keeps its own files there; empty: a place of its own choice. */
  readonly directory: string;
  /** The most milliseconds between two looks at jobs that are there. */
  readonly pollMs: number;
  /** What the site calls things, for scripts of the other family. */
  readonly environments: Readonly<Record<string, "threads" | "ranks" | number>>;
  readonly memoryRequest: string;
  readonly gpuRequest: string;
  /** Of plain machines: names and slots, 0 for all that there are. */
  readonly hosts: readonly { readonly name: string; readonly slots: number }[];
}

/**
 * How far a job is on its way. `due`: kept here, nothing was sent; `sending`: a submission may have reached the target;
 * `sent`: the target's number is known; `over`: nothing is left to do.
 */
export type ForwardStage = "due" | "sending" | "sent" | "over";

/** What is known of a job that goes to a target. */
export interface Forwarded {
  readonly job: number;
  readonly target: string;
  /** A text that the target keeps with the job, by which a submission is found whose answer never came. */
  readonly mark: string;
  readonly stage: ForwardStage;
  /** The target's number of the job; null while it is not known. */
  readonly native: string | null;
  /** How the numbers of an array differ there: `same`, or added to the target's number, or looked up from 1. */
  readonly numbering: Numbering;
  /** Elements that the target was told to hold, by their numbers here; a plain job counts as element 0. */
  readonly heldThere: Indices;
}

/** How the number that an element has there becomes the one it has here. */
export type Numbering =
  | { readonly kind: "same" }
  | { readonly kind: "shifted"; readonly by: number }
  | { readonly kind: "listed"; readonly indices: readonly number[] };

/** The number here of an element that has that number there; null where nobody has it. */
export function indexHere(numbering: Numbering, there: number): number | null {
  if (numbering.kind === "same") return there;
  return numbering.kind === "shifted" ? there + numbering.by : (numbering.indices[there - 1] ?? null);
}

/** The number there of an element that has that number here. */
export function indexThere(numbering: Numbering, here: number): number {
  if (numbering.kind === "same") return here;
  return numbering.kind === "shifted" ? here - numbering.by : numbering.indices.indexOf(here) + 1;
}

/** What a target says of elements of one job that stand alike: many that wait, or one that has started. */
export type Sighting =
  | {
      readonly kind: "waiting";
      readonly native: string;
      /** The target's numbers; null for a plain job. */
      readonly indices: Indices | null;
      readonly reason: Reason;
      /** Why its start failed there so that somebody must look; null otherwise. */
      readonly error: string | null;
    }
  | {
      readonly kind: "running";
      readonly native: string;
      readonly index: number | null;
      readonly suspended: boolean;
      readonly node: string;
      /** Epoch ms; null where the target does not say. */
      readonly startedAt: number | null;
      /** How often it was put back before; null where the target does not say. */
      readonly restarts: number | null;
    }
  | {
      readonly kind: "removed";
      readonly native: string;
      readonly indices: Indices | null;
      readonly outcome: "cancelled" | "deadlineMissed";
      readonly at: number | null;
    }
  | {
      readonly kind: "ended";
      readonly native: string;
      readonly index: number | null;
      readonly outcome: Outcome;
      readonly code: number | null;
      readonly signal: number | null;
      readonly node: string;
      readonly startedAt: number | null;
      readonly endedAt: number | null;
      readonly remark: string;
      /** Null where only the accounts have it. */
      readonly usage: Usage | null;
    };

/** What a target is told once; indices and numbers of elements are those here, null: all of the job. */
export type Told =
  | {
      readonly kind: "suspend" | "resume" | "signal";
      readonly index: number | null;
      readonly signal: number;
      readonly to: "shell" | "steps" | "all";
    }
  | {
      readonly kind: "alter";
      readonly indices: Indices | null;
      readonly change: Alteration;
      /** Uid of who asked. */
      readonly by: number;
    };

/** Something that the target of a job is still to be told. */
export interface Dispatch {
  readonly seq: number;
  readonly job: number;
  readonly about: Told;
}

/** What became of it: `late`: nobody knows yet, it is told when the target answers. */
export type Receipt = { readonly kind: "done" } | { readonly kind: "refused" | "late"; readonly why: string };

/** Something to be done there to a job or to some of its elements; numbers are the target's. */
export interface NativeOrder {
  readonly kind: "cancel" | "hold" | "release" | "requeue" | "suspend" | "resume" | "signal" | "alter";
  readonly native: string;
  /** Null: all of it. */
  readonly indices: Indices | null;
  /** Number, of `signal`. */
  readonly signal?: number;
  /** To the job's shell, to its steps, or to all of it. */
  readonly to?: "shell" | "steps" | "all";
  /** Of `alter`: what the family's command for that is told. */
  readonly words?: readonly string[];
}

/** Where `over` leads: host with its user, and port. */
export function parseOver(over: string): { readonly host: string; readonly port: number | null } {
  const [, host = "", port] = /^ssh:(?:\/\/)?([^:]+|[^:]*\[[^\]]+\])(?::([0-9]+))?$/.exec(over) ?? [];
  return { host, port: port === undefined ? null : Number(port) };
}

/** All marks begin so. */
export const markStart = "hn-";

/** Where a job is that was handed to a target, and whether that target answers. */
export interface Whereabouts extends Forwarded {
  /** Epoch ms since which the target gives no answer; null: it does. */
  readonly silentSince: number | null;
  readonly why: string;
  /** Epoch ms of the target's last answer; null: none yet. */
  readonly heardAt: number | null;
}
