/** Owns sbcast: a file is copied to the nodes of a job, which is this machine. */

import { helpText, versionText } from "../../dialects/slurm/help.ts";
import { readFlagsAndValues } from "../../dialects/slurm/sbatch-rows.ts";
import { sbcastOptions } from "../../dialects/slurm/sbcast-options.ts";
import { errorNumber, errorText } from "../../dialects/slurm/step-wording.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import { optionProblem, tryHelp, valueWording, wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { commandLine, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { RefusedError } from "../../model/errors.ts";

const usage = "Usage: sbcast [--exclude] [-CfFjpvV] [--send-libs] SOURCE DEST\n";
const codes = { usage: 1, error: 1 };
/** Exit code where sbcast itself cannot go on. */
const failed = 255;

export const sbcast: Command = {
  dialect: "slurm",
  name: "sbcast",
  wordError: (message) => wordLines("sbcast", message),
  run: async (context) => {
    const { said, operands, problem } = readWords(sbcastOptions, commandLine(context.args));
    const variables = readFlagsAndValues(sbcastOptions, (name) => context.variable(name));
    const { asks } = settle([...variables, ...said], valueWording(codes));
    if (asks.help) return { out: helpText("sbcast", "[OPTIONS] SOURCE DEST", sbcastOptions) };
    if (asks.usage) return { out: usage };
    if (asks.version) return { out: versionText };
    if (problem) throw optionProblem(problem, sbcastOptions, { after: tryHelp("sbcast"), code: codes.usage });
    const [source = "", destination = ""] = operands.map(({ text }) => text);
    if (operands.length !== 2)
      return { err: `Need two file names, have ${operands.length} names\n${tryHelp("sbcast")}\n`, code: codes.error };
    const node = nodeOf(context, typeof asks.jobId === "string" ? asks.jobId : null);
    return copy(context, { source, destination, node, force: asks.force === true, times: asks.preserve === true });
  },
};

/** The node of the job that is meant. */
function nodeOf(context: Context, said: string | null): string {
  const id = said ?? context.variable("SLURM_JOB_ID") ?? context.variable("SLURM_JOBID");
  const need = "Need a job id to run this command.  Run from within a Slurm job or use the --jobid option.";
  if (id === undefined) throw new RefusedError(need, codes.error);
  const found = context.verbs.allocation(Number.parseInt(id, 10));
  if (!found) throw new RefusedError(`Slurm job ${id} lookup error: Invalid job id specified`, failed);
  return found.element.node;
}

interface Copying {
  readonly source: string;
  readonly destination: string;
  readonly node: string;
  readonly force: boolean;
  readonly times: boolean;
}

async function copy({ files, cwd }: Context, { source, destination, node, force, times }: Copying): Promise<Reply> {
  const kind = files.kind(absolute(cwd, source));
  if (kind === "missing") throw new RefusedError(`Can't open \`${source}\`: No such file or directory`, failed);
  if (kind !== "file") throw new RefusedError(`Can't mmap file \`${source}\`, No such device.`, failed);
  const target = absolute(cwd, destination);
  const there = files.kind(target);
  const errno =
    there === "directory"
      ? "EISDIR"
      : there !== "missing" && !force
        ? "EEXIST"
        : await files.copy(absolute(cwd, source), target, times);
  if (errno === null) return {};
  return {
    err: wordLines("sbcast", `REQUEST_FILE_BCAST(${node}): ${errorText(errno)}`),
    code: errorNumber(errno),
  };
}
