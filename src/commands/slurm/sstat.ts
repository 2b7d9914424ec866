/** Owns sstat: what the running steps of jobs use. */

import { type AccountingRecord, recordsOf } from "../../dialects/slurm/accounting.ts";
import { readJobId } from "../../dialects/slurm/job-ids.ts";
import { sstatOptions } from "../../dialects/slurm/plain-options.ts";
import type { PlainRequest } from "../../dialects/slurm/plain-request.ts";
import { fieldList, reportCells, reportLayout, reportLines } from "../../dialects/slurm/report.ts";
import { findStepField, processFields, stepFields, usualFields } from "../../dialects/slurm/step-usage.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import { withUsageNow } from "../../verbs/usage-now.ts";
import { plainCommand } from "./plain-command.ts";

export const sstat: Command = plainCommand(
  { name: "sstat", table: sstatOptions, hint: false },
  "[OPTIONS] -j JOB[.STEP],…",
  async (context, request) => {
    if (request.flag("fields")) return { out: fieldList(stepFields) };
    const format = request.text("format") ?? (request.flag("processes") ? processFields : usualFields);
    const cells = reportCells(format, findStepField);
    const ids = [...(request.list("jobs") ?? []), ...request.operands.flatMap((word) => word.split(","))];
    if (ids.length === 0) throw new UsageError("You didn't give me any jobs to stat.", 1);
    const found = await Promise.all(ids.map((id) => stepsOf(context, request, id)));
    const records = found.flatMap((each) => each.records);
    return {
      out: reportLines(cells, records, reportLayout(request.asks)),
      err: found.map(({ err }) => err && wordLines("sstat", err)).join(""),
    };
  },
);

interface Found {
  readonly records: readonly AccountingRecord[];
  /** What there is to complain; empty if nothing. */
  readonly err: string;
}

// Without a step the first that srun ran is meant; the script counts only if it is asked for.
async function stepsOf({ verbs, clock, machineUse }: Context, request: PlainRequest, text: string): Promise<Found> {
  const [, job = "", step] = /^([0-9_]+)(?:\.(\w+))?$/.exec(text) ?? [];
  const wanted = readJobId(job);
  if (!wanted) throw new UsageError(`fatal: Bad job/step specified: ${text}`, 1);
  const parts = verbs.select({ ids: [{ id: wanted.id, indices: wanted.indices }], endedSince: 0 });
  if (parts.length === 0) return { records: [], err: `couldn't get steps for job ${text}` };
  const unit = request.flag("noConvert") ? "none" : null;
  const world = { cluster: verbs.description, now: clock.now(), megahertz: machineUse().megahertz, live: true, unit };
  const running = (await withUsageNow(verbs, parts))
    .filter((part) => part.kind === "element" && part.element.state !== "ended")
    .flatMap((part) =>
      recordsOf(
        part,
        world,
        verbs.steps(part.job.id).filter(({ endedAt }) => endedAt === null),
      ),
    )
    .filter((record) => record.step !== null);
  if (running.length === 0) return { records: [], err: `No steps running for job ${text}` };
  if (step !== undefined) return { records: running.filter((record) => record.step === step), err: "" };
  if (request.flag("all")) return { records: running, err: "" };
  return { records: running.filter((record) => record.step !== "batch").slice(0, 1), err: "" };
}
