/** Owns how `headnode run` submits: by the family's own command, with only the share of the elements that is wanted. */

import { type Command, runCommand } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import { RefusedError } from "../model/errors.ts";
import { countIndices, eachIndex, type Indices } from "../model/indices.ts";
import type { DialectName, Job, Submission } from "../model/job.ts";
import type { RunScript } from "../model/run.ts";
import { qsub } from "./sge/qsub.ts";
import { sbatch } from "./slurm/sbatch.ts";

/** Which elements are wanted: those whose place among all of the run falls to this part. */
export interface Share {
  readonly part: number;
  readonly of: number;
  /** Elements of the run before this script. */
  readonly position: number;
}

/** What became of a script. `count` is the number of its elements, wanted or not. */
export type Submitted =
  | { readonly kind: "job"; readonly job: Job; readonly count: number }
  | { readonly kind: "nothing"; readonly text: string; readonly count: number }
  | { readonly kind: "refused"; readonly err: string; readonly code: number; readonly count: number };

const submitters: Readonly<Record<DialectName, Command | null>> = { slurm: sbatch, sge: qsub, pbs: null };

/** Submits a script as its family's command would, and does not wait for it even if its directives say so. */
export async function submitScript(context: Context, script: RunScript, share: Share): Promise<Submitted> {
  const command = submitters[script.dialect];
  if (!command)
    return { kind: "refused", err: `headnode: ${script.path}: PBS jobs are not run yet\n`, code: 1, count: 0 };
  const result: { job: Job | null; count: number } = { job: null, count: 0 };
  const args = [script.path, ...script.args];
  let inner: Context = context;
  const submitted = new Promise<null>((resolve) => {
    const submit = async (submission: Submission): Promise<Job> => {
      result.count = submission.indices === null ? 1 : countIndices(submission.indices);
      const wanted = shareOf(submission, share);
      if (!wanted) throw new RefusedError("");
      result.job = await context.verbs.submit(wanted);
      resolve(null);
      return result.job;
    };
    inner = instead(context, { args, verbs: instead(context.verbs, { submit }) });
  });
  const said = await Promise.race([submitted, spoken(command, inner)]);
  const { job, count } = result;
  if (job) return { kind: "job", job, count };
  if (count > 0) return { kind: "nothing", text: "no element falls to this shard", count };
  return said && said.code !== 0
    ? { kind: "refused", err: said.err, code: said.code, count }
    : { kind: "nothing", text: said?.out.trim() || "nothing was submitted", count };
}

/** The same submission once more, for these elements only. */
export function resubmitted(job: Job, indices: Indices | null): Submission {
  const { id: _, submittedAt: __, ...submission } = job;
  return { ...submission, indices, dependency: null, beginAt: 0, holds: [] };
}

/** The same with some parts of its own. It is the prototype: some of its properties act when they are looked at. */
function instead<T extends object>(of: T, own: Partial<T>): T {
  return Object.create(of, Object.getOwnPropertyDescriptors(own));
}

/** The submission of every `of`th element, beginning so that all parts together are the whole; null if none is left. */
function shareOf(submission: Submission, { part, of, position }: Share): Submission | null {
  if (of === 1) return submission;
  const isMine = (at: number) => (position + at) % of === part - 1;
  if (submission.indices === null) return isMine(0) ? submission : null;
  const mine = [...eachIndex(submission.indices)].filter((_, at) => isMine(at));
  return mine.length === 0 ? null : { ...submission, indices: mine.map((index) => [index, index] as const) };
}

/** What the command says and how it ends, run to its end. */
async function spoken(command: Command, context: Context): Promise<{ out: string; err: string; code: number }> {
  const said = { out: "", err: "", code: 0 };
  for await (const piece of runCommand(command, context)) {
    if (piece.kind === "exit") said.code = piece.code;
    else said[piece.kind] += piece.text;
  }
  return said;
}
