/** Owns qstat: what there is in the queue, or everything about single jobs. */

import { optionFileWords } from "../../dialects/sge/directives.ts";
import { listingLines } from "../../dialects/sge/listing-text.ts";
import { listingDocument } from "../../dialects/sge/listing-xml.ts";
import { unknownRequest } from "../../dialects/sge/offers.ts";
import { readQstat, usage } from "../../dialects/sge/qstat-options.ts";
import { anyEnvironment, anyQueue } from "../../dialects/sge/queue-blocks.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import { jobDetails } from "./qstat-details.ts";

export const qstat: Command = {
  dialect: "sge",
  name: "qstat",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readQstat(context.args, await defaults(context));
    if (asks.help) return { out: usage() };
    if (asks.jobs !== undefined) return jobDetails(context, asks.jobs, asks.xml === true);
    const { verbs, clock, user, machineUse, recollection } = context;
    const cluster = verbs.inSight(null);
    const listed = verbs.select(asks.states?.includes("z") ? { endedSince: 0 } : {});
    if (unknownRequest(asks.requests ?? [], cluster) !== null) return { code: 1 };
    if (asks.queues && !anyQueue(asks.queues, cluster)) return { code: 1 };
    if (asks.environments && !anyEnvironment(asks.environments, cluster))
      return { err: "error: no such parallel environment\n", code: 1 };
    const told = (form: string) => recollection.of(form, verbs.description);
    const world = { listed, cluster, now: clock.now(), use: machineUse(), user: user.name, told };
    return { out: asks.xml ? listingDocument(world, asks) : listingLines(world, asks) };
  },
};

// The site's options first, then the user's own.
async function defaults({ files, user, variable }: Context) {
  const root = variable("SGE_ROOT");
  const site = root ? [`${root}/${variable("SGE_CELL") || "default"}/common/sge_qstat`] : [];
  const read = await Promise.all([...site, `${user.home}/.sge_qstat`].map((path) => files.read(path)));
  return read.flatMap((one) =>
    "bytes" in one ? optionFileWords(new TextDecoder().decode(one.bytes), ".sge_qstat") : [],
  );
}
