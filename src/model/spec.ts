/** Owns the normalized job spec: one row per thing a job can ask for, in no dialect's words. */

import type { Dependency } from "./dependency.ts";
import type { IndexRange } from "./indices.ts";

/** The version of the JSON form of a spec; raised when a field changes its name, unit or meaning. */
export const specVersion = 1;

/** What a field's value is measured in or made of, as printed by `headnode parse --json`. */
export type Unit =
  | "text"
  | "texts"
  | "bytes"
  | "seconds"
  | "epoch seconds"
  | "count"
  | "yes or no"
  | "indices"
  | "structure";

/** One row of the spec: its unit and what it means. The type parameter is the type of its value. */
export interface Field<T> {
  readonly unit: Unit;
  readonly about: string;
  readonly value?: T;
}

const field = <T>(unit: Unit, about: string): Field<T> => ({ unit, about });

/** A counted thing with an optional type, like a GPU model: `{ name: "gpu", type: "a100", count: 2 }`. */
export interface Counted {
  readonly name: string;
  readonly type: string | null;
  readonly count: number;
  /** The count was not said, and is one. */
  readonly implied?: true;
}

/** A signal sent ahead of the end of the wall time. */
export interface Warning {
  /** Signal number. */
  readonly signal: number;
  /** Seconds before the limit. */
  readonly before: number;
  /** To the job's shell only, or to everything but it. */
  readonly to: "shell" | "steps";
}

/** What of the submitter's environment a job sees. */
export interface Export {
  /** `all`: everything; `login`: the login environment; `none`: nothing but what the scheduler sets. */
  readonly base: "all" | "login" | "none";
  /** Variables added; `null` takes the submitter's value. One that lies `beneath` gives way to the submitter's own. */
  readonly variables: readonly { readonly name: string; readonly value: string | null; readonly beneath?: true }[];
  /** As the user wrote it. */
  readonly text: string;
}

/** A named request as Grid Engine and PBS write it: `-l h_vmem=2G`. */
export interface Request {
  readonly name: string;
  readonly value: string;
  /** A soft request is a wish: the job runs without it. */
  readonly soft: boolean;
}

/** A parallel environment and the slot numbers that would do. */
export interface ParallelEnvironment {
  readonly name: string;
  readonly slots: readonly { readonly first: number; readonly last: number | null }[];
}

/** Least and most of something; `most` is null where nothing was said. */
export interface Bounds {
  readonly least: number;
  readonly most: number | null;
}

/** Every field of a spec, in the order in which it is shown. One line adds a thing a job can ask for. */
export const specFields = {
  name: field<string>("text", "what listings call the job"),
  comment: field<string>("text", "free text kept with the job"),
  account: field<string>("text", "who is charged"),
  project: field<string>("text", "the project the job belongs to"),
  qualityOfService: field<string>("text", "the quality of service asked for"),
  reservation: field<string>("text", "the reservation to run in"),
  queues: field<readonly string[]>("texts", "queues (partitions) the job may run in, or patterns of them"),
  softQueues: field<readonly string[]>("texts", "queues that would be best; the job runs without them"),
  masterQueues: field<readonly string[]>("texts", "queues for the first process of a parallel job"),
  clusters: field<readonly string[]>("texts", "clusters the job may run on"),
  nodes: field<Bounds>("structure", "how many nodes"),
  nodeList: field<readonly string[]>("texts", "nodes the job must have"),
  excludedNodes: field<readonly string[]>("texts", "nodes the job must not have"),
  features: field<string>("text", "features a node must have"),
  exclusive: field<string>("text", "whether nodes are shared: node, user, mcs, topo, or no"),
  ranks: field<number>("count", "processes of a parallel run"),
  ranksPerNode: field<number>("count", "processes on each node"),
  cpusPerNode: field<number>("count", "least processors on each node"),
  cpusPerRank: field<number>("count", "processors for each process"),
  threadsPerCore: field<number>("count", "hardware threads used on each core"),
  distribution: field<string>("text", "how processes are laid out over nodes"),
  hint: field<string>("text", "what binds the program: compute_bound, memory_bound, multithread, nomultithread"),
  overcommit: field<boolean>("yes or no", "more processes than processors are wanted"),
  parallelEnvironment: field<ParallelEnvironment>("structure", "parallel environment and slots"),
  memoryPerNode: field<number>("bytes", "memory on each node; 0 is all of it"),
  memoryPerCpu: field<number>("bytes", "memory for each processor"),
  memoryPerGpu: field<number>("bytes", "memory for each GPU"),
  temporaryDisk: field<number>("bytes", "local scratch space on each node"),
  gpus: field<readonly Counted[]>("structure", "GPUs for the whole job"),
  gpusPerNode: field<readonly Counted[]>("structure", "GPUs on each node"),
  gpusPerRank: field<readonly Counted[]>("structure", "GPUs for each process"),
  cpusPerGpu: field<number>("count", "processors for each GPU"),
  genericResources: field<readonly Counted[]>("structure", "other counted things on each node"),
  licenses: field<readonly Counted[]>("structure", "licences taken from the cluster's pool"),
  requests: field<readonly Request[]>("structure", "named requests, hard and soft"),
  wallTime: field<number>("seconds", "time limit; Infinity (in JSON: unlimited) is none"),
  softWallTime: field<number>("seconds", "time after which the job is warned"),
  minimumWallTime: field<number>("seconds", "shortest time limit the scheduler may give"),
  warning: field<Warning>("structure", "signal ahead of the time limit"),
  beginTime: field<number>("epoch seconds", "not to be started before"),
  deadline: field<number>("epoch seconds", "of no use after"),
  array: field<readonly IndexRange[]>("indices", "array indices as written, ranges with steps"),
  arrayThrottle: field<number>("count", "elements of the array at a time; null is no limit"),
  dependency: field<Dependency>("structure", "what must have happened before"),
  dependencyPerElement: field<Dependency>("structure", "what must have happened to the element of the same index"),
  cancelIfNeverMet: field<boolean>("yes or no", "cancel when the dependency can no longer be met"),
  held: field<boolean>("yes or no", "submitted on hold"),
  priority: field<number>("count", "the user's say in the order; higher goes first"),
  nice: field<number>("count", "subtracted from the priority"),
  reserve: field<boolean>("yes or no", "slots are kept free for this job"),
  requeue: field<boolean>("yes or no", "may be started again after a failure of the machine"),
  stdin: field<string>("text", "file read as standard input, with placeholders"),
  stdout: field<readonly string[]>("texts", "where standard output goes, with placeholders"),
  stderr: field<readonly string[]>("texts", "where standard error goes, with placeholders"),
  joinStreams: field<boolean>("yes or no", "standard error goes where standard output goes"),
  openMode: field<"append" | "truncate">("text", "what happens to an output file that exists"),
  workingDirectory: field<string>("text", "where the job runs"),
  shell: field<string>("text", "interpreter that runs the script"),
  throughShell: field<boolean>("yes or no", "a command is started by a shell"),
  export: field<Export>("structure", "what of the submitter's environment the job sees"),
  userEnvironment: field<string>("text", "the login environment is read first, and how"),
  mailEvents: field<readonly string[]>("texts", "events that are mailed"),
  mailUsers: field<readonly string[]>("texts", "who gets the mail"),
  notify: field<boolean>("yes or no", "warned by a signal before being stopped or ended"),
  contexts: field<readonly string[]>("texts", "variables kept with the job for other programs"),
  accountString: field<string>("text", "text written into the accounting record"),
  suitability: field<"warn" | "refuse">("text", "what becomes of a job that could never start"),
  jobShare: field<number>("count", "share of the project's tickets"),
  binding: field<string>("text", "which cores the job is bound to"),
  workloadKey: field<string>("text", "workload characterization key"),
} as const;

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The name of a field. */
export type FieldName = keyof typeof specFields;

/** What a job asks for. `null` is "not said". */
export type JobSpec = { readonly [K in FieldName]: ValueOf<(typeof specFields)[K]> | null };

/** A spec in which nothing is said. */
export function emptySpec(): JobSpec {
  return unsaid;
}

const unsaid = Object.freeze(Object.fromEntries(Object.keys(specFields).map((name) => [name, null]))) as JobSpec;
