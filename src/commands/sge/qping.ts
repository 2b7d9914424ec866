/** Owns qping: whether the daemon answers, in the words of the master and of the host's own daemon. */

import { isHost } from "../../dialects/sge/host-view.ts";
import { pingLine, pingReport, pingUsage, readPing } from "../../dialects/sge/pings.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";

export const qping: Command = {
  dialect: "sge",
  name: "qping",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readPing(context.args);
    if (asks.help) return { out: pingUsage() };
    const { host } = asks.endpoint;
    if (!isHost(host, context.verbs.description.host)) return { err: `could not resolve hostname ${host}\n`, code: 1 };
    return asks.every === null ? ping(context, asks) : pings(context, asks, asks.every);
  },
};

type Asks = ReturnType<typeof readPing>;

function ping({ verbs, clock, machineUse }: Context, { report, endpoint }: Asks): Reply {
  const { host, port, name, id } = endpoint;
  const failure = /^[1-9][0-9]*$/.test(port)
    ? ["qmaster", "execd"].includes(name)
      ? null
      : `at port ${port}: can't find connection`
    : "at port 0: no valid port number";
  if (failure !== null) return { err: `endpoint ${host}/${name}/${id} ${failure}\n`, code: 1 };
  const world = { now: clock.now(), host: verbs.description.host, seconds: machineUse().daemonSeconds };
  return { out: report ? pingReport(endpoint, world) : pingLine(endpoint, world) };
}

/** Again and again, until the user has seen enough. */
function pings(context: Context, asks: Asks, every: number): Reply {
  const { code: _, ...reply } = ping(context, asks);
  return { ...reply, next: () => afterPause(context, asks, every) };
}

async function afterPause(context: Context, asks: Asks, every: number): Promise<Reply> {
  let cancel = (): void => undefined;
  const over = new Promise<null>((resolve) => {
    cancel = context.clock.after(every * 1000, () => resolve(null));
  });
  const signal = await Promise.race([over, context.interrupted]);
  cancel();
  return signal === null ? pings(context, asks, every) : { code: 128 + signal };
}
