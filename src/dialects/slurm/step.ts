/** Owns what a step comes to inside an allocation: its tasks, nodes, processors and GPUs, and what it keeps from others. */

import { nodeNames } from "../../model/cluster.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Element, Job } from "../../model/job.ts";
import type { Counted } from "../../model/spec.ts";
import type { StepAsk } from "../../model/step.ts";
import type { Geometry } from "./geometry.ts";
import type { RunRequest } from "./srun-reading.ts";

/** Where a step runs. */
export interface Allocation {
  readonly job: Job;
  readonly element: Element;
  readonly geometry: Geometry;
  /** Whether srun was called by the job itself. */
  readonly inside: boolean;
}

/** A step's numbers. */
export interface StepShape {
  readonly ranks: number;
  readonly nodes: number;
  /** Its number in the allocation. */
  readonly firstNode: number;
  /** Tasks on each node, in order. */
  readonly ranksOnNodes: readonly number[];
  /** Null where it was not said. */
  readonly cpusPerTask: number | null;
  readonly cpusOnNode: number;
  /** GPUs asked for; null: all of the job's. */
  readonly gpus: number | null;
  /** Each task sees its own share of the GPUs. */
  readonly gpusApart: boolean;
  readonly ask: Omit<StepAsk, "submitLine">;
  /** Lines for stderr that stop nothing. */
  readonly warnings: readonly string[];
}

interface Terms {
  /** Exit code of a refusal. */
  readonly code: number;
  /** Nodes that the allocation hasn't are refused. */
  readonly strict: boolean;
}

/** The numbers of the step. Throws RefusedError where the allocation is too small for it. */
export function shapeOf(request: RunRequest, allocation: Allocation, terms: Terms): StepShape {
  const { code } = terms;
  const { geometry, job } = allocation;
  const { settled, asks } = request;
  const { spec } = settled;
  const asked = spec.nodes?.least ?? geometry.nodes;
  refuseNodes(request, allocation, { ...terms, asked });
  if (asked > geometry.nodes) throw new RefusedError(`Only allocated ${geometry.nodes} nodes asked for ${asked}`, code);
  const ranks = spec.ranks ?? asked * (spec.ranksPerNode ?? (request.has("nodes") ? 1 : tasksPerNode(geometry)));
  const nodes = Math.min(asked, ranks);
  const needed = spec.overcommit || job.spec.overcommit ? 0 : ranks * (spec.cpusPerRank ?? 1);
  if (needed > geometry.cpus)
    throw new RefusedError(unable(allocation, "More processors requested than permitted"), code);
  refuseMemory(request, allocation, code);
  if (asks.exact && asks.whole) throw new RefusedError("--exact and --whole are mutually exclusive.", code);
  const exact = !asks.whole && Boolean(asks.exact || asks.exclusive || request.has("cpus-per-task"));
  const cpus = exact ? Math.min(geometry.cpus, ranks * (spec.cpusPerRank ?? 1)) : geometry.cpus;
  const gpus = gpusAsked(request, nodes, ranks);
  if (geometry.gpus === 0 && (gpus ?? 0) > 0) {
    const unknown = unable(allocation, "Invalid generic resource (gres) specification");
    throw new RefusedError(`Step requested GRES but job doesn't have GRES\n${unknown}`, code);
  }
  return {
    ...{ ranks, nodes, gpus, firstNode: asks.relative ?? 0 },
    ranksOnNodes: spread(ranks, nodes),
    cpusPerTask: spec.cpusPerRank,
    cpusOnNode: Math.max(1, Math.floor(cpus / nodes)),
    gpusApart: spec.gpusPerRank !== null,
    ask: {
      ...{ ranks, nodes, cpus },
      name: stepName(request),
      holdsCpus: asks.overlap ? 0 : cpus,
      mostCpus: geometry.cpus,
      wallTime: request.has("time") && Number.isFinite(spec.wallTime) ? spec.wallTime : null,
      holdsGpus: gpus === null || asks.overlap ? 0 : Math.min(gpus, allocation.element.gpuList.length),
    },
    warnings: [...unevenly(request, ranks, nodes), ...(nodes < asked ? [tooMany(ranks, asked, nodes)] : [])],
  };
}

function unable({ element }: Allocation, why: string): string {
  return `Unable to create step for job ${element.id}: ${why}`;
}

function refuseNodes(
  { settled: { spec }, asks, has }: RunRequest,
  allocation: Allocation,
  { code, strict, asked }: Terms & { readonly asked: number },
): void {
  const names = nodeNames(allocation.element);
  const { nodes } = allocation.geometry;
  if ((asks.relative ?? 0) + asked > nodes && asks.relative !== undefined) {
    const option = has("nodes") ? "--nodes" : "SLURM_JOB_NUM_NODES";
    const counts = `${asks.relative}+${asked}>${nodes}`;
    throw new RefusedError(
      `--relative and ${option} option incompatible with count of allocated nodes (${counts})`,
      code,
    );
  }
  if (names.every((name) => spec.excludedNodes?.includes(name)))
    throw new RefusedError("Hostlist is empty!  Can't run job.", code);
  if (strict && spec.nodeList?.some((name) => !names.includes(name)))
    throw new RefusedError(unable(allocation, "Requested node configuration is not available"), code);
}

function refuseMemory({ settled: { spec }, has }: RunRequest, allocation: Allocation, code: number): void {
  const { memory, nodes } = allocation.geometry;
  if (has("mem") && memory > 0 && (spec.memoryPerNode ?? 0) > memory / nodes)
    throw new RefusedError(unable(allocation, "Memory required by task is not available"), code);
}

function tooMany(ranks: number, asked: number, nodes: number): string {
  return `Warning: can't run ${ranks} processes on ${asked} nodes, setting nnodes to ${nodes}`;
}

// The job's own count of tasks, which comes by a variable, counts for more.
function unevenly({ settled: { spec }, has }: RunRequest, ranks: number, nodes: number): readonly string[] {
  const each = spec.ranksPerNode;
  if (each === null || !has("ntasks-per-node") || each * nodes >= ranks) return [];
  const found = `requested tasks ${ranks} with the number of requested nodes ${nodes}`;
  return [
    `Warning: can't honor --ntasks-per-node set to ${each} which doesn't match the ${found}. Ignoring --ntasks-per-node.`,
  ];
}

/** The node a task is on, and its number there. */
export function placeOf({ ranksOnNodes }: StepShape, rank: number): { readonly node: number; readonly local: number } {
  let before = 0;
  for (const [node, count] of ranksOnNodes.entries()) {
    if (rank < before + count) return { node, local: rank - before };
    before += count;
  }
  return { node: 0, local: rank };
}

/** Counts with repetitions, as Slurm writes them: `2(x3),1`. */
export function repeated(counts: readonly number[]): string {
  const runs: { count: number; times: number }[] = [];
  for (const count of counts) {
    const last = runs.at(-1);
    if (last?.count === count) last.times++;
    else runs.push({ count, times: 1 });
  }
  return runs.map(({ count, times }) => (times === 1 ? String(count) : `${count}(x${times})`)).join(",");
}

/** The indices of the GPUs that a task sees; null where it sees none. */
export function gpusOf(shape: StepShape, gpus: readonly number[], rank: number): readonly number[] | null {
  if (gpus.length === 0 || shape.gpus === 0) return null;
  if (!shape.gpusApart || shape.gpus === null) return gpus;
  const each = shape.gpus / shape.ranks;
  const own = Array.from({ length: each }, (_, at) => gpus[(rank * each + at) % gpus.length] ?? 0);
  return [...new Set(own)];
}

function tasksPerNode({ tasks, nodes }: Geometry): number {
  return Math.max(1, Math.ceil(tasks / nodes));
}

// As many tasks on each node as on any other, the first ones have what is left.
export function spread(ranks: number, nodes: number): readonly number[] {
  return Array.from({ length: nodes }, (_, node) => Math.floor(ranks / nodes) + (node < ranks % nodes ? 1 : 0));
}

function gpusAsked({ settled: { spec } }: RunRequest, nodes: number, ranks: number): number | null {
  const generic = spec.genericResources?.filter(({ name }) => name === "gpu") ?? null;
  const said = [
    total(spec.gpus, 1),
    total(spec.gpusPerNode, nodes),
    total(spec.gpusPerRank, ranks),
    total(generic, nodes),
  ].filter((count) => count !== null);
  return said.length === 0 ? null : Math.max(...said);
}

function total(things: readonly Counted[] | null, times: number): number | null {
  return things === null ? null : things.reduce((sum, { count }) => sum + count, 0) * times;
}

function stepName({ settled, command }: RunRequest): string {
  return settled.spec.name ?? command[0]?.split("/").at(-1) ?? "";
}
