/** Owns the variables a batch job sees, one row each. */

import type { Kin, Start } from "../../language/dialect.ts";
import { filled, own, type Part, partsOf, type Variable } from "../../language/variables.ts";
import { nodeNames } from "../../model/cluster.ts";
import { countIndices, type IndexRange } from "../../model/indices.ts";
import { ownNumber } from "../../model/launch.ts";
import { gpus } from "./codecs.ts";
import { dependencies } from "./dependencies.ts";
import { nameOf, withEntries } from "./export.ts";
import { type Geometry, geometryOfKin } from "./geometry.ts";
import { firstNode, nodeList } from "./hostlists.ts";
import { repeated, spread } from "./step.ts";

/** What is the same for elements of a job that go to the same node. */
interface Facts extends Kin {
  readonly geometry: Geometry;
}

/** What is each element's own. */
type One = Pick<Start, "job" | "element">;

/** Where programs look for Slurm's configuration if nobody says otherwise. */
const configurationFile = "/etc/slurm/slurm.conf";
/** Numbers of the protocol of 22.05 and of its plugin that selects processors. */
const [protocol, selectPlugin] = [0x2600, 109];

const megabytes = (bytes: number | null) => (bytes === null || bytes === 0 ? null : Math.round(bytes / 2 ** 20));
const gpuList = own(({ element }: One) => (element.gpuList.length > 0 ? element.gpuList.join(",") : null));
const tasks = ({ job: { spec }, geometry }: Facts) =>
  spec.ranks === null && spec.ranksPerNode === null ? null : geometry.tasks;

/** An amount by node, as Slurm writes it: `2(x3),1`. */
const onNodes = ({ element }: Facts, count: number) => repeated(spread(count, nodeNames(element).length));

const variables: readonly Variable<Facts, One>[] = [
  ["SLURM_JOB_ID", own(({ element }) => element.id)],
  ["SLURM_JOBID", own(({ element }) => element.id)],
  ["SLURM_JOB_NAME", ({ job }) => job.name],
  ["SLURM_JOB_USER", ({ job }) => job.user.name],
  ["SLURM_JOB_UID", ({ job }) => job.user.uid],
  ["SLURM_JOB_GID", ({ job }) => job.user.gid],
  ["SLURM_JOB_ACCOUNT", ({ job }) => job.account],
  ["SLURM_JOB_QOS", ({ job }) => job.spec.qualityOfService ?? "normal"],
  ["SLURM_JOB_PARTITION", ({ job }) => job.queue],
  ["SLURM_JOB_RESERVATION", ({ job }) => job.spec.reservation],
  ["SLURM_JOB_NODELIST", ({ element }) => nodeList(element)],
  ["SLURM_NODELIST", ({ element }) => nodeList(element)],
  ["SLURM_JOB_NUM_NODES", ({ geometry }) => geometry.nodes],
  ["SLURM_NNODES", ({ geometry }) => geometry.nodes],
  ["SLURM_JOB_CPUS_PER_NODE", (facts) => onNodes(facts, facts.geometry.cpus)],
  ["SLURM_CPUS_ON_NODE", ({ geometry, element }) => Math.ceil(geometry.cpus / nodeNames(element).length)],
  ["SLURM_TASKS_PER_NODE", (facts) => onNodes(facts, facts.geometry.tasksOnNode)],
  ["SLURM_NTASKS", tasks],
  ["SLURM_NPROCS", tasks],
  ["SLURM_NTASKS_PER_NODE", ({ job }) => job.spec.ranksPerNode],
  // What an outer job had is put right.
  ["SLURM_CPUS_PER_TASK", ({ job }) => job.spec.cpusPerRank ?? (has(job, "SLURM_CPUS_PER_TASK") ? 1 : null)],
  ["SLURM_CPUS_PER_GPU", ({ job }) => job.spec.cpusPerGpu],
  ["SLURM_MEM_PER_NODE", ({ geometry }) => megabytes(geometry.memoryPerNode)],
  ["SLURM_MEM_PER_CPU", ({ geometry }) => megabytes(geometry.memoryPerCpu)],
  ["SLURM_MEM_PER_GPU", ({ job }) => megabytes(job.spec.memoryPerGpu)],
  ["SLURM_GPUS", ({ job }) => job.spec.gpus && gpus.write(job.spec.gpus)],
  ["SLURM_GPUS_PER_NODE", ({ job }) => job.spec.gpusPerNode && gpus.write(job.spec.gpusPerNode)],
  ["SLURM_GPUS_PER_TASK", ({ job }) => job.spec.gpusPerRank && gpus.write(job.spec.gpusPerRank)],
  ["SLURM_GPUS_ON_NODE", own(({ element }) => element.gpuList.length || null)],
  ["SLURM_JOB_GPUS", gpuList],
  ["CUDA_VISIBLE_DEVICES", gpuList],
  ["GPU_DEVICE_ORDINAL", gpuList],
  ["ROCR_VISIBLE_DEVICES", gpuList],
  ["ZE_AFFINITY_MASK", gpuList],
  ["SLURM_ARRAY_JOB_ID", own(({ job, element }) => (element.index === null ? null : job.id))],
  ["SLURM_ARRAY_TASK_ID", own(({ element }) => element.index)],
  ["SLURM_ARRAY_TASK_COUNT", ({ job }) => job.indices && countIndices(job.indices)],
  ["SLURM_ARRAY_TASK_MIN", ({ job }) => job.indices?.[0]?.[0]],
  ["SLURM_ARRAY_TASK_MAX", ({ job }) => job.indices?.at(-1)?.[1]],
  ["SLURM_ARRAY_TASK_STEP", ({ job }) => job.indices && firstStep(job.spec.array ?? [])],
  ["SLURM_JOB_DEPENDENCY", ({ job }) => job.spec.dependency && dependencies.write(job.spec.dependency)],
  ["SLURM_DISTRIBUTION", ({ job }) => job.spec.distribution],
  ["SLURM_HINT", ({ job }) => job.spec.hint],
  ["SLURM_THREADS_PER_CORE", ({ job: { spec } }) => spec.threadsPerCore ?? (spec.hint === "nomultithread" ? 1 : null)],
  ["SLURM_OPEN_MODE", ({ job }) => job.spec.openMode && (job.spec.openMode === "append" ? "a" : "t")],
  ["SLURM_OVERCOMMIT", ({ job }) => (job.spec.overcommit ? 1 : null)],
  ["SLURM_EXPORT_ENV", ({ job }) => (exportsPlainly(job.spec.export?.text) ? null : (job.spec.export?.text ?? null))],
  [
    "SLURM_GET_USER_ENV",
    ({ job: { spec } }) => (exportsPlainly(spec.export?.text) && spec.userEnvironment === null ? null : 1),
  ],
  ["SLURM_RESTART_COUNT", own(({ element }) => element.restarts || null)],
  ["SLURM_SUBMIT_DIR", ({ job }) => job.submitDirectory],
  ["SLURM_SUBMIT_HOST", ({ job }) => job.submitHost],
  ["SLURM_CLUSTER_NAME", ({ cluster }) => cluster.name],
  ["SLURM_CONF", () => configurationFile],
  ["SLURM_WORKING_CLUSTER", ({ cluster }) => `${cluster.name}:127.0.0.1:6817:${protocol}:${selectPlugin}`],
  ["SLURMD_NODENAME", ({ element }) => firstNode(element)],
  ["SLURM_TOPOLOGY_ADDR", ({ element }) => firstNode(element)],
  ["SLURM_TOPOLOGY_ADDR_PATTERN", () => "node"],
  ["SLURM_NODE_ALIASES", () => "(null)"],
  ["SLURM_NODEID", () => 0],
  ["SLURM_PROCID", () => 0],
  ["SLURM_TASK_PID", () => ownNumber],
  ["SLURM_LOCALID", () => 0],
  ["SLURM_GTIDS", () => 0],
  ["ENVIRONMENT", () => "BATCH"],
  ["HOSTNAME", ({ element }) => firstNode(element)],
  // Only where the submitter had none.
  ["TMPDIR", ({ job }) => (has(job, "TMPDIR") ? null : "/tmp")],
  ["PATH", ({ job, shims }) => (shims === "" ? null : pathWith(shims, job.environment))],
];

/** The names of all variables that may be set. */
export const variableNames: readonly string[] = variables.map(([name]) => name);

/** The whole environment of a start. */
export function environmentOf(start: Start): readonly string[] {
  const { parts, submitted, disputed } = start.once(common);
  const entries = filled(parts, start);
  return disputed ? withEntries(start.job.environment, entries) : [...submitted, ...entries];
}

/** What tells a job's resources to tasks that srun started, in a job that is not the caller's own. */
export function jobVariables(of: Granted, cluster: Start["cluster"]): readonly string[] {
  return entriesFor(of, cluster).filter((entry) => /^SLURM/.test(entry) && !untoldToTasks.test(entry));
}

/** What salloc tells the command that it runs. */
export function allocationVariables(of: Granted, cluster: Start["cluster"]): readonly string[] {
  const perCpu = of.job.spec.memoryPerCpu === null;
  return entriesFor(of, cluster).filter(
    (entry) => toldByAllocation.test(entry) && !(perCpu && entry.startsWith("SLURM_MEM_PER_CPU=")),
  );
}

type Granted = Pick<Start, "job" | "element">;

const untoldToTasks =
  /^SLURM_(NODE_ALIASES|MEM_PER_\w+|GPUS(_PER_\w+)?|JOB_GPUS|HINT|JOB_DEPENDENCY|RESTART_COUNT|EXPORT_ENV|GET_USER_ENV)=/;
const toldByAllocation =
  /^SLURM_(CLUSTER_NAME|CONF|NODELIST|NODE_ALIASES|N(NODES|PROCS|TASKS|TASKS_PER_NODE)|TASKS_PER_NODE|CPUS_PER_\w+|MEM_PER_\w+|GPUS(_PER_\w+)?|DISTRIBUTION|HINT|THREADS_PER_CORE|OVERCOMMIT|SUBMIT_\w+|JOBID|JOB_(ID|NAME|ACCOUNT|CPUS_PER_NODE|NODELIST|NUM_NODES|PARTITION|QOS|RESERVATION))=/;

function entriesFor({ job, element }: Granted, cluster: Start["cluster"]): readonly string[] {
  const nowhere = {
    scriptPath: "",
    shims: "",
    shimsInstalled: false,
    machine: { arch: "", hostName: cluster.host },
  };
  return filled(partsOf(variables, factsOf({ job, element, cluster, ...nowhere })), { job, element });
}

function factsOf(kin: Kin): Facts {
  return { ...kin, geometry: geometryOfKin(kin) };
}

interface Common {
  readonly parts: readonly Part<One>[];
  /** What was submitted and no variable of the job replaces. */
  readonly submitted: readonly string[];
  /** Whether something else was submitted that some elements replace and others don't. */
  readonly disputed: boolean;
}

function common(kin: Kin): Common {
  const parts = partsOf(variables, factsOf(kin));
  const fixed = parts.filter((part) => typeof part === "string");
  const open = new Set(parts.flatMap((part) => (typeof part === "string" ? [] : [part.name])));
  const submitted = withEntries(kin.job.environment, fixed).slice(0, -fixed.length);
  return { parts, submitted, disputed: submitted.some((entry) => open.has(nameOf(entry))) };
}

function has({ environment }: Start["job"], variable: string): boolean {
  return environment.some((entry) => entry.startsWith(`${variable}=`));
}

// The first step that is written, whatever the other ranges have.
function firstStep(ranges: readonly IndexRange[]): number {
  return ranges.find(({ step }) => step !== 1)?.step ?? 1;
}

function exportsPlainly(text: string | undefined): boolean {
  return text === undefined || text.toUpperCase() === "ALL";
}

// The shims' directory comes first once, however deep jobs are nested.
function pathWith(shims: string, environment: readonly string[]): string {
  const path =
    environment.find((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "/usr/local/bin:/usr/bin:/bin";
  return [shims, ...path.split(":").filter((directory) => directory !== shims)].join(":");
}
