/** Owns squeue: what waits, runs and ended a moment ago. */

import { defaultLength } from "../../dialects/slurm/arrays.ts";
import { clusterHeading, clustersAsked } from "../../dialects/slurm/clusters-asked.ts";
import { hosts } from "../../dialects/slurm/codecs.ts";
import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { type Line, type Listing, linesOf } from "../../dialects/slurm/listing.ts";
import { answerPieces, type Data } from "../../dialects/slurm/openapi.ts";
import { jobData } from "../../dialects/slurm/queue-data.ts";
import { queueText, withoutForgotten } from "../../dialects/slurm/queue-listing.ts";
import { squeueOptions } from "../../dialects/slurm/queue-options.ts";
import { filterOf, type QueueRequest, readQueueRequest } from "../../dialects/slurm/queue-request.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import type { Listed } from "../../model/verbs.ts";
import { queuedAgain } from "./queued-again.ts";
import { repeated } from "./repetition.ts";

export const squeue: Command = {
  dialect: "slurm",
  name: "squeue",
  wordError: (message) => wordLines("squeue", message),
  run: async (context) => {
    const request = readQueueRequest({ args: context.args, variable: (name) => context.variable(name) });
    if (request.flag("help")) return { out: helpText("squeue", "[OPTIONS]", squeueOptions) };
    if (request.flag("usage")) return { out: usageText("squeue", "", squeueOptions) };
    if (request.flag("version")) return { out: versionText };
    if (request.stray !== null)
      return {
        err: wordLines("squeue", `Unrecognized option: ${request.stray}`),
        out: usageText("squeue", "", squeueOptions),
        code: 1,
      };
    if (request.flag("json") || request.flag("yaml")) return { out: everyJob(context, request.flag("yaml")) };
    checkNodes(context, request);
    const once = () => list(context, request);
    return request.every === 0 ? once() : repeated(context, request.every, once);
  },
};

// No filter counts for data, as in Slurm 22.05.
function everyJob(context: Context, yaml: boolean): Iterable<string> {
  const { verbs, clock } = context;
  const since = clock.now() - verbs.description.minJobAge * 1000;
  const parts = withoutForgotten(verbs.select({ endedSince: since })).toSorted(byStart);
  const lines = linesOf(parts, listingOf(context, true));
  return answerPieces({ jobs: dataOf(context, lines) }, { yaml, database: false });
}

function* dataOf(context: Context, lines: readonly Line[]): Generator<Data> {
  for (const line of lines) yield jobData({ line, derivedCode: worstStep(context, line) });
}

// Of an array what has started comes before what waits.
function byStart(a: Listed, b: Listed): number {
  return a.job.id - b.job.id || Number(a.kind === "waiting") - Number(b.kind === "waiting");
}

function worstStep({ verbs }: Context, { element, job }: Line): number {
  if (!element) return 0;
  const own = verbs
    .steps(job.id)
    .filter((step) => step.index === element.index && step.restarts === element.restarts)
    .map(({ code }) => code ?? 0);
  return Math.max(0, ...own);
}

function listingOf({ verbs, clock, variable }: Context, convert: boolean): Listing {
  let starts: ReturnType<typeof verbs.expectedStarts> | null = null;
  return {
    ...{ cluster: verbs.description, now: clock.now(), convert },
    bitLength: Number(variable("SLURM_BITSTR_LEN") ?? defaultLength),
    expected(id) {
      starts ??= verbs.expectedStarts();
      return starts.get(id) ?? null;
    },
    isArray: (id) => (verbs.job(id)?.indices ?? null) !== null,
  };
}

function list(context: Context, request: QueueRequest): Reply {
  const { names, complaints } = clustersAsked(request.list("clusters"), context.verbs.description);
  const replies = names?.map((name) => listOf(context, request, [name])) ?? [listOf(context, request, null)];
  return {
    out: headed(replies, request.flag("noHeader") ? [] : (names ?? [])),
    err: request.complaint + complaints.map((line) => wordLines("squeue", line)).join("") + (replies[0]?.err ?? ""),
  };
}

/** One after the other, as it is read. */
function* headed(sections: readonly Section[], names: readonly string[]): Generator<string> {
  for (const [at, { out }] of sections.entries()) {
    const name = names[at];
    if (name !== undefined) yield clusterHeading(name, at);
    yield* out;
  }
}

interface Section {
  readonly out: Iterable<string>;
  readonly err: string;
}

function listOf(context: Context, request: QueueRequest, clusters: readonly string[] | null): Section {
  const users = usersOf(context, request);
  const parts = users.known?.length === 0 ? [] : select(context, request, { users: users.known, clusters });
  const steps = (job: number) => context.verbs.steps(job);
  const told = (form: string) => context.recollection.of(form, context.verbs.description);
  const { out, err } = queueText(request, parts, { ...listingOf(context, !request.flag("noConvert")), steps, told });
  return { out, err: users.err + err };
}

interface Narrowed {
  readonly users: readonly string[] | null;
  readonly clusters: readonly string[] | null;
}

// One id alone that nobody knows is an error; in a list it is left out.
function select(context: Context, request: QueueRequest, { users, clusters }: Narrowed): readonly Listed[] {
  const { verbs, clock } = context;
  const since = clock.now() - verbs.description.minJobAge * 1000;
  const [id, another] = request.ids ?? [];
  const known =
    id === undefined ||
    another !== undefined ||
    verbs.select({ ids: [{ id: id.id, indices: null }], endedSince: since }).length > 0;
  if (!known) throw new UsageError("slurm_load_jobs error: Invalid job id specified", 1);
  const filter = filterOf(request, users, since);
  return queuedAgain(verbs, verbs.select(clusters === null ? filter : { ...filter, clusters }));
}

function usersOf(
  context: Context,
  request: QueueRequest,
): { readonly known: readonly string[] | null; readonly err: string } {
  if (request.flag("me")) return { known: [context.user.name], err: "" };
  const found = request.list("users")?.map((name) => ({ name, user: context.userNamed(name) }));
  if (!found) return { known: null, err: "" };
  const bad = found.filter(({ user }) => user === null);
  return {
    known: found.flatMap(({ user }) => (user ? [user.name] : [])),
    err: bad.map(({ name }) => wordLines("squeue", `Invalid user: ${name}\n`)).join(""),
  };
}

function checkNodes(context: Context, request: QueueRequest): void {
  const { nodes, host } = context.verbs.description;
  const asked = request.text("nodes");
  const known = [host, ...nodes.map(({ name }) => name)];
  const unknown = asked === null ? undefined : hosts.read(asked).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`Invalid node name ${unknown}`, 1);
}
