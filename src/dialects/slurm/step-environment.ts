/** Owns the variables of a step's tasks, one row each. */

import { nodeNames } from "../../model/cluster.ts";
import { ownNumber } from "../../model/launch.ts";
import type { Step } from "../../model/step.ts";
import { type Binding, bindingValues } from "./binding.ts";
import { nameOf, withEntries } from "./export.ts";
import { foldHosts } from "./hostlists.ts";
import { type Allocation, gpusOf, placeOf, repeated, type StepShape } from "./step.ts";

/** A step that has begun. */
export interface RunningStep {
  readonly step: Step;
  readonly shape: StepShape;
  readonly allocation: Allocation;
  /** The name of the job as the tasks see it. */
  readonly name: string;
  readonly umask: number;
  readonly niceness: number;
  readonly distribution: string | null;
  readonly cpuBinding: Binding | undefined;
  readonly memoryBinding: Binding | undefined;
  /** Only what was named is exported. */
  readonly bare: boolean;
  /** Leaves the variables that count nodes and tasks as they are. */
  readonly preserve: boolean;
}

type Value = string | number | null;

const node = ({ allocation: { element }, shape }: RunningStep) =>
  foldHosts(nodeNames(element).slice(shape.firstNode, shape.firstNode + shape.nodes));
/** The node of a task; all tasks are on the one there is where it was given fewer than it asked for. */
const nodeOf = ({ allocation: { element }, shape }: RunningStep, rank: number) =>
  nodeNames(element)[shape.firstNode + placeOf(shape, rank).node] ?? nodeNames(element)[0] ?? null;
const tasks = ({ shape }: RunningStep) => shape.ranks;
const perNode = ({ shape }: RunningStep) => repeated(shape.ranksOnNodes);
const gpuList = ({ step, allocation: { element }, shape }: RunningStep) =>
  shape.gpus !== null && step.gpuList.length > 0 ? step.gpuList : element.gpuList;

/** What all tasks have alike. A null takes the variable away. */
const common: readonly (readonly [name: string, value: (step: RunningStep) => Value])[] = [
  ["SLURM_STEP_ID", ({ step }) => step.step],
  ["SLURM_STEPID", ({ step }) => step.step],
  ["SLURM_STEP_NODELIST", node],
  ["SLURM_STEP_NUM_NODES", ({ shape }) => shape.nodes],
  ["SLURM_STEP_NUM_TASKS", tasks],
  ["SLURM_STEP_TASKS_PER_NODE", perNode],
  ["SLURM_JOB_NAME", ({ name }) => name],
  ["SLURM_JOB_CPUS_PER_NODE_PACK_GROUP_0", (at) => (at.allocation.inside ? at.allocation.geometry.cpus : null)],
  ["SLURM_CPUS_ON_NODE", ({ shape }) => shape.cpusOnNode],
  ["SLURM_CPUS_PER_TASK", ({ shape, allocation: { job } }) => shape.cpusPerTask ?? job.spec.cpusPerRank],
  ["SLURM_DISTRIBUTION", (at) => at.distribution ?? (at.allocation.inside ? laidOut(at.shape) : null)],
  ["SLURM_LAUNCH_NODE_IPADDR", () => "127.0.0.1"],
  ["SLURM_SRUN_COMM_HOST", () => "127.0.0.1"],
  // Nobody listens for tasks here.
  ["SLURM_SRUN_COMM_PORT", () => 0],
  ["SLURM_STEP_LAUNCHER_PORT", () => 0],
  ["SLURM_UMASK", ({ umask }) => umask.toString(8).padStart(4, "0")],
  ["SLURM_PRIO_PROCESS", ({ niceness }) => niceness],
  ["SLURM_GPUS_ON_NODE", (at) => (at.shape.gpus === 0 ? null : gpuCount(at))],
  ["SLURM_CPU_BIND", ({ cpuBinding }) => bindingValues(cpuBinding)[""]],
  ["SLURM_CPU_BIND_LIST", ({ cpuBinding }) => bindingValues(cpuBinding).LIST],
  ["SLURM_CPU_BIND_TYPE", ({ cpuBinding }) => bindingValues(cpuBinding).TYPE],
  ["SLURM_CPU_BIND_VERBOSE", ({ cpuBinding }) => bindingValues(cpuBinding).VERBOSE],
  ["SLURM_MEM_BIND", ({ memoryBinding }) => bindingValues(memoryBinding)[""]],
  ["SLURM_MEM_BIND_LIST", ({ memoryBinding }) => bindingValues(memoryBinding).LIST],
  ["SLURM_MEM_BIND_PREFER", ({ memoryBinding }) => bindingValues(memoryBinding).PREFER],
  ["SLURM_MEM_BIND_TYPE", ({ memoryBinding }) => bindingValues(memoryBinding).TYPE],
  ["SLURM_MEM_BIND_VERBOSE", ({ memoryBinding }) => bindingValues(memoryBinding).VERBOSE],
  // srun's own environment has it, which goes to the tasks with the rest.
  ["SRUN_DEBUG", ({ bare }) => (bare ? null : 3)],
  ["SLURM_TASK_PID", () => ownNumber],
  ["ENVIRONMENT", () => null],
];

/** Counts that --preserve-env leaves to the job. */
const counts: typeof common = [
  ["SLURM_NTASKS", tasks],
  ["SLURM_NPROCS", tasks],
  ["SLURM_NNODES", ({ shape }) => shape.nodes],
  ["SLURM_NODELIST", node],
  ["SLURM_TASKS_PER_NODE", perNode],
];

const gpus = (at: RunningStep, rank: number) => gpusOf(at.shape, gpuList(at), rank)?.join(",") ?? null;

/** A device's number as the task sees it: no device is hidden here, so it is the machine's own. */
const ranked: readonly (readonly [name: string, value: (step: RunningStep, rank: number) => Value])[] = [
  ["SLURM_PROCID", (_, rank) => rank],
  ["SLURM_LOCALID", ({ shape }, rank) => placeOf(shape, rank).local],
  ["SLURM_NODEID", ({ shape }, rank) => placeOf(shape, rank).node],
  ["SLURMD_NODENAME", nodeOf],
  ["SLURM_TOPOLOGY_ADDR", nodeOf],
  ["SLURM_GTIDS", gtids],
  ["SLURM_STEP_GPUS", gpus],
  ["CUDA_VISIBLE_DEVICES", gpus],
  ["GPU_DEVICE_ORDINAL", gpus],
  ["ROCR_VISIBLE_DEVICES", gpus],
  ["ZE_AFFINITY_MASK", gpus],
];

/** The names of all variables of a step. */
export const stepVariableNames: readonly string[] = [...common, ...counts, ...ranked].map(([name]) => name);

/** The environment of all tasks, and what each has besides. `base` is what was exported. */
export function stepEnvironments(
  base: readonly string[],
  step: RunningStep,
): { readonly common: readonly string[]; readonly ranks: readonly (readonly string[])[] } {
  const rows = [...common, ...(step.preserve ? [] : counts)];
  // A task without GPUs of the job's keeps what the user says about devices.
  const untouched = step.allocation.element.gpuList.length === 0 ? deviceNames : [];
  const own = new Set([...rows, ...ranked].map(([name]) => name).filter((name) => !untouched.includes(name)));
  const kept = base.filter((entry) => !own.has(nameOf(entry)));
  const entries = rows.flatMap(([name, value]) => entry(name, value(step)));
  return {
    common: withEntries(kept, [...(base.some((each) => nameOf(each) === "TMPDIR") ? [] : ["TMPDIR=/tmp"]), ...entries]),
    ranks: Array.from({ length: step.shape.ranks }, (_, rank) =>
      ranked.filter(([name]) => own.has(name)).flatMap(([name, value]) => entry(name, value(step, rank))),
    ),
  };
}

const deviceNames = ["CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"];

function entry(name: string, value: Value): readonly string[] {
  return value === null ? [] : [`${name}=${value}`];
}

// One task a node is what cyclic means.
function laidOut({ ranks, nodes }: StepShape): string {
  return ranks > nodes ? "block" : "cyclic";
}

function gpuCount(step: RunningStep): Value {
  return gpuList(step).length || null;
}

function gtids({ shape }: RunningStep, rank: number): string {
  const { node: at, local } = placeOf(shape, rank);
  return Array.from({ length: shape.ranksOnNodes[at] ?? 1 }, (_, index) => rank - local + index).join(",");
}
