/** Owns qping: whether the daemon answers, in the words of the master and of the host's own daemon. */

import { isHost } from "../../dialects/sge/host-view.ts";
import { pingLine, pingReport, pingUsage, readPing } from "../../dialects/sge/pings.ts";
import type { Command } from "../../language/command.ts";

export const qping: Command = {
  dialect: "sge",
  name: "qping",
  wordError: (message) => `${message}\n`,
  async run({ args, verbs, clock, machineUse }) {
    const asks = readPing(args);
    if (asks.help) return { out: pingUsage() };
    const { host, name } = asks.endpoint;
    if (!isHost(host, verbs.description.host)) return { err: `could not resolve hostname ${host}\n`, code: 1 };
    const world = { now: clock.now(), host: verbs.description.host, seconds: machineUse().daemonSeconds };
    if (name !== "qmaster" && name !== "execd")
      return {
        err: `endpoint ${host}/${name}/${asks.endpoint.id} at port ${asks.endpoint.port}: can't find connection\n`,
        code: 1,
      };
    return { out: asks.report ? pingReport(asks.endpoint, world) : pingLine(asks.endpoint, world) };
  },
};
