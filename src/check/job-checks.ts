/** Owns the checks of what the directives ask for as a whole: what is refused, what there is too little of, where output goes. */

import { refusalOf as sgeRefusal } from "../dialects/sge/admission.ts";
import { geometryOf as sgeGeometry } from "../dialects/sge/geometry.ts";
import { jobName } from "../dialects/sge/object-names.ts";
import { parseJob as parseSge } from "../dialects/sge/reading.ts";
import { geometryOf, largestNode, queueOf } from "../dialects/slurm/geometry.ts";
import { parseJob as parseSlurm } from "../dialects/slurm/reading.ts";
import { refusalOf as slurmRefusal } from "../dialects/slurm/refusals.ts";
import { type ClusterDescription, plainCluster, totals } from "../model/cluster.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import type { JobSpec } from "../model/spec.ts";
import type { Check, Spot } from "./finding.ts";
import { optionSpot } from "./spots.ts";
import type { Option, Subject } from "./subject.ts";
import { placeholder, unexpanded } from "./value-texts.ts";

/** A machine that forbids nothing, for scripts checked where no cluster is described. */
const anywhere = plainCluster({ host: "localhost", cpus: 1, memory: 2 ** 30, gpus: 0 });

export const jobChecks: readonly Check[] = [
  {
    id: "refused",
    severity: "error",
    what: "Every option can be read, and the job is refused all the same.",
    why: "The scheduler looks at what the options ask for together, and at what the described cluster allows.",
    remedy: "The message has the scheduler's own words.",
    *look(subject) {
      if (subject.family?.name === "pbs" || !isSound(subject)) return;
      const why = refusal(subject);
      if (why !== null) yield { ...place(subject, why), message: `refused: ${why.trim().replaceAll(/\.?\n/g, "; ")}` };
    },
  },
  {
    id: "over-limit",
    severity: "warning",
    what: "More is asked for than the described cluster has.",
    why: "Real schedulers refuse such a job or let it wait for ever; headnode gives it what there is.",
    remedy: "Ask for less, or choose a queue that has it.",
    *look(subject) {
      const { cluster } = subject.world;
      if (!cluster || !isSound(subject)) return;
      if (subject.family?.name === "slurm") yield* slurmLimits(subject, cluster, slurmSpec(subject));
      if (subject.family?.name === "sge") yield* sgeLimits(subject, cluster);
    },
  },
  {
    id: "output-directory",
    severity: "warning",
    what: "Output goes to a directory that does not exist.",
    why: "Schedulers make no directories for output: the job ends at once and nobody sees why, or its output is lost. headnode makes them.",
    remedy: "Make the directory before submitting: mkdir -p.",
    *look(subject) {
      const { options, family } = subject;
      for (const option of options) {
        const missing = ["output", "error", "o", "e"].includes(option.said.row.name)
          ? missingDirectory(subject, option)
          : null;
        if (missing === null || placeholder(option) || (family && unexpanded(option, family.name))) continue;
        yield optionSpot(option, `the directory ${missing} does not exist`);
      }
    },
  },
];

function isSound({ problems, strays, unmatched, options }: Subject): boolean {
  return problems.length + strays.length + unmatched.length === 0 && options.every(({ error }) => error === null);
}

function refusal(subject: Subject): string | null {
  try {
    return subject.family?.name === "slurm" ? slurmWhy(subject) : sgeWhy(subject);
  } catch (error) {
    if (error instanceof UsageError || error instanceof RefusedError) return null;
    throw error;
  }
}

function slurmSpec({ raw }: Subject): JobSpec {
  const source = { args: ["job.sh", "--ignore-pbs"], variable: () => undefined, file: "job.sh", now: 0 };
  return parseSlurm({ ...source, args: ["--ignore-pbs", "job.sh"], script: raw.replace(/^\uFEFF/, "") }).settled.spec;
}

function slurmWhy(subject: Subject): string | null {
  const spec = slurmSpec(subject);
  const cluster = subject.world.cluster ?? anywhere;
  const { uid, name: user } = subject.world.user;
  const found = slurmRefusal({ spec, cluster, geometry: geometryOf(spec, cluster), uid, user });
  return found && ([...found.before, found.reason].filter(Boolean).join("\n") || null);
}

function sgeJob({ raw, file }: Pick<Subject, "raw" | "file">) {
  const job = parseSge({ args: ["job.sh"], script: raw.replace(/^\uFEFF/, ""), file, now: 0 });
  return { spec: job.settled.spec, operand: job.operand };
}

function sgeWhy({ raw, file, world }: Subject): string | null {
  const { spec, operand } = sgeJob({ raw, file });
  const cluster = world.cluster ?? anywhere;
  const name = jobName(spec.name, operand);
  // What headnode never takes is another check's to say.
  return sgeRefusal({
    spec,
    name,
    user: world.user,
    cluster,
    denied: [],
    masterQueues: spec.masterQueues !== null,
  });
}

/** The option a refusal speaks of, as far as its words tell. */
const subjects: readonly (readonly [RegExp, readonly string[]])[] = [
  [/array|task id|tasks/i, ["array", "t"]],
  [/partition|queue/i, ["partition", "q"]],
  [/node count/i, ["nodes"]],
  [/nice|priority/i, ["nice", "p"]],
  [/time-min/i, ["time-min"]],
  [/memory specification/i, ["mem", "mem-per-cpu"]],
  [/gres|gpus/i, ["gpus-per-task", "gres", "gpus"]],
  [/objectname|object name/i, ["N"]],
  [/attribute|resource|consumable|slots/i, ["l"]],
  [/parallel environment|pe range/i, ["pe"]],
  [/two files/i, ["o", "e"]],
];

function place(subject: Subject, why: string): Omit<Spot, "message"> {
  const names = subjects.find(([words]) => words.test(why))?.[1] ?? [];
  const option = names.map(subject.option).find((found) => found !== undefined) ?? subject.options.at(-1);
  return option
    ? { line: option.line, column: option.column, length: option.text.length }
    : { line: 1, column: 1, length: 1 };
}

function* slurmLimits(subject: Subject, cluster: ClusterDescription, spec: JobSpec): Iterable<Spot> {
  const geometry = geometryOf(spec, cluster);
  const node = largestNode(cluster);
  const { cpus } = totals(cluster);
  const { name: queue, most } = roomiestQueue(spec, cluster);
  const said = (...names: readonly string[]) => names.map(subject.option).find((option) => option !== undefined);
  const findings: readonly (readonly [boolean, Option | undefined, string])[] = [
    [(spec.wallTime ?? 0) > most, said("time"), `queue ${queue} allows ${most / 60} minutes`],
    [
      geometry.nodes > cluster.nodes.length,
      said("nodes"),
      `the cluster has ${cluster.nodes.length} node${cluster.nodes.length === 1 ? "" : "s"}`,
    ],
    [
      geometry.cpus > cpus && (spec.cpusPerRank ?? 1) <= node.cpus,
      said("ntasks", "ntasks-per-node", "mincpus"),
      `the cluster has ${cpus} processors`,
    ],
    [(spec.cpusPerRank ?? 1) > node.cpus, said("cpus-per-task"), `no node has more than ${node.cpus} processors`],
    [
      (spec.memoryPerNode ?? 0) > node.memory,
      said("mem"),
      `no node has more than ${Math.floor(node.memory / 2 ** 20)} MB`,
    ],
    [
      geometry.gpus / geometry.nodes > node.gpus,
      said("gpus", "gpus-per-node", "gres", "gpus-per-task"),
      `no node has more than ${node.gpus} GPUs`,
    ],
  ];
  for (const [isOver, option, message] of findings) if (isOver && option) yield optionSpot(option, message);
}

/** What `qsub -w v` would say. Queues may have more slots than there are processors. */
function* sgeLimits(subject: Subject, cluster: ClusterDescription): Iterable<Spot> {
  const { spec } = sgeJob(subject);
  const slotsOn = (cpus: number) => cluster.queues.reduce((sum, { slots }) => sum + (slots ?? cpus), 0);
  const roomy = cluster.nodes.map((node) => ({ ...node, cpus: Math.max(node.cpus, slotsOn(node.cpus)) }));
  const { unsuited } = sgeGeometry(spec, spec.parallelEnvironment ? { ...cluster, nodes: roomy } : cluster).need;
  const option = subject.option(spec.parallelEnvironment && unsuited?.includes(" in PE ") ? "pe" : "l");
  if (unsuited !== undefined && option) yield optionSpot(option, `no queue would ever start it: it ${unsuited}`);
}

/** Of the queues that would do, the one that allows most time. Seconds. */
function roomiestQueue(spec: JobSpec, cluster: ClusterDescription): { readonly name: string; readonly most: number } {
  const names = spec.queues ?? [queueOf(spec, cluster)?.name];
  const queues = cluster.queues.filter(({ name }) => names.includes(name));
  const limits = queues.map(({ name, maxWallTime }) => ({ name, most: maxWallTime ?? Number.POSITIVE_INFINITY }));
  const none = { name: "", most: Number.POSITIVE_INFINITY };
  return limits.length === 0 ? none : limits.reduce((best, one) => (one.most > best.most ? one : best));
}

// What placeholders stand for is not known yet: a path with some in its directory is not looked at.
function missingDirectory(subject: Subject, { said, error }: Option): string | null {
  const { family, world } = subject;
  const [value = ""] = said.values;
  const path = family?.name === "slurm" ? value : value.replace(/^[\w.-]*:/, "");
  if (error || path === "" || path === "none" || path.startsWith("~") || path.includes("\\")) return null;
  const directory = /^\/[^/]*$/.test(path) ? "/" : path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (directory === "" || /[%$]/.test(directory)) return null;
  const bases = path.startsWith("/") ? [""] : basesOf(subject).map((base) => `${base}/`);
  const isThere = (base: string) =>
    world.isDirectory(`${base}${directory}`) || (family?.name !== "slurm" && world.isDirectory(`${base}${path}`));
  if (bases.some(isThere)) return null;
  return path.startsWith("/") ? directory : `${directory} (below ${basesOf(subject).join(" or ")})`;
}

/** Where a relative path begins. Without -cwd Grid Engine runs a job at home; -cwd may still come from the command line. */
function basesOf({ option, family, world }: Subject): readonly string[] {
  const asked = (option("chdir") ?? option("wd"))?.said.values[0];
  if (asked !== undefined) return [asked.startsWith("/") ? asked : `${world.directory}/${asked}`];
  const isAtHome = family?.name === "sge" && !option("cwd");
  return isAtHome ? [...new Set([world.user.home, world.directory])] : [world.directory];
}
