/** Owns `scontrol show`: records of jobs, steps, nodes, partitions and settings, and host lists. */

import { defaultLength } from "../../dialects/slurm/arrays.ts";
import { nodeRecord, partitionRecord, type ShownStep, stepRecord } from "../../dialects/slurm/cluster-details.ts";
import { controlEntities, findKeyword } from "../../dialects/slurm/control-keywords.ts";
import { expandHosts, foldHosts, sortHosts } from "../../dialects/slurm/hostlists.ts";
import { jobRecord } from "../../dialects/slurm/job-details.ts";
import { readJobId } from "../../dialects/slurm/job-ids.ts";
import { type Line, lineId, linesOf } from "../../dialects/slurm/listing.ts";
import { nodeUses } from "../../dialects/slurm/node-use.ts";
import { partitionsOf } from "../../dialects/slurm/partitions.ts";
import { withoutForgotten } from "../../dialects/slurm/queue-listing.ts";
import { configText } from "../../dialects/slurm/settings.ts";
import { plainAccount } from "../../dialects/slurm/submission.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Step } from "../../model/step.ts";
import { suspensionOf } from "../../model/suspension.ts";
import type { Listed } from "../../model/verbs.ts";
import { associations } from "./associations.ts";
import { partsOf } from "./job-targets.ts";
import { queuedAgain } from "./queued-again.ts";

/** What a `show` is made of: how records are printed, and which is asked for; null is all of them. */
export interface Showing {
  readonly context: Context;
  readonly id: string | null;
  readonly oneLine: boolean;
  readonly detailed: boolean;
  /** The clusters that are meant; null: nobody said. */
  readonly clusters: readonly string[] | null;
}

/** Shows what the words say: `job 5`, `job=5`, `nodes`. */
export function show(showing: Omit<Showing, "id">, words: readonly string[]): Reply {
  const [, word = "", glued] = /^([^=]*)(?:=(.*))?$/s.exec(words[0] ?? "") ?? [];
  if (glued !== undefined && words.length > 1) return { err: "too many arguments for keyword:show\n", code: 1 };
  const row = findKeyword(controlEntities, word);
  if (!row) return { err: `invalid entity:${word} for keyword:show \n`, code: 1 };
  if (row.standing.kind === "refused")
    return { err: `show ${row.word} is not done here: ${row.standing.why}\n`, code: 1 };
  return shown[row.word]?.({ ...showing, id: glued ?? words[1] ?? null }) ?? {};
}

const always =
  (out: string): ((showing: Showing) => Reply) =>
  () => ({ out });

/** By the word of its row. */
export const shown: Readonly<Record<string, (showing: Showing) => Reply>> = {
  aliases: ({ context, id }) => {
    const { host, nodes } = context.verbs.description;
    const known = id === null || id === host;
    return known ? { out: `${nodes.map(({ name }) => name).join(" ")}\n` } : {};
  },
  assoc_mgr: ({ context }) => ({ out: managerText(context) }),
  bbstat: always(""),
  burstbuffer: always(""),
  config: ({ context }) => ({ out: configText({ cluster: context.verbs.description, now: context.clock.now() }) }),
  daemons: always("slurmctld slurmd\n"),
  dwstat: always(""),
  federation: always(""),
  frontend: always("No nodes in the system\n"),
  hostlist: (showing) => hostLists(showing, (names) => `${foldHosts(names)}\n`),
  hostlistsorted: (showing) => hostLists(showing, (names) => `${foldHosts(sortHosts(names))}\n`),
  hostnames: (showing) => hostLists(showing, (names) => names.map((name) => `${name}\n`).join("")),
  jobid: (showing) => jobs(showing),
  jobs: (showing) => jobs(showing),
  licenses: always("No licenses configured in Slurm.\n"),
  nodes: (showing) => nodes(showing),
  partitions: (showing) => partitions(showing),
  reservations: always("No reservations in the system\n"),
  steps: (showing) => steps(showing),
  topology: () => ({ err: "scontrol: error: No topology information available\n" }),
};

/** The users that the accounting knows, as the manager of associations lists them. */
function managerText(context: Context): string {
  const users = new Set(associations(context).flatMap(({ user }) => user ?? []));
  const lines = [...users].sort().map((name) => {
    const uid = context.userNamed(name)?.uid ?? 0;
    const level = uid === 0 ? "Administrator" : "None";
    return `UserName=${name}(${uid}) DefAccount=${plainAccount} DefWckey= AdminLevel=${level}\n`;
  });
  return `Current Association Manager state\n\nUser Records\n\n${lines.join("")}`;
}

// Only `hostnames` falls back on a variable, and only on the old one.
function hostLists({ context, id }: Showing, write: (names: readonly string[]) => string): Reply {
  const text = id ?? context.variable("SLURM_NODELIST");
  if (text === undefined) return { err: "scontrol: error: host list is empty\n" };
  const names = expandHosts(text);
  return names === null ? { err: `Invalid hostlist: ${text}\n` } : { out: write(names) };
}

function jobs(showing: Showing): Reply {
  const { context, id } = showing;
  const all = id === null || id === "" || id === "0";
  const wanted = all ? null : readJobId(id);
  if (!all && (wanted === null || /\[/.test(id)))
    return { err: "scontrol_print_job error: Invalid job id specified\n", code: 1 };
  const { verbs, clock } = context;
  const since = clock.now() - verbs.description.minJobAge * 1000;
  const found = wanted ? partsOf(context, wanted) : verbs.select({ endedSince: since });
  const parts = queuedAgain(verbs, withoutForgotten(found));
  if (wanted && parts.length === 0) return missing(context, wanted.id, id ?? "");
  if (parts.length === 0) return { out: "No jobs in the system\n" };
  const single = wanted?.indices?.[0]?.[0] ?? null;
  return { out: inOrder(parts).map((part) => record(showing, part, single)) };
}

// An index that an array lacks is told differently from a job that there is not.
function missing(context: Context, job: number, text: string): Reply {
  if (text.includes("_") && partsOf(context, { id: job, indices: null }).length > 0)
    return { out: `Job ${text} not found\n`, code: 1 };
  return { err: "slurm_load_jobs error: Invalid job id specified\n", code: 1 };
}

// Of an array what waits comes first, then the latest element.
function inOrder(parts: readonly Listed[]): readonly Listed[] {
  const index = (part: Listed) => (part.kind === "element" ? (part.element.index ?? 0) : Number.POSITIVE_INFINITY);
  return [...parts].sort((a, b) => a.job.id - b.job.id || (index(a) === index(b) ? 0 : index(b) - index(a)));
}

function record({ context, oneLine, detailed }: Showing, part: Listed, single: number | null): string {
  const now = context.clock.now();
  const [line] = linesOf([part], {
    ...{ cluster: context.verbs.description, now, convert: true },
    bitLength: Number(context.variable("SLURM_BITSTR_LEN") ?? defaultLength),
    expected: (id) => context.verbs.expectedStarts().get(id) ?? null,
    isArray: (id) => (context.verbs.job(id)?.indices ?? null) !== null,
  });
  const { job } = part;
  const suspension = part.kind === "element" ? suspensionOf(context.verbs.history(job.id), part.element, now) : null;
  const derivedCode = Math.max(0, ...stepsOf(context, part).map(({ code }) => code ?? 0));
  return jobRecord({ line: { ...(line as Line), single }, suspension, derivedCode, detailed }, oneLine);
}

function nodes({ context, id, oneLine, clusters }: Showing): Reply {
  const { verbs, clock } = context;
  // Whoever says a node's name need not say where it is.
  const cluster = id === null ? verbs.inSight(clusters) : verbs.description;
  const wanted = id === null ? null : (expandHosts(id) ?? [id]);
  const unknown = wanted?.find((name) => !cluster.nodes.some((node) => node.name === name));
  if (unknown !== undefined) return { out: `Node ${unknown} not found\n`, code: 1 };
  const listed = verbs.select({ endedSince: clock.now() - cluster.minJobAge * 1000 });
  const uses = nodeUses(cluster, listed, clock.now()).filter(({ node }) => wanted?.includes(node.name) ?? true);
  const world = { cluster, machine: context.machineUse(), now: clock.now() };
  return { out: uses.map((use) => nodeRecord({ ...use, ...world }, oneLine)) };
}

function partitions({ context, id, oneLine, clusters }: Showing): Reply {
  const cluster = context.verbs.inSight(clusters);
  const wanted = partitionsOf(cluster).filter(({ name }) => id === null || name === id);
  if (wanted.length === 0) return { out: `Partition ${id} not found\n`, code: 1 };
  return { out: wanted.map((queue) => partitionRecord(queue, cluster, oneLine)) };
}

function steps({ context, id, oneLine }: Showing): Reply {
  const [, job = "", step] = /^([0-9_]+)(?:\.(.*))?$/.exec(id ?? "") ?? [];
  const wanted = readJobId(job);
  const found = id === null ? context.verbs.select({}) : wanted ? partsOf(context, wanted) : [];
  if (id !== null && found.length === 0)
    return { err: "slurm_get_job_steps error: Invalid job id specified\n", code: 1 };
  const running = found.flatMap((part) => shownSteps(context, part));
  const asked =
    step === undefined ? running : running.filter((each) => each.id.endsWith(`.${step}`) && step !== "batch");
  if (step !== undefined && asked.length === 0)
    return { out: `Job step ${job}.${Number.parseInt(step, 10) || 0} not found\n`, code: 1 };
  if (asked.length === 0) return { out: "No job steps in the system\n" };
  return { out: asked.map((each) => stepRecord(each, oneLine)) };
}

// The script of a running job is a step of its own, which owns no processors.
function shownSteps(context: Context, listed: Listed): readonly ShownStep[] {
  const { clock, verbs, variable } = context;
  if (listed.kind !== "element" || listed.element.state === "ended") return [];
  const shared = { cluster: verbs.description, now: clock.now(), convert: true, isArray: () => false };
  const [line] = linesOf([listed], { ...shared, bitLength: Number(variable("SLURM_BITSTR_LEN") ?? defaultLength) });
  const id = lineId(line as Line);
  const { startedAt } = listed.element;
  const batch: ShownStep = { id: `${id}.batch`, name: "batch", tasks: 1, cpus: 0, startedAt, wallTime: null, listed };
  const running = stepsOf(context, listed).filter(({ endedAt }) => endedAt === null);
  const own = running.map((step) => ({ ...step, id: `${id}.${step.step}`, tasks: step.ranks, listed }));
  return listed.job.attended ? own : [batch, ...own];
}

/** What srun ran in this run of an element. */
function stepsOf({ verbs }: Context, listed: Listed): readonly Step[] {
  if (listed.kind !== "element") return [];
  const { index, restarts } = listed.element;
  return verbs.steps(listed.job.id).filter((step) => step.index === index && step.restarts === restarts);
}
