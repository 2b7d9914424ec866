/** Owns sinfo: the nodes, what of them is taken, and the partitions they are in. */

import { clusterHeading, clustersAsked } from "../../dialects/slurm/clusters-asked.ts";
import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { nodeData } from "../../dialects/slurm/node-data.ts";
import { nodeUses } from "../../dialects/slurm/node-use.ts";
import { answerText } from "../../dialects/slurm/openapi.ts";
import { sinfoText } from "../../dialects/slurm/sinfo-listing.ts";
import { sinfoOptions } from "../../dialects/slurm/sinfo-options.ts";
import { readSinfoRequest, type SinfoRequest } from "../../dialects/slurm/sinfo-request.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { repeated } from "./repetition.ts";

export const sinfo: Command = {
  dialect: "slurm",
  name: "sinfo",
  wordError: (message) => wordLines("sinfo", message),
  run: async (context) => {
    const request = readSinfoRequest({ args: context.args, variable: (name) => context.variable(name) });
    if (request.flag("help")) return { out: helpText("sinfo", "[OPTIONS]", sinfoOptions) };
    if (request.flag("usage")) return { out: usageText("sinfo", "", sinfoOptions) };
    if (request.flag("version")) return { out: versionText };
    if (request.flag("reservation")) return { out: "No reservations in the system\n" };
    if (request.flag("json") || request.flag("yaml")) return { out: everyNode(context, request) };
    const once = () => list(context, request);
    return request.every === 0 ? once() : repeated(context, request.every, once);
  },
};

function everyNode({ verbs, clock, machineUse }: Context, request: SinfoRequest): string {
  const yaml = request.flag("yaml");
  const cluster = verbs.inSight(namesIn(request));
  const world = { cluster, machine: machineUse(), now: clock.now() };
  const listed = verbs.select({ endedSince: world.now - cluster.minJobAge * 1000 });
  const nodes = nodeUses(cluster, listed, world.now).map((use) => nodeData({ use, ...world }));
  return answerText({ nodes }, { yaml, database: false });
}

function list(context: Context, request: SinfoRequest): Reply {
  const { description } = context.verbs;
  const { names, complaints } = clustersAsked(namesIn(request), description);
  if (names === null) return listOf(context, request, null);
  const { targets = [], nodes } = description;
  const isForeign = (name: string) => targets.includes(name) && !nodes.some(({ target }) => target === name);
  const own = names.filter((name) => !isForeign(name));
  const unseen = names.filter(isForeign).map((name) => `${name} is a target, whose nodes are not known here`);
  const parts = own.map((name, at) => {
    const { out, err } = listOf(context, request, [name]);
    return { out: `${request.flag("noHeader") ? "" : clusterHeading(name, at)}${out}`, err };
  });
  const lines = [...complaints, ...unseen].map((line) => wordLines("sinfo", line));
  return {
    out: parts.map(({ out }) => out).join(""),
    err: [...lines, ...parts.map(({ err }) => err)].join(""),
    code: own.length > 0 ? 0 : 1,
  };
}

function listOf({ verbs, clock, machineUse }: Context, request: SinfoRequest, clusters: readonly string[] | null) {
  const cluster = verbs.inSight(clusters);
  const now = clock.now();
  const running = verbs.select({ states: ["starting", "running", "suspended", "ending"] });
  return sinfoText(request, { cluster, uses: nodeUses(cluster, running, now), now, machine: machineUse() });
}

function namesIn(request: SinfoRequest): readonly string[] | null {
  return request.text("clusters")?.split(",") ?? null;
}
