/** Owns seff: the efficiency of one job. */

import { efficiencyText } from "../../dialects/slurm/efficiency.ts";
import { readJobId } from "../../dialects/slurm/job-ids.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";

const usage = "Usage: seff [-h] [-v] JOBID [CLUSTER]\n  -h  print this\n  -v  print the version\n";

export const seff: Command = {
  dialect: "slurm",
  name: "seff",
  wordError: (message) => `${message}\n`,
  run: async (context) => {
    const options = context.args.filter((word) => word.startsWith("-"));
    const bad = options.find((word) => !/^-[dhv]$/.test(word));
    if (bad !== undefined) return { err: `Unknown option: ${bad.replace(/^-+/, "")}\n${usage}`, code: 1 };
    if (options.includes("-h")) return { out: usage };
    if (options.includes("-v")) return { out: "seff Version 2.1\n" };
    const [id] = context.args.filter((word) => !word.startsWith("-"));
    return id === undefined ? { err: usage, code: 1 } : report(context, id);
  },
};

function report({ verbs, clock }: Context, text: string): Reply {
  const wanted = readJobId(text);
  const found = wanted ? verbs.select({ ids: [{ id: wanted.id, indices: wanted.indices }], endedSince: 0 }) : [];
  // Of an array named as a whole, what bears its very id counts, as in the accounting.
  const own = found.find((listed) => listed.kind === "element" && listed.element.id === wanted?.id);
  const listed = own ?? found[0];
  if (!listed) return { out: "Job not found.\n", code: 2 };
  return { out: efficiencyText({ listed, cluster: verbs.description, now: clock.now() }) };
}
