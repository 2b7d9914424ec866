/** Owns qhost: what hosts there are, their queues and the jobs that run there. */

import { complexNamed } from "../../dialects/sge/complexes.ts";
import { hostDocument } from "../../dialects/sge/host-document.ts";
import { hostLines } from "../../dialects/sge/host-listing.ts";
import { readHostAsks, usageOf } from "../../dialects/sge/host-options.ts";
import { hostViews, isHost } from "../../dialects/sge/host-view.ts";
import { unknownRequest } from "../../dialects/sge/offers.ts";
import { isPattern } from "../../dialects/sge/patterns.ts";
import type { Command } from "../../language/command.ts";
import { UsageError } from "../../model/errors.ts";

export const qhost: Command = {
  dialect: "sge",
  name: "qhost",
  wordError: (message) => `${message}\n`,
  async run({ args, verbs, clock, machineUse }) {
    const asks = readHostAsks(args);
    if (asks.help) return { out: usageOf("qhost") };
    const cluster = verbs.inSight(null);
    const isStrange = (host: string) => !isPattern(host) && !cluster.nodes.some(({ name }) => isHost(host, name));
    const stranger = asks.hosts?.find(isStrange);
    if (stranger !== undefined)
      throw new UsageError(`${usageOf("qhost")}error: can't resolve hostname "${stranger}"`, 1);
    const requests = asks.requests ?? [];
    const unknown = unknownRequest(requests, cluster);
    if (unknown !== null) return { err: `error: ${unknown}\n`, code: 1 };
    const sought = requests.find(({ name }) => complexNamed(name)?.name === "hostname")?.value;
    if (sought !== undefined && isStrange(sought))
      return { err: `error: can't resolve hostname "${sought}"\n`, code: 1 };
    const world = { listed: verbs.select({}), cluster, now: clock.now(), use: machineUse() };
    if (asks.xml) return { out: hostDocument(world, asks) };
    // Where nothing is found there is no heading either.
    return asks.requests && hostViews(world, asks).length === 0 ? {} : { out: hostLines(world, asks) };
  },
};
