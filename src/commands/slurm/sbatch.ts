/** Owns sbatch: a script is read, kept and queued. */

import { definedOptions } from "../../dialects/slurm/defined-options.ts";
import { noHeterogeneousJobs } from "../../dialects/slurm/directives.ts";
import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { stamp } from "../../dialects/slurm/moments.ts";
import { sbatchOptions } from "../../dialects/slurm/options.ts";
import { exitCodes, parseJob, type ReadLine, readLine } from "../../dialects/slurm/reading.ts";
import type { Refusal } from "../../dialects/slurm/refusals.ts";
import { submissionOf } from "../../dialects/slurm/submission.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Settled } from "../../language/settle.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import type { Finish } from "../../model/verbs.ts";
import { batchScript } from "./batch-script.ts";
import { exportFile, nodeFile } from "./option-files.ts";

const operands = "[OPTIONS...] script [args...]";

export const sbatch: Command = {
  dialect: "slurm",
  name: "sbatch",
  wordError: (message) => wordLines("sbatch", message),
  run: async (context) => {
    const variable = (name: string) => context.variable(name);
    const line = readLine(context.args, variable, context.clock.now());
    const text = informs(line);
    if (text !== null) return { out: text };
    const code = exitCodes(variable).error;
    if (line.operands[0]?.text === ":") throw new UsageError(noHeterogeneousJobs, code);
    const script = await batchScript(context, line, code);
    const read = parseJob({
      ...{ args: context.args, variable, now: context.clock.now(), line },
      script: line.value("wrap") === null ? new TextDecoder().decode(script.bytes) : "",
      file: line.operands[0]?.text ?? "stdin",
    });
    const { settled } = read;
    const files = { exportFile: await exportFile(context, settled, code), nodeFile: await nodeFile(context, settled) };
    const { submission, refusal } = submissionOf(context, { program: "sbatch", settled, script, ...files });
    const warnings = read.warnings.map((warning) => wordLines("sbatch", warning)).join("");
    // A script cannot make sbatch talkative, nor quiet.
    const verbose = settled.all.some(({ row, where }) => row.name === "verbose" && where.line === null);
    const listing = verbose ? definedOptions(settled, submission.workingDirectory) : "";
    if (refusal) throw refused(context, refusal, { code, test: settled.asks.testOnly === true });
    const err = warnings + listing;
    if (settled.asks.testOnly) return { err: err + testText(context, submission) };
    return {
      err,
      next: () => submit(context, submission, { ...settled, asks: { ...settled.asks, quiet: line.has("quiet") } }),
    };
  },
};

function informs(line: ReadLine): string | null {
  const first = line.said.find(({ row }) => ["help", "usage", "version"].includes(row.name))?.row.name;
  if (first === "help") return helpText("sbatch", operands, sbatchOptions);
  if (first === "usage") return usageText("sbatch", "script [args...]", sbatchOptions);
  return first === "version" ? versionText : null;
}

function refused(
  context: Context,
  { reason, before, spendsId }: Refusal,
  how: { code: number; test: boolean },
): RefusedError {
  if (spendsId) context.verbs.spendId();
  const last = how.test ? `allocation failure: ${reason}` : `Batch job submission failed: ${reason}`;
  return new RefusedError((reason === "" ? before : [...before, last]).join("\n"), how.code);
}

// What --test-only knows: nothing here keeps a job from starting now.
function testText(context: Context, { need, queue }: Submission): string {
  const { nodes, host } = context.verbs.description;
  const node = nodes[0]?.name ?? host;
  const start = stamp(context.clock.now());
  return `sbatch: Job ${context.verbs.spendId()} to start at ${start} using ${need.cpus} processors on nodes ${node} in partition ${queue}\n`;
}

async function submit(context: Context, submission: Submission, { asks, spec }: Settled): Promise<Reply> {
  const { id } = await context.verbs.submit(submission, asks.wait ? "stays" : "goes");
  const cluster = spec.clusters?.[0];
  const plain = `Submitted batch job ${id}${cluster === undefined ? "" : ` on cluster ${cluster}`}\n`;
  const parsable = `${id}${cluster === undefined ? "" : `;${cluster}`}\n`;
  const out = asks.quiet ? "" : asks.parsable ? parsable : plain;
  return asks.wait ? { out, next: () => wait(context, id) } : { out };
}

/** Ends with the job's exit code, or leaves it alone when interrupted. */
async function wait(context: Context, id: number): Promise<Reply> {
  const finished = context.verbs.finished(id).then(exitCodeOf);
  const interrupted = context.interrupted.then((signal) => 128 + signal);
  return { code: await Promise.race([finished, interrupted]) };
}

// The highest of all elements; 1 for what was killed, cancelled or out of time.
function exitCodeOf({ ways, removed }: Finish): number {
  const codes = ways.map(({ outcome, code, signal }) => {
    if (outcome === "completed") return 0;
    return outcome === "failed" && !signal ? (code ?? 1) : 1;
  });
  return Math.max(removed ? 1 : 0, ...codes);
}
