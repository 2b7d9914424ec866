/** Owns qhost: what hosts there are, their queues and the jobs that run there. */

import { hostDocument } from "../../dialects/sge/host-document.ts";
import { hostLines } from "../../dialects/sge/host-listing.ts";
import { readHostAsks, usageOf } from "../../dialects/sge/host-options.ts";
import { isHost } from "../../dialects/sge/host-view.ts";
import { offers, unknownRequest } from "../../dialects/sge/offers.ts";
import { queuesShown } from "../../dialects/sge/queue-blocks.ts";
import type { Command } from "../../language/command.ts";
import { UsageError } from "../../model/errors.ts";

export const qhost: Command = {
  dialect: "sge",
  name: "qhost",
  wordError: (message) => `${message}\n`,
  async run({ args, verbs, clock, machineUse }) {
    const asks = readHostAsks(args);
    if (asks.help) return { out: usageOf("qhost") };
    const cluster = verbs.description;
    const stranger = asks.hosts?.find((host) => !cluster.nodes.some(({ name }) => isHost(host, name)));
    if (stranger !== undefined)
      throw new UsageError(`${usageOf("qhost")}error: can't resolve hostname "${stranger}"`, 1);
    const requests = asks.requests ?? [];
    const unknown = unknownRequest(requests, cluster);
    if (unknown !== null) return { err: `error: ${unknown}\n`, code: 1 };
    const listed = verbs.select({});
    if (!queuesShown(cluster, listed).some(({ name }) => offers(cluster, name, requests))) return {};
    const world = { listed, cluster, now: clock.now(), use: machineUse() };
    return { out: asks.xml ? hostDocument(world, asks) : hostLines(world, asks) };
  },
};
