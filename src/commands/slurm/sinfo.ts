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
    if (request.flag("json") || request.flag("yaml")) return { out: everyNode(context, request.flag("yaml")) };
    const once = () => list(context, request);
    return request.every === 0 ? once() : repeated(context, request.every, once);
  },
};

function everyNode({ verbs, clock, machineUse }: Context, yaml: boolean): string {
  const cluster = verbs.description;
  const world = { cluster, machine: machineUse(), now: clock.now() };
  const listed = verbs.select({ endedSince: world.now - cluster.minJobAge * 1000 });
  const nodes = nodeUses(cluster, listed, world.now).map((use) => nodeData({ use, ...world }));
  return answerText({ nodes }, { yaml, database: false });
}

function list(context: Context, request: SinfoRequest): Reply {
  const { verbs, clock } = context;
  const cluster = verbs.description;
  const now = clock.now();
  const running = verbs.select({ states: ["starting", "running", "suspended", "ending"] });
  const { out, err } = sinfoText(request, {
    cluster,
    uses: nodeUses(cluster, running, now),
    now,
    machine: context.machineUse(),
  });
  const { names, complaints } = clustersAsked(request.text("clusters")?.split(",") ?? null, cluster);
  const [foreign, own] = [true, false].map((isTarget) =>
    (names ?? []).filter((name) => (cluster.targets ?? []).includes(name) === isTarget),
  );
  const heading = own?.[0] === undefined || request.flag("noHeader") ? "" : clusterHeading(own[0], 0);
  const lines = [
    ...complaints,
    ...(foreign ?? []).map((name) => `${name} is a target, whose nodes are not known here`),
  ];
  const isHere = names === null || own?.length !== 0;
  return {
    out: isHere ? `${heading}${out}` : "",
    err: lines.map((line) => wordLines("sinfo", line)).join("") + err,
    code: isHere ? 0 : 1,
  };
}
