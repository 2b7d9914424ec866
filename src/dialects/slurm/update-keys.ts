/** Owns the keys of `scontrol update` for jobs, one row each: what a value means for a job, and who may say it when. */

import { attempt, type Codec, oneOf, text, texts } from "../../language/codec.ts";
import type { Standing } from "../../language/option.ts";
import { UsageError } from "../../model/errors.ts";
import type { JobSpec } from "../../model/spec.ts";
import { generic, hosts, licenses, mailTypes, memory, niceness, nodeCount, number } from "./codecs.ts";
import { dependencies } from "./dependencies.ts";
import { geometryOf, queueOf } from "./geometry.ts";
import { moments } from "./moments.ts";
import type { Asked, Change } from "./update-change.ts";
import { denied, endTime, leastTimeLimit, timeLimitChange } from "./update-times.ts";

/** A key: its names, when it may be said, and what it does. */
export interface UpdateKey {
  readonly names: readonly string[];
  readonly help: string;
  readonly standing: Standing;
  /** `pending`: of what has not started; `live`: of what has not ended. */
  readonly when: "pending" | "live";
  /** Whether it can be said of some elements of an array alone. */
  readonly perElement: boolean;
  /** Whether it is the whole array's, whichever element it is said of. */
  readonly ofAll: boolean;
  readonly change: (asked: Asked) => Change;
}

type Details = Partial<Pick<UpdateKey, "when" | "perElement" | "ofAll">>;

function key(names: string, help: string, change: UpdateKey["change"]): (details?: Details) => UpdateKey {
  return (details = {}) => ({
    ...{
      names: names.split(" "),
      help,
      change,
      standing: { kind: "honoured" },
      when: "pending",
      perElement: true,
      ofAll: false,
    },
    ...details,
  });
}

function refused(names: string, why: string): UpdateKey {
  const change = () => ({ refused: why });
  const standing: Standing = { kind: "refused", why };
  return { ...key(names, "not changed here", change)(), standing };
}

/** The value as the codec reads it. Throws UsageError naming the key. */
export function readValue<T>({ key: name, value }: Pick<Asked, "key" | "value">, codec: Codec<T>): T {
  const read = attempt(codec, value);
  if ("value" in read) return read.value;
  throw new UsageError(`scontrol: error: Invalid ${name} value: ${value}`, 1);
}

/** Sets one field; an empty value takes it away. */
function sets<K extends keyof JobSpec>(field: K, codec: Codec<NonNullable<JobSpec[K]>>): UpdateKey["change"] {
  return (asked) => ({ spec: { [field]: asked.value === "" ? null : readValue(asked, codec) } as Partial<JobSpec> });
}

/** The same, for operators only. */
const byOperator =
  (change: UpdateKey["change"]): UpdateKey["change"] =>
  (asked) =>
    asked.operator ? change(asked) : { refused: denied };

const file = sets("stdout", { kind: "file", read: (path) => [path], write: (paths) => paths[0] ?? null });

const counted = number(0);
const yesOrNo = oneOf("flag", ["0", "1"]);

const name: UpdateKey["change"] = ({ value }) => ({ spec: { name: value }, submission: { name: value } });

const dependency: UpdateKey["change"] = ({ value, job }) => {
  if (value === "" || value === "0") return { spec: { dependency: null }, submission: { dependency: null } };
  const read = attempt(dependencies, value);
  const own = "value" in read && read.value.conditions.some((each) => each.kind !== "singleton" && each.job === job.id);
  if ("error" in read || own) return { refused: "Job dependency problem" };
  return { spec: { dependency: read.value }, submission: { dependency: read.value } };
};

const startTime: UpdateKey["change"] = ({ value, now }) => {
  const read = attempt(moments(now), value === "" ? "now" : value);
  if ("error" in read) {
    const text = `Invalid time specification (pos=${read.error.column - 1}): ${value}`;
    throw new UsageError(`${text}\nNo changes specified`, 1);
  }
  return { spec: { beginTime: Math.floor(read.value / 1000) }, submission: { beginAt: read.value } };
};

const deadline: UpdateKey["change"] = (asked) => ({
  spec: { deadline: Math.floor(readValue(asked, moments(asked.now)) / 1000) },
});

const nice: UpdateKey["change"] = (asked) => {
  const before = asked.job.spec.nice ?? 0;
  const value = readValue(asked, niceness);
  if (value < before && !asked.operator) return { refused: denied };
  return { spec: { nice: value }, submission: { priority: asked.job.priority - (value - before) } };
};

// 0 is a hold.
const priority: UpdateKey["change"] = (asked) => {
  const value = readValue(asked, number(0));
  if (value === 0) return { submission: { holds: [asked.uid === 0 ? "operator" : "user"] } };
  if (asked.holds.length > 0) return { refused: "Job is in held state, pending scheduler release" };
  if (value > asked.job.priority && !asked.operator) return { refused: denied };
  return { spec: { priority: value }, submission: { priority: value } };
};

const partition: UpdateKey["change"] = ({ value, job, cluster }) => {
  const queues = value.split(",").filter(Boolean);
  const queue = queueOf({ ...job.spec, queues }, cluster)?.name ?? queues[0] ?? job.queue;
  return { spec: { queues }, submission: { queue } };
};

// Processors follow from tasks here: more than they need are set aside, fewer leave room for fewer tasks.
const processors: UpdateKey["change"] = (asked) => {
  const least = Number.parseInt(asked.value, 10);
  const cpus = readValue({ ...asked, value: String(least) }, number(1));
  const { tasks, cpusPerTask } = geometryOf(asked.job.spec, asked.cluster);
  const needed = tasks * cpusPerTask;
  if (cpus >= needed) return { spec: { cpusPerNode: cpus > needed ? cpus : null } };
  return { spec: { cpusPerNode: null, ranks: Math.max(1, Math.floor(cpus / cpusPerTask)) } };
};

// One node is what every job has.
const nodes: UpdateKey["change"] = (asked) => ({
  spec: { nodes: asked.value === "1" ? null : readValue(asked, nodeCount) },
});

const memoryOf =
  (field: "memoryPerNode" | "memoryPerCpu"): UpdateKey["change"] =>
  (asked) => ({
    spec: { memoryPerNode: null, memoryPerCpu: null, memoryPerGpu: null, [field]: readValue(asked, memory) },
  });

const throttle: UpdateKey["change"] = (asked) => {
  const value = readValue(asked, counted);
  return { spec: { arrayThrottle: value || null }, submission: { throttle: value } };
};

const account: UpdateKey["change"] = ({ value }) => ({
  spec: { account: value || null },
  ...(value === "" ? {} : { submission: { account: value } }),
});

const workingDirectory: UpdateKey["change"] = ({ value }) =>
  value.startsWith("/")
    ? { spec: { workingDirectory: value }, submission: { workingDirectory: value } }
    : { refused: "The working directory must be an absolute path" };

const overSubscribe: UpdateKey["change"] = (asked) => {
  const word = readValue(asked, oneOf("word", ["yes", "no", "ok", "user"], true)).toLowerCase();
  return { spec: { exclusive: { yes: "no", no: "node", ok: null, user: "user" }[word] ?? null } };
};

const live = { when: "live" } as const;
const ofTheArray = { perElement: false } as const;
const oneMachine = "there is one machine";

/** The keys, in the order of the manual. */
export const updateKeys: readonly UpdateKey[] = [
  key("Account", "who is charged", account)(live),
  refused("AdminComment", "there is one comment: Comment"),
  key("ArrayTaskThrottle", "elements of the array at a time; 0 for any number", throttle)({ ...live, ofAll: true }),
  refused("BurstBuffer", "there is no burst buffer here"),
  refused("Clusters", "there is one cluster"),
  refused("ClusterFeatures", "there is one cluster"),
  key("Comment", "free text", ({ value }) => ({ spec: { comment: value } }))(live),
  refused("Contiguous", oneMachine),
  refused("CoreSpec", "no core is set aside"),
  key("CPUsPerTask", "processors for each task", sets("cpusPerRank", number(1)))(),
  key("Deadline", "of no use after (operators)", byOperator(deadline))(ofTheArray),
  refused("DelayBoot", "nodes are not booted here"),
  key("Dependency", "what must have happened before; empty for nothing", dependency)(),
  key("EndTime", "when a running job is ended", endTime)(live),
  key("ExcNodeList ExcludedNodes", "nodes not to run on", sets("excludedNodes", hosts))(),
  key("Features", "features the node must have", sets("features", text))(),
  key("Gres TresPerNode", "counted resources on each node", sets("genericResources", generic))(),
  key("Licenses", "licences", sets("licenses", licenses))(),
  key("MailType", "events that are mailed", sets("mailEvents", mailTypes))(live),
  key("MailUser", "who gets the mail", sets("mailUsers", texts))(live),
  key("MinCPUsNode", "least processors on each node", sets("cpusPerNode", number(1)))(),
  key("MinMemoryCPU", "memory for each processor", memoryOf("memoryPerCpu"))(),
  key("MinMemoryNode", "memory on each node", memoryOf("memoryPerNode"))(),
  key("MinTmpDiskNode", "scratch space (operators)", byOperator(sets("temporaryDisk", memory)))(),
  key("Name JobName", "the name listings show", name)(live),
  key("Nice", "go behind others; ahead of them for operators only", nice)(live),
  refused("NodeList", "a running job keeps its machine"),
  key("NumCPUs ReqCPUs", "processors", processors)(),
  key("NumNodes ReqNodes", "how many nodes", nodes)(),
  key("NumTasks ReqProcs", "how many tasks", sets("ranks", number(1)))(),
  key("OverSubscribe Shared", "whether processors are shared (operators)", byOperator(overSubscribe))(),
  key("Partition", "partition", partition)(),
  refused("Prefer", oneMachine),
  key("Priority", "place in the queue; 0 is on hold", priority)(),
  key("QOS", "quality of service", sets("qualityOfService", text))(live),
  refused("Reboot", "the machine is not rebooted"),
  refused("ReqCores", "sockets, cores and boards are not told apart here"),
  key("ReqNodeList", "nodes the job must have", sets("nodeList", hosts))(),
  refused("ReqSockets", "sockets, cores and boards are not told apart here"),
  refused("ReqThreads", "sockets, cores and boards are not told apart here"),
  key("Requeue", "1 if it may be started again", (asked) => ({ spec: { requeue: readValue(asked, yesOrNo) === "1" } }))(
    live,
  ),
  key("ReservationName", "reservation", sets("reservation", text))(),
  refused("ResetAccrueTime", "age does not count here beyond the order of submission"),
  refused("SiteFactor", "the site has no say in priorities here"),
  key("StartTime BeginTime EligibleTime", "not to be started before", startTime)(),
  key("StdOut", "where standard output goes", file)(),
  refused("Switches", oneMachine),
  key("TimeLimit", "time limit; +n and -n change it; owners of running jobs may lower it", timeLimitChange)(live),
  key("TimeMin", "shortest time limit that would do", leastTimeLimit)(),
  refused("UserID", "a job stays its submitter's"),
  refused("WCKey", "no accounting by key"),
  key("WorkDir", "where the job runs", workingDirectory)(),
];

/** The key meant by a word, which may be cut short to 3 characters, in any case. */
export function findUpdateKey(word: string): UpdateKey | undefined {
  const lower = word.toLowerCase();
  const matches = (whole: boolean) =>
    updateKeys.filter(({ names }) =>
      names.some((each) => (whole ? each.toLowerCase() === lower : each.toLowerCase().startsWith(lower))),
    );
  const [exact] = matches(true);
  const close = lower.length < 3 ? [] : matches(false);
  return exact ?? (close.length === 1 ? close[0] : undefined);
}
