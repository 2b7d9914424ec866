/** Owns why a submission that can be read is not accepted: what the described cluster forbids, in Slurm's words. */

import { type ClusterDescription, totals } from "../../model/cluster.ts";
import { indicesOf } from "../../model/indices.ts";
import type { JobSpec } from "../../model/spec.ts";
import { megabytes } from "./codecs.ts";
import { type Geometry, largestNode, queueOf } from "./geometry.ts";
import { misfit } from "./node-fit.ts";
import { exceeds } from "./obstacles.ts";
import { featureNames } from "./undefined-names.ts";

/** A refusal. `before` are lines ahead of the controller's reason, which is empty where sbatch itself refuses. */
export interface Refusal {
  readonly reason: string;
  readonly before: readonly string[];
  /** Most refusals by the controller use a job id up. */
  readonly spendsId: boolean;
}

/** What there is to judge. */
export interface Asked {
  readonly spec: JobSpec;
  readonly geometry: Geometry;
  readonly cluster: ClusterDescription;
  /** The user's uid: root is the operator. */
  readonly uid: number;
  readonly user?: string;
}

/** One rule: the refusal, or null. In the order in which Slurm looks. */
type Rule = (asked: Asked) => Refusal | null;

const refusal = (reason: string, details: Partial<Refusal> = {}): Refusal => ({
  reason,
  before: [],
  spendsId: true,
  ...details,
});

/** A refusal by sbatch itself, in lines. */
const own = (before: readonly string[]): Refusal => refusal("", { before, spendsId: false });

const invalidResource = "Invalid generic resource (gres) specification";
const unavailable = "Requested node configuration is not available";

const rules: readonly Rule[] = [
  ({ spec, cluster }) => {
    if (cluster.queues.length === 0) return null;
    const unknown = spec.queues?.find((name) => !cluster.queues.some((queue) => queue.name === name));
    const missing = unknown ?? (spec.queues?.length === 0 ? "(null)" : undefined);
    const before = [`invalid partition specified: ${missing}`];
    return missing === undefined ? null : refusal("Invalid partition name specified", { before, spendsId: false });
  },
  ({ spec, cluster, user }) => {
    const queue = queueOf(spec, cluster);
    const denied = queue?.users && user !== undefined && user !== "root" && !queue.users.includes(user);
    if (denied) return refusal("User's group not permitted to use this partition");
    const shut = queue?.state === "drain" || queue?.state === "inactive";
    return shut ? refusal("Required partition not available (inactive or drain)") : null;
  },
  ({ spec, cluster, user }) => {
    if (!cluster.enforceAccounts || user === undefined || user === "root") return null;
    const known = (cluster.accounts ?? []).filter(({ users }) => users.includes(user)).map(({ name }) => name);
    const may = spec.account === null ? known.length > 0 : known.includes(spec.account);
    const reason = "Invalid account or account/partition combination specified";
    return may ? null : refusal(reason, { spendsId: false });
  },
  ({ spec }) => {
    const none = spec.nodes !== null && spec.nodes.least === 0 && !spec.held;
    return none ? refusal("Node count specification invalid") : null;
  },
  ({ spec, cluster }) => {
    const highest = Math.max(-1, ...(spec.array ?? []).map(({ last }) => last));
    const reason = "Invalid job array specification";
    return highest >= cluster.maxArraySize ? refusal(reason, { spendsId: false }) : null;
  },
  ({ spec }) => {
    const before = [
      "Failed to validate job spec. --gpus-per-task used without either --gpus or -n/--ntasks is not allowed.",
      invalidResource,
    ];
    const bare = spec.gpusPerRank !== null && spec.gpus === null && spec.ranks === null;
    return bare ? own(before) : null;
  },
  ({ spec }) => {
    const unplaced = spec.distribution?.startsWith("arbitrary") && spec.nodeList === null;
    const before = ["With Arbitrary distribution you need to specify a nodelist or hostfile with the -w option"];
    return unplaced ? own(before) : null;
  },
  ({ spec }) => {
    const late = spec.deadline !== null && spec.beginTime !== null && spec.beginTime > spec.deadline;
    return late ? own(["Incompatible begin and deadline time specification"]) : null;
  },
  strictly(({ spec, cluster }) => {
    const unknown = spec.clusters?.find((name) => name !== cluster.name && !cluster.targets?.includes(name));
    const hint = "Use 'sacctmgr list clusters' to see available clusters.";
    const before = [
      `No cluster '${unknown}' known by database.`,
      `'${unknown}' can't be reached now, or it is an invalid entry for --cluster.  ${hint}`,
    ];
    return unknown === undefined ? null : own(before);
  }),
  strictly(({ spec, cluster }) => {
    const asked = spec.qualityOfService;
    const isUnknown = asked !== null && cluster.qualities?.includes(asked) === false;
    return isUnknown ? refusal("Invalid qos specification") : null;
  }),
  ({ spec, uid }) => ((spec.nice ?? 0) < 0 && uid !== 0 ? refusal("Invalid --nice value", { spendsId: false }) : null),
  ({ spec, geometry }) =>
    (spec.minimumWallTime ?? 0) > geometry.wallTime
      ? refusal("Invalid time-min specification (exceeds job's time or other limits)", { spendsId: false })
      : null,
  strictly(({ spec, cluster }) => {
    const names = cluster.nodes.map(({ name }) => name);
    const unknown = [...(spec.nodeList ?? []), ...(spec.excludedNodes ?? [])].some((name) => !names.includes(name));
    return unknown ? refusal("Invalid node name specified", { spendsId: false }) : null;
  }),
  onceStarted(({ spec, cluster }) =>
    cluster.nodes.every(({ name }) => spec.excludedNodes?.includes(name)) ? refusal(unavailable) : null,
  ),
  // As many nodes as were asked for by number may come; those that follow from tasks may not.
  strictly(({ spec, geometry, cluster }) => {
    const implied = spec.nodes === null && spec.nodeList === null && geometry.nodes > cluster.nodes.length;
    return implied ? refusal(unavailable) : null;
  }),
  strictly(({ spec }) => (spec.genericResources?.some(({ name }) => name !== "gpu") ? own([invalidResource]) : null)),
  strictly(({ spec, cluster }) => {
    const things = [spec.gpus, spec.gpusPerNode, spec.gpusPerRank, spec.genericResources].flatMap((list) => list ?? []);
    const known = new Set(cluster.nodes.map(({ gpuType }) => gpuType ?? null));
    return things.some(({ type }) => type !== null && !known.has(type)) ? refusal(unavailable) : null;
  }),
  strictly(({ spec, cluster }) => {
    const known = new Set(cluster.nodes.flatMap(({ features }) => features ?? []));
    return featureNames(spec.features ?? "").some((name) => !known.has(name))
      ? refusal("Invalid feature specification")
      : null;
  }),
  strictly(({ spec }) => (spec.reservation ? refusal("Requested reservation is invalid") : null)),
  strictly(({ spec }) =>
    spec.licenses?.length ? refusal("Invalid license specification", { spendsId: false }) : null,
  ),
  onceStarted((asked) => {
    const before = misfit(asked);
    return before === null ? null : refusal(unavailable, { before });
  }),
  // A node has no scratch space that is not described.
  onceStarted(({ spec }) => {
    const before = ["Temporary disk specification can not be satisfied"];
    return (spec.temporaryDisk ?? 0) > 0 ? refusal(unavailable, { before }) : null;
  }),
  enforced(({ geometry, cluster }) =>
    geometry.nodes > cluster.nodes.length ? refusal("Node count specification invalid") : null,
  ),
  enforced(({ geometry, cluster }) =>
    geometry.cpus > totals(cluster).cpus ? refusal("More processors requested than permitted") : null,
  ),
  enforced(({ spec, geometry, cluster }) => {
    const names = spec.queues ?? [queueOf(spec, cluster)?.name];
    const limits = cluster.queues.filter(({ name }) => names.includes(name)).map(({ maxWallTime }) => maxWallTime);
    const reason = "Requested time limit is invalid (missing or exceeds some limit)";
    return limits.some((most) => most !== null && geometry.wallTime > most) ? refusal(reason) : null;
  }),
  onceStarted(({ geometry, cluster }) =>
    geometry.gpus / geometry.nodes > largestNode(cluster).gpus ? refusal(unavailable) : null,
  ),
];

/** The first rule that forbids the job, or null. */
export function refusalOf(asked: Asked): Refusal | null {
  for (const rule of rules) {
    const found = rule(asked);
    if (found) return found;
  }
  return null;
}

/** The refusal of --test-only, which asks whether the job could run now: a hold does not count, too many processors do. */
export function trialRefusalOf(asked: Asked): Refusal | null {
  const found = refusalOf({ ...asked, spec: { ...asked.spec, held: null, priority: null } });
  if (found) return found.reason === unavailable ? { ...found, before: [] } : found;
  return exceeds(asked.geometry, asked.cluster) ? refusal(unavailable) : null;
}

/** A rule of clusters that refuse what would wait for ever. */
function enforced(rule: Rule): Rule {
  return (asked) => (asked.cluster.enforceLimits ? rule(asked) : null);
}

/** A rule that a laptop does without. */
function strictly(rule: Rule): Rule {
  return (asked) => (asked.cluster.strict ? rule(asked) : null);
}

/** A rule that Slurm leaves for later where a job is on hold. */
function onceStarted(rule: Rule): Rule {
  return strictly((asked) => (asked.spec.held || asked.spec.priority === 0 ? null : rule(asked)));
}

/** What a job asks for beyond the machine, as sentences for `headnode explain`. */
export function shortfalls({ geometry, cluster }: Asked): readonly string[] {
  const has = totals(cluster);
  const short = (["cpus", "memory", "gpus"] as const).filter((thing) => geometry[thing] > has[thing]);
  return short.map((thing) => {
    const [asked, there] = [geometry[thing], has[thing]].map(amounts[thing]);
    return `asks for ${asked}, the machine has ${there} and gives them all`;
  });
}

const amounts = {
  cpus: (count: number) => `${count} processors`,
  memory: (bytes: number) => `${megabytes(Math.floor(bytes / 2 ** 20) * 2 ** 20)} of memory`,
  gpus: (count: number) => `${count} GPUs`,
} as const;

/** The indices of an array; null for a plain job. */
export function indicesAsked(spec: JobSpec) {
  return spec.array === null ? null : indicesOf(spec.array);
}
