/** Owns qselect: which queues would do. */

import { readQueueAsks, usageOf } from "../../dialects/sge/host-options.ts";
import { clusterAt } from "../../dialects/sge/listing.ts";
import { selects, unknownRequest } from "../../dialects/sge/offers.ts";
import { matchesQueue } from "../../dialects/sge/patterns.ts";
import { anyEnvironment, asKept } from "../../dialects/sge/queue-blocks.ts";
import { queueInstances } from "../../dialects/sge/queue-instances.ts";
import type { Command } from "../../language/command.ts";
import { UsageError } from "../../model/errors.ts";

export const qselect: Command = {
  dialect: "sge",
  name: "qselect",
  wordError: (message) => `${message}\n`,
  async run({ args, verbs, clock, machineUse }) {
    const asks = readQueueAsks(args);
    if (asks.help) return { out: usageOf("qselect") };
    const cluster = verbs.inSight(null);
    const requests = asks.requests ?? [];
    // It says nothing of a resource that nobody knows.
    if (unknownRequest(requests, cluster) !== null) return { code: 1 };
    if (asks.environments && !anyEnvironment(asks.environments, cluster))
      return { err: "error: no such parallel environment\n", code: 1 };
    const strange = [...(asks.states ?? "")].find((letter) => !"aAcdsuCDES".includes(letter));
    if (strange !== undefined) {
      const text = `unknown queue state: ${strange} found in string: ${asks.states}`;
      throw new UsageError(`error: ${text}\n${text}`, 1);
    }
    const world = { cluster, use: machineUse(), listed: [], now: clock.now() };
    const found = asKept(queueInstances(world), cluster)
      .map((queue) => ({ ...queue, at: clusterAt(cluster, queue) }))
      .filter(({ name, at }) => !asks.queues || asks.queues.some((queue) => matchesQueue(queue, name, at)))
      .filter(({ name, at }) => selects(at, name, requests))
      .filter(({ states }) => !asks.states || [...states].some((one) => asks.states?.includes(one)));
    return { out: found.map(({ name, host }) => `${name}@${host}\n`).join(""), code: found.length > 0 ? 0 : 1 };
  },
};
