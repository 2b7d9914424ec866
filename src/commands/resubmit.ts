/** Owns `headnode resubmit`: jobs are submitted once more as they were, also those that ended long ago. */

import type { Command } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import type { Indices } from "../model/indices.ts";
import { resubmitted } from "./run-submission.ts";

/** Says which job each became. Holds, begin times and dependencies are not taken over. */
export const resubmit: Command = {
  ...{ dialect: "headnode", name: "resubmit" },
  wordError: (message) => `headnode: ${message}\n`,
  run: async (context) => {
    let out = "";
    for (const word of context.args) out += await again(context, word);
    return { out };
  },
};

async function again({ verbs, user }: Context, word: string): Promise<string> {
  const [, id, index] = /^([0-9]+)(?:[_.]([0-9]+))?$/.exec(word) ?? [];
  if (id === undefined) throw new UsageError(`${word} is no job id: say 12, or 12_3 for an element`, 2);
  const job = verbs.job(Number(id));
  if (!job) throw new RefusedError(`there is no job ${id} here`);
  if (user.uid !== 0 && user.uid !== job.user.uid) throw new RefusedError(`job ${id} is ${job.user.name}'s`);
  const indices: Indices | null = index === undefined ? job.indices : [[Number(index), Number(index)]];
  const made = await verbs.submit(resubmitted(job, indices));
  return `job ${word} was submitted again as job ${made.id}\n`;
}
