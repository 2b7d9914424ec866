/** Owns qsub: reads a request, submits it, and waits if it was asked to. */

import { asksOf } from "../../dialects/sge/asks.ts";
import { helpText } from "../../dialects/sge/help.ts";
import { qsubOptions } from "../../dialects/sge/options.ts";
import { combined, leftoverError } from "../../dialects/sge/reading.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import { type Request, readScriptFile, requestWithoutScript, requestWithScript } from "./qsub-request.ts";
import { submit } from "./qsub-submit.ts";

export const qsub: Command = {
  dialect: "sge",
  name: "qsub",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const request = await requestWithoutScript(context);
    const { files, line } = request.sources;
    return {
      out: [...files.warnings, ...line.warnings].join(""),
      next: async () => {
        const complaint = files.complaint ?? line.complaint;
        if (complaint) throw complaint;
        return withScript(context, request);
      },
    };
  },
};

async function withScript(context: Context, request: Request): Promise<Reply> {
  const now = context.clock.now();
  const job = combined(request.sources, now);
  const asks = asksOf(job.settled);
  if (asks.help) return { out: helpText("qsub [options]", qsubOptions.rows) };
  if (asks.binary) {
    if (job.operand === null) throw new UsageError("qsub: command required for a binary job", 2);
    return submitted(context, request, null);
  }
  const bytes = await readScriptFile(context, job.operand);
  const whole = await requestWithScript(context, request, { bytes, file: job.operand ?? "STDIN" });
  const { script } = whole.sources;
  return {
    out: script.warnings.join(""),
    next: async () => {
      if (script.complaint) throw script.complaint;
      return submitted(context, whole, bytes);
    },
  };
}

async function submitted(context: Context, { sources }: Request, script: Uint8Array | null): Promise<Reply> {
  const job = combined(sources, context.clock.now());
  if (job.leftovers.length) throw leftoverError(job.leftovers);
  const asks = asksOf(job.settled);
  if (asks.help) throw new UsageError("qsub: -help not allowed in this context", 1);
  // A script may make itself a command of its own name (`-b y` among its lines).
  return submit(context, job, asks.binary ? null : script);
}
