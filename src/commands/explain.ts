/** Owns `headnode explain JOB`: in plain words what was asked, what was ignored or changed here, and why it waits. */

import type { Command } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import { writeIndices } from "../model/indices.ts";
import type { Element } from "../model/job.ts";
import type { Reason } from "../model/scheduling.ts";
import type { Listed } from "../model/verbs.ts";

export const explain: Command = {
  dialect: "headnode",
  name: "explain",
  wordError: (message) => `headnode: ${message}\n`,
  run: async (context) => {
    const [id, ...more] = context.args.map(Number);
    if (id === undefined || more.length > 0 || !Number.isInteger(id))
      throw new UsageError("say one job id: headnode explain 12", 2);
    const listed = context.verbs.select({ ids: [{ id, indices: null }], endedSince: 0 });
    if (listed.length === 0) throw new RefusedError(`there is no job ${id} here`);
    return {
      out: [...headLines(listed[0] as Listed, context), ...listed.map(stateLine), ...historyLines(context, id)].join(
        "",
      ),
    };
  },
};

/** Why something waits. */
const reasons: Readonly<Record<Reason, string>> = {
  none: "starts as soon as the scheduler looks",
  resources: "waits for processors, memory or GPUs that are taken; it is the next in line",
  priority: "waits behind jobs that come first",
  dependency: "waits for other jobs",
  dependencyNeverMet: "waits for something that can no longer happen: cancel it, or it stays for ever",
  heldByUser: "is held by its owner until released",
  heldByOperator: "is held by an operator until released",
  beginTime: "is not to start yet",
  throttle: "waits because so many elements of the array run already as it allows at a time",
  queueTimeLimit: "asks for more time than its queue allows",
  queueNodeLimit: "asks for more nodes than its queue allows",
  startFailed: "could not be started, and waits until somebody has looked",
  requeuedHeld: "was requeued on hold until released",
};

/** What was noted when elements ended. */
function notesOf(context: Context, id: number): readonly string[] {
  return context.verbs.history(id).flatMap(({ what, why }) => (what === "note" ? [why] : []));
}

function* headLines({ job }: Listed, context: Context): Generator<string> {
  const { need } = job;
  yield `job ${job.id} "${job.name}" of ${job.user.name}, ${job.dialect}, queue ${job.queue}, submitted ${time(job.submittedAt)}\n`;
  const asked = [
    `${need.cpus} processor${need.cpus === 1 ? "" : "s"}`,
    need.memory ? `${Math.round(need.memory / 2 ** 20)} MB` : "",
    need.gpus ? `${need.gpus} GPUs` : "",
    Number.isFinite(need.wallTime) ? `${need.wallTime / 60_000} minutes` : "no time limit",
  ];
  yield `asks for ${asked.filter(Boolean).join(", ")}\n`;
  for (const note of new Set([...job.notes, ...notesOf(context, job.id)])) yield `note: ${note}\n`;
}

function stateLine(listed: Listed): string {
  switch (listed.kind) {
    case "waiting": {
      const { part, reason } = listed;
      const until = reason === "beginTime" && part.beginAt ? `, at the earliest ${time(part.beginAt)}` : "";
      return `${which(part.indices ? writeIndices(part.indices) : null)}${reasons[reason]}${until}${part.error ? `: ${part.error}` : ""}\n`;
    }
    case "removed":
      return `${which(listed.removed.indices ? writeIndices(listed.removed.indices) : null)}was removed before it started, ${time(listed.removed.removedAt)}\n`;
    default:
      return `${which(listed.element.index === null ? null : String(listed.element.index))}${elementText(listed.element)}\n`;
  }
}

function which(indices: string | null): string {
  return indices === null ? "" : `[${indices}] `;
}

function elementText(element: Element): string {
  const since = element.startedAt === null ? "" : ` since ${time(element.startedAt)}`;
  if (element.state !== "ended") return `${element.state}${since} on ${element.node}`;
  const how = element.signal ? `signal ${element.signal}` : `exit code ${element.code ?? 0}`;
  const remark = element.remark ? `: ${element.remark}` : "";
  return `ended ${element.endedAt === null ? "" : time(element.endedAt)}, ${element.outcome}, ${how}${remark}`;
}

function* historyLines(context: Context, id: number): Generator<string> {
  for (const { at, index, what, why } of context.verbs.history(id)) {
    if (what === "note") continue;
    yield `  ${time(at)} ${index === null ? "" : `[${index}] `}${what}${why ? `: ${why}` : ""}\n`;
  }
}

function time(epoch: number): string {
  const date = new Date(epoch);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
