/** Owns what a command that changes jobs says of those that a target has: it waits a little for what the target answers. */

import type { Receipt } from "../model/forwarding.ts";
import type { Context } from "./context.ts";

/** A job of a target, and what will be known of its change. */
export interface AwayReceipt {
  readonly job: number;
  readonly target: string;
  readonly told: Promise<Receipt>;
}

/** The context with verbs that note changes which are a target's to make. */
export function noting(context: Context, receipts: AwayReceipt[]): Context {
  const { verbs } = context;
  const alter: typeof verbs.alter = (target, by, change) => {
    const results = verbs.alter(target, by, change);
    for (const result of results)
      if (result.kind === "changed" && result.told)
        receipts.push({ job: result.job.id, target: result.job.target ?? "", told: result.told });
    return results;
  };
  return Object.create(context, { verbs: { value: Object.create(verbs, { alter: { value: alter } }) } });
}

/** Lines about those that were refused, which is a failure, and those that nobody knows of yet, which is none. */
export async function awayText(
  receipts: readonly AwayReceipt[],
): Promise<{ readonly text: string; readonly code: number }> {
  const known = await Promise.all(receipts.map(async ({ told, ...one }) => ({ ...one, receipt: await told })));
  const lines = known.map(({ job, target, receipt }) => lineOf(job, target, receipt));
  return { text: lines.join(""), code: known.some(({ receipt }) => receipt.kind === "refused") ? 1 : 0 };
}

function lineOf(job: number, target: string, receipt: Receipt): string {
  switch (receipt.kind) {
    case "done":
      return "";
    case "refused":
      return `${target} did not change job ${job}: ${receipt.why}\n`;
    default:
      return `${target} gives no answer (${receipt.why}): job ${job} is changed when it does\n`;
  }
}
