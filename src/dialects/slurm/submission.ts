/** Owns how a submission that was read becomes what the store keeps. */

import type { Context } from "../../language/context.ts";
import type { Settled } from "../../language/settle.ts";
import { undefinedNote } from "../../language/undefined-names.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import { type Submission, usualPriority } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import { submittedEnvironment } from "./export.ts";
import { geometryOf, needOf, queueOf } from "./geometry.ts";
import { isOperator, plainQueue } from "./partitions.ts";
import { parseJob } from "./reading.ts";
import { indicesAsked, type Refusal, refusalOf, shortfalls, trialRefusalOf } from "./refusals.ts";
import { absolute } from "./streams.ts";
import { nameKinds } from "./undefined-names.ts";

/** The script of a submission. */
export interface BatchScript {
  readonly bytes: Uint8Array;
  /** The path and the arguments; empty for a script from stdin or --wrap. */
  readonly command: readonly string[];
  /** The job's name if none is asked for. */
  readonly name: string;
}

/** What a submission is made of. */
export interface Parts {
  readonly settled: Settled;
  readonly script: BatchScript;
  /** The command that submits: `sbatch`, `salloc`, `srun`. */
  readonly program: string;
  /** Entries of --export-file. */
  readonly exportFile: readonly string[] | null;
  /** Hosts of --nodefile. */
  readonly nodeFile: readonly string[] | null;
}

/** Names for what nobody described and nobody asked for; users share the one account. */
export const plainAccount = "default";

/** The submission, or why the controller would not have it. */
export function submissionOf(
  context: Context,
  parts: Parts,
): { readonly submission: Submission; readonly refusal: Refusal | null } {
  const { settled, script } = parts;
  const { verbs } = context;
  const said = withDefaults(settled.spec, verbs.description.defaults?.slurm ?? [], context.clock.now());
  const spec: JobSpec = parts.nodeFile ? { ...said, nodeList: parts.nodeFile } : said;
  const queue = queueOf(spec, verbs.description)?.name ?? spec.queues?.[0] ?? plainQueue;
  const cluster = verbs.describedFor({ clusters: spec.clusters, queue });
  const geometry = geometryOf(spec, cluster);
  const asked = { spec, geometry, cluster, uid: context.user.uid, user: context.user.name };
  const directory = context.files.resolve(context.cwd);
  const submission: Submission = {
    ...{ dialect: "slurm", spec, need: needOf(geometry), user: context.user, submitHost: cluster.host },
    submitDirectory: directory,
    workingDirectory: spec.workingDirectory === null ? directory : absolute(directory, spec.workingDirectory),
    umask: umaskOf(context),
    limits: limitsOf(context.limits, settled.asks.propagate),
    name: spec.name ?? script.name,
    queue,
    account: spec.account ?? accountOf(context.user.name, cluster),
    script: script.bytes,
    command: script.command,
    ...(context.session === 0 ? {} : { session: context.session }),
    submitLine: [parts.program, ...context.args].join(" "),
    environment: submittedEnvironment(context, { settled, file: parts.exportFile }),
    indices: indicesAsked(spec),
    throttle: spec.arrayThrottle ?? 0,
    priority: spec.priority ?? usualPriority - (spec.nice ?? 0),
    holds: spec.held || spec.priority === 0 ? ["user"] : [],
    dependency: spec.dependency,
    beginAt: (spec.beginTime ?? 0) * 1000,
    elementIds: true,
    notes: [...ignoredNotes(settled), ...undefinedNote(nameKinds, spec, cluster), ...shortfalls(asked)],
  };
  const refused = settled.asks.testOnly ? trialRefusalOf : refusalOf;
  const now = context.clock.now();
  const refusal = notedRefusal(settled) ?? ofItself(spec, verbs.nextId) ?? refused(asked) ?? tooLate(spec, now);
  return { submission, refusal: refusal ?? mayNotReboot(settled, context) };
}

function tooLate({ deadline }: JobSpec, now: number): Refusal | null {
  const reason = "Requested time limit is invalid (missing or exceeds some limit)";
  return deadline !== null && deadline < Math.floor(now / 1000) ? { reason, before: [], spendsId: true } : null;
}

function mayNotReboot({ asks }: Settled, { user, verbs }: Context): Refusal | null {
  if (asks.reboot !== true || isOperator(user.uid, verbs.description)) return null;
  const before = ["rebooting of nodes is only allowed for admins"];
  return { reason: "Access/permission denied", before, spendsId: true };
}

/** The first described account that has the user. */
function accountOf(user: string, { accounts }: ClusterDescription): string {
  return accounts?.find(({ users }) => users.includes(user))?.name ?? plainAccount;
}

// Only a number that the job itself would get is refused; any other that nobody has counts as met.
function ofItself({ dependency }: JobSpec, nextId: () => number): Refusal | null {
  if (dependency === null) return null;
  const id = nextId();
  const itself = dependency.conditions.some((condition) => condition.kind !== "singleton" && condition.job === id);
  return itself ? { reason: "Job dependency problem", before: [], spendsId: true } : null;
}

/** What the config says for every job, where the job says nothing. Throws UsageError for options nobody knows. */
function withDefaults(spec: JobSpec, words: readonly string[], now: number): JobSpec {
  if (words.length === 0) return spec;
  const { settled } = parseJob({ args: words, variable: () => undefined, script: "", file: "config.toml", now });
  const defaults = Object.entries(settled.spec).filter(([, value]) => value !== null);
  const said = Object.entries(spec).filter(([, value]) => value !== null);
  return { ...spec, ...Object.fromEntries([...defaults, ...said]) };
}

function notedRefusal({ asks }: Settled): Refusal | null {
  const noted = asks.refusal;
  if (typeof noted !== "object" || noted === null || !("reason" in noted)) return null;
  return { reason: String(noted.reason), before: [], spendsId: true };
}

// SLURM_UMASK is what an outer job may have set for its children.
function umaskOf(context: Context): number {
  const asked = Number.parseInt(context.variable("SLURM_UMASK") ?? "", 8);
  return Number.isNaN(asked) ? context.umask : asked;
}

// --propagate names the soft limits that travel; all of them if it is not given.
function limitsOf(limits: string, propagate: unknown): string {
  const names = typeof propagate === "string" ? propagate.toLowerCase().split(",") : ["all"];
  if (names.includes("all")) return limits;
  return limits
    .split(" ")
    .filter((limit) => names.includes(limit.split("=")[0] ?? ""))
    .join(" ");
}

function ignoredNotes({ ignored }: Settled): readonly string[] {
  return ignored.map(({ row, values }) => {
    const why = row.effect.standing.kind === "ignored" ? row.effect.standing.why : "";
    return `--${row.name}${values[0] ? `=${values[0]}` : ""} is ignored: ${why}`;
  });
}
