/** Owns sacct: what became of jobs, from the store's own records. */

import { type AccountingRecord, accountingId, recordsOf } from "../../dialects/slurm/accounting.ts";
import { accountingData } from "../../dialects/slurm/accounting-data.ts";
import { sacctOptions } from "../../dialects/slurm/accounting-options.ts";
import {
  type AccountingAsks,
  accountingLines,
  fieldNames,
  readRequest,
} from "../../dialects/slurm/accounting-request.ts";
import { helpText } from "../../dialects/slurm/help.ts";
import { answerText } from "../../dialects/slurm/openapi.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import type { Listed } from "../../model/verbs.ts";
import { queuedAgain } from "./queued-again.ts";

export const sacct: Command = {
  dialect: "slurm",
  name: "sacct",
  wordError: (message) => wordLines("sacct", message),
  async run(context: Context): Promise<Reply> {
    const now = context.clock.now();
    const request = readRequest({
      args: context.args,
      variable: context.variable,
      user: context.user.uid === 0 ? null : context.user.name,
      now,
    });
    const { asks } = request;
    if (asks.version) return { out: "slurm 22.05.8\n" };
    if (asks.help || asks.usage) return { out: helpText("sacct", "[OPTIONS]", sacctOptions) };
    if (asks.completion) return { err: "Slurm job completion is disabled\n", code: 1 };
    if (asks.fields) return { out: fieldNames() };
    for (const user of asks.users ?? [])
      if (!context.userNamed(user)) throw new UsageError(`Invalid user id: ${user}`, 1);
    const world = {
      ...{ cluster: context.verbs.description, now, unit: unitOf(asks) },
      live: false,
      megahertz: context.machineUse().megahertz,
      ...(request.window ? { window: request.window } : {}),
    };
    const stepsOf = remembered(context.verbs.steps);
    const records = queuedAgain(context.verbs, context.verbs.select(request.filter))
      .toSorted(byRun)
      .flatMap((listed) => recordsOf(listed, world, stepsOf(listed.job.id)))
      .filter(request.wanted);
    if (asks.json || asks.yaml) return { out: data(records, asks.yaml === true) };
    const jobs = [...new Set(records.map(({ listed }) => listed.job.id))];
    if (asks.script) return { out: jobs.map((id) => kept(id, "Batch Script for", scriptOf(context, id))).join("") };
    if (asks.variables) return { out: jobs.map((id) => kept(id, environmentTitle, variablesOf(context, id))).join("") };
    return { out: accountingLines(request, records) };
  },
};

// What waits to be run again comes after the runs it had.
function byRun(a: Listed, b: Listed): number {
  const last = ({ kind, job }: Listed) => Number(kind === "waiting" && job.indices === null);
  return a.job.id - b.job.id || last(a) - last(b);
}

/** An array is listed element by element: its steps are asked for once. */
function remembered<T>(ask: (job: number) => T): (job: number) => T {
  const known = new Map<number, T>();
  return (job) => {
    const found = known.get(job) ?? ask(job);
    known.set(job, found);
    return found;
  };
}

// Steps come after the allocation that they belong to.
function data(records: readonly AccountingRecord[], yaml: boolean): string {
  const jobs = records
    .filter(({ step }) => step === null)
    .map((record) => {
      const own = ({ listed, step }: AccountingRecord) =>
        step !== null &&
        accountingId({ ...record, step: null }, true) === accountingId({ ...record, listed, step: null }, true);
      return accountingData(record, records.filter(own));
    });
  return answerText({ jobs }, { yaml, database: true });
}

function unitOf(asks: AccountingAsks): string | null {
  if (asks.noConvert) return "none";
  return typeof asks.units === "string" ? asks.units.toUpperCase() : null;
}

const environmentTitle = "Environment used for";

/** What was kept of a job, under its title. */
function kept(job: number, title: string, text: string | null): string {
  const note = title === environmentTitle ? " (must be batch to display)" : "";
  return `${title} ${job}${note}\n${"-".repeat(80)}\n${text ?? "NONE\n"}\n`;
}

function scriptOf({ verbs }: Context, id: number): string | null {
  const script = verbs.job(id)?.script;
  return script ? new TextDecoder().decode(script) : null;
}

// Others' environments may hold what is nobody else's business.
function variablesOf({ verbs, user }: Context, id: number): string | null {
  const job = verbs.job(id);
  if (!job || job.attended || (user.uid !== 0 && user.uid !== job.user.uid)) return null;
  return job.environment.map((entry) => `${entry}\n`).join("");
}
