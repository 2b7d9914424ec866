/** Owns sattach: what it says of steps; tasks write to their srun's own terminal, which nobody else can have. */

import { helpText, versionText } from "../../dialects/slurm/help.ts";
import { sattachOptions } from "../../dialects/slurm/sattach-options.ts";
import { optionProblem, tryHelp, valueWording, wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { commandLine, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Step } from "../../model/step.ts";

const usage = "Usage: sattach [options] <jobid.stepid>\n";
const codes = { usage: 1, error: 1 };

export const sattach: Command = {
  dialect: "slurm",
  name: "sattach",
  wordError: (message) => wordLines("sattach", message),
  run: async (context) => {
    const { said, operands, problem } = readWords(sattachOptions, commandLine(context.args));
    const { asks } = settle(said, valueWording(codes));
    if (asks.help) return { out: helpText("sattach", "[options] <jobid.stepid>", sattachOptions) };
    if (asks.usage) return { out: usage };
    if (asks.version) return { out: versionText };
    if (problem) throw optionProblem(problem, sattachOptions, { after: tryHelp("sattach"), code: codes.usage });
    const [operand, ...more] = operands.map(({ text }) => text);
    if (operand === undefined || more.length > 0) return misused("too many parameters");
    const [, job, step = ""] = /^([0-9]+)\.([^.]*)/.exec(operand) ?? [];
    if (job === undefined) return misused("Failed to parse stepid from command line options");
    if (!/^([0-9]+|batch|extern|interactive)$/.test(step))
      throw new RefusedError(`fatal: Bad step specified: ${job}`, codes.error);
    return attach(context, { job: Number(job), step, layout: asks.layout === true });
  },
};

function misused(why: string): Reply {
  return { out: usage, err: wordLines("sattach", why), code: codes.error };
}

interface Wanted {
  readonly job: number;
  readonly step: string;
  readonly layout: boolean;
}

function attach({ verbs }: Context, { job, step, layout }: Wanted): Reply {
  const found = verbs.allocation(job);
  const wanted = found && verbs.steps(found.job.id).find((each) => isMeant(each, step, found.element.index));
  if (!found || !wanted) throw new RefusedError("Could not get job step info: Invalid job id specified", codes.error);
  if (layout) return { out: layoutText(wanted, found.element.node) };
  throw new RefusedError(
    `the tasks of step ${job}.${step} write to the terminal or the files of their own srun, which cannot be shared: look there, or start it with srun --output=FILE`,
    codes.error,
  );
}

function isMeant({ step, endedAt, index }: Step, wanted: string, element: number | null): boolean {
  return String(step) === wanted && endedAt === null && index === element;
}

function layoutText({ ranks }: Step, node: string): string {
  const tasks = Array.from({ length: ranks }, (_, rank) => `${rank} `).join("");
  return `Job step layout:\n\t${ranks} tasks, 1 nodes (${node})\n\n\tNode 0 (${node}), ${ranks} task(s): ${tasks}\n`;
}
